import Documents

/// Numbers of ports, both bounds included.
public struct PortRange: Sendable, Hashable, Comparable {
  /// The lowest port.
  public var lower: Int
  /// The highest port.
  public var upper: Int

  /// Creates a range.
  public init(_ lower: Int, _ upper: Int) {
    self.lower = lower
    self.upper = upper
  }

  /// By lower, then by upper bound.
  public static func < (left: PortRange, right: PortRange) -> Bool {
    (left.lower, left.upper) < (right.lower, right.upper)
  }
}

/// An entry of `ports`.
public struct PolicyPort: Sendable, Hashable, Comparable {
  /// The transport protocols that Antrea knows.
  public enum Transport: String, Sendable, Hashable {
    /// TCP.
    case tcp = "TCP"
    /// UDP.
    case udp = "UDP"
    /// SCTP.
    case sctp = "SCTP"
  }

  /// The protocol.
  public var transport: Transport
  /// Destination ports; `nil` for all.
  public var destination: PortRange?
  /// Source ports; `nil` for all.
  public var source: PortRange?

  /// Creates an entry.
  public init(_ transport: Transport, destination: PortRange? = nil, source: PortRange? = nil) {
    self.transport = transport
    self.destination = destination
    self.source = source
  }

  /// By protocol, destination and source; all ports first.
  public static func < (left: PolicyPort, right: PolicyPort) -> Bool {
    let none = PortRange(-1, -1)
    if left.transport != right.transport {
      return left.transport.rawValue < right.transport.rawValue
    }
    let a = left.destination ?? none
    let b = right.destination ?? none
    return a == b ? (left.source ?? none) < (right.source ?? none) : a < b
  }

  var document: JSONValue {
    var object = JSONObject()
    object["protocol"] = .string(transport.rawValue)
    if let destination {
      object["port"] = .integer(Int64(destination.lower))
      if destination.upper > destination.lower {
        object["endPort"] = .integer(Int64(destination.upper))
      }
    }
    if let source {
      object["sourcePort"] = .integer(Int64(source.lower))
      if source.upper > source.lower { object["sourceEndPort"] = .integer(Int64(source.upper)) }
    }
    return .object(object)
  }
}
