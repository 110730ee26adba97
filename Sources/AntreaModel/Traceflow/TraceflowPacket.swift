import Documents

/// The packet of a Traceflow.
public struct TraceflowPacket: Sendable, Hashable {
  /// What it carries. Others than these cannot be traced.
  public enum Payload: Sendable, Hashable {
    /// TCP; without flags a SYN.
    case tcp(source: Int?, destination: Int?, flags: Int?)
    /// UDP.
    case udp(source: Int?, destination: Int?)
    /// An echo request of ICMP, or of ICMPv6 in an IPv6 packet.
    case echo
  }

  /// The bit of the SYN flag, with which a connection begins.
  public static let syn = 2

  /// The family of its addresses.
  public var family: IPFamily
  /// What it carries.
  public var payload: Payload

  /// Creates a packet.
  public init(family: IPFamily, payload: Payload) {
    self.family = family
    self.payload = payload
  }

  /// The number of the protocol.
  public var protocolNumber: Int {
    switch payload {
    case .tcp: 6
    case .udp: 17
    case .echo: family == .v4 ? 1 : 58
    }
  }

  /// The packet as the API takes it.
  public var document: JSONValue {
    var object = JSONObject()
    let number = JSONValue.integer(Int64(protocolNumber))
    // The header alone tells the family.
    if family == .v4 { object["ipHeader"] = ["protocol": number] }
    if family == .v6 { object["ipv6Header"] = ["nextHeader": number] }
    switch payload {
    case .tcp(let source, let destination, let flags):
      object["transportHeader"] = [
        "tcp": Self.members([("srcPort", source), ("dstPort", destination), ("flags", flags)])
      ]
    case .udp(let source, let destination):
      object["transportHeader"] = [
        "udp": Self.members([("srcPort", source), ("dstPort", destination)])
      ]
    case .echo: break
    }
    return .object(object)
  }

  private static func members(_ list: [(String, Int?)]) -> JSONValue {
    var object = JSONObject()
    for (key, value) in list { object[key] = value.map { .integer(Int64($0)) } }
    return .object(object)
  }

  /// Reads `packet`. The kind of the transport header counts before the protocol
  /// of the IP header, TCP before UDP; without both it is an echo request.
  public init(_ packet: JSONValue) {
    let six = packet["ipv6Header"]
    let header = packet["transportHeader"]
    func port(_ kind: JSONValue, _ name: String) -> Int? {
      kind[name]?.integer.flatMap { $0 == 0 ? nil : Int($0) }
    }
    let payload: Payload
    let number =
      six.map { $0["nextHeader"]?.integer } ?? packet[path: "ipHeader", "protocol"]?.integer
    if let tcp = header?["tcp"] {
      payload = .tcp(
        source: port(tcp, "srcPort"), destination: port(tcp, "dstPort"), flags: port(tcp, "flags"))
    } else if let udp = header?["udp"] {
      payload = .udp(source: port(udp, "srcPort"), destination: port(udp, "dstPort"))
    } else if header?["icmp"] == nil, number == 6 {
      payload = .tcp(source: nil, destination: nil, flags: nil)
    } else if header?["icmp"] == nil, number == 17 {
      payload = .udp(source: nil, destination: nil)
    } else {
      payload = .echo
    }
    self.init(family: six == nil ? .v4 : .v6, payload: payload)
  }
}
