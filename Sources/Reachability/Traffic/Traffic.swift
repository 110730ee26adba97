/// What a connection carries. The address family comes from its endpoints.
public enum Traffic: Sendable, Hashable, CustomStringConvertible {
  /// A transport that has ports, from 1 to 65535.
  case transport(Transport, source: Int, destination: Int)
  /// ICMP of the connection's family: ICMPv4 or ICMPv6.
  case icmp(type: Int, code: Int)
  /// Any other protocol by its number.
  case other(Int)

  /// The protocols that have ports.
  public enum Transport: String, Sendable, Hashable, CaseIterable {
    /// TCP.
    case tcp = "TCP"
    /// UDP.
    case udp = "UDP"
    /// SCTP.
    case sctp = "SCTP"
  }

  /// For example `443/TCP`, `443/TCP from 53`, `ICMP 8/0`, `protocol 47`.
  public var description: String {
    switch self {
    case .transport(let name, let source, let destination):
      "\(destination)/\(name.rawValue)"
        + (source == TrafficSpace.ephemeralPort ? "" : " from \(source)")
    case .icmp(let type, let code): "ICMP \(type)/\(code)"
    case .other(let number): "protocol \(number)"
    }
  }
}

/// A connection attempt. Replies need no rule: both firewalls are stateful.
///
/// A flow to a Service is a flow to one of its pods at the target port, since
/// that is how policies see it; only rules that ask for Services (`toServices`)
/// know the difference.
public struct Flow: Sendable, Hashable, CustomStringConvertible {
  /// Who opens the connection.
  public var source: Endpoint
  /// Who is spoken to.
  public var destination: Endpoint
  /// What is carried, as the destination gets it.
  public var traffic: Traffic
  /// The Service that the source spoke to and that led to the destination.
  public var service: KubernetesService.Name?

  /// Creates a flow.
  public init(
    source: Endpoint, destination: Endpoint, traffic: Traffic,
    service: KubernetesService.Name? = nil
  ) {
    self.source = source
    self.destination = destination
    self.traffic = traffic
    self.service = service
  }

  /// A flow between two classes as an example of what holds for them: between
  /// two pods where both are one class.
  init(example source: Endpoint, _ destination: Endpoint, _ traffic: Traffic) {
    self.init(
      source: source,
      destination: source.index == destination.index ? destination.sibling : destination,
      traffic: traffic)
  }

  /// `a -> b 443/TCP`.
  public var description: String {
    let through = service.map { " through \($0)" } ?? ""
    return "\(source) -> \(destination) \(traffic)\(through)"
  }
}
