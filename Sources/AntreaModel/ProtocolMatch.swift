import Documents

/// An `icmp` entry of `protocols`; missing parts match any.
public struct ICMPMatch: Sendable, Hashable, Comparable {
  /// The ICMP type, 0 to 255.
  public var type: Int?
  /// The ICMP code, 0 to 255.
  public var code: Int?

  /// Creates an entry.
  public init(type: Int? = nil, code: Int? = nil) {
    self.type = type
    self.code = code
  }

  /// By type and code; any first.
  public static func < (left: ICMPMatch, right: ICMPMatch) -> Bool {
    (left.type ?? -1, left.code ?? -1) < (right.type ?? -1, right.code ?? -1)
  }

  var document: JSONValue {
    var object = JSONObject()
    if let type { object["icmpType"] = .integer(Int64(type)) }
    if let code { object["icmpCode"] = .integer(Int64(code)) }
    return ["icmp": .object(object)]
  }
}

/// An `igmp` entry of `protocols`.
public struct IGMPMatch: Sendable, Hashable {
  /// The only type of message that Antrea filters on its way into a pod.
  public static let query = IGMPMatch(type: 0x11)
  /// The reports of a pod, of every version: all that Antrea filters on its way
  /// out.
  public static let reports = IGMPMatch(type: nil)

  /// `igmpType`; `nil` for every type of the direction.
  public var type: Int?

  /// Creates an entry.
  public init(type: Int?) { self.type = type }

  var document: JSONValue {
    var object = JSONObject()
    if let type { object["igmpType"] = .integer(Int64(type)) }
    return ["igmp": .object(object)]
  }
}

/// An entry of `l7Protocols`.
public enum ApplicationMatch: String, Sendable, Hashable, Comparable {
  /// HTTP of every version, host, method and path.
  case http
  /// TLS with every server name.
  case tls

  /// By name.
  public static func < (left: ApplicationMatch, right: ApplicationMatch) -> Bool {
    left.rawValue < right.rawValue
  }

  var document: JSONValue {
    var object = JSONObject()
    object[rawValue] = [:]
    return .object(object)
  }
}
