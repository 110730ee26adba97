/// A named set of service entries, any of which matches.
public struct Service: NSXObject, Hashable {
  /// The fields that every Policy object has.
  public var common: CommonFields
  /// `service_entries`.
  public var entries: [ServiceEntry]
  /// `is_default`: built in.
  public var isDefault: Bool

  /// Creates a service.
  public init(common: CommonFields, entries: [ServiceEntry], isDefault: Bool = false) {
    self.common = common
    self.entries = entries
    self.isDefault = isDefault
  }
}

/// One kind of traffic.
public enum ServiceEntry: Sendable, Hashable {
  /// `L4PortSetServiceEntry`; the protocol is `TCP`, `UDP` or what NSX says.
  /// An empty list of ports stands for all.
  case ports(protocol: String, sources: [String], destinations: [String])
  /// `ICMPTypeServiceEntry`; the protocol is `ICMPv4` or `ICMPv6`, a missing
  /// type or code stands for any.
  case icmp(protocol: String, type: Int64?, code: Int64?)
  /// `IGMPTypeServiceEntry`.
  case igmp
  /// `IPProtocolServiceEntry`; `nil` where the number is missing.
  case ipProtocol(number: Int64?)
  /// `ALGTypeServiceEntry`: an application whose further connections the
  /// firewall follows.
  case alg(name: String, sources: [String], destinations: [String])
  /// `EtherTypeServiceEntry`; `nil` where the type is missing.
  case etherType(Int64?)
  /// `NestedServiceServiceEntry`: all entries of another service.
  case nested(path: String)
  /// Any other kind by its `resource_type`.
  case unknown(String)
}
