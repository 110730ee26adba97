import AntreaModel

/// Traffic that one Antrea rule can describe.
struct TrafficPart: Hashable {
  /// What kind of part it is; a rule with several gets one Antrea rule each.
  enum Kind: String, Hashable, Comparable {
    /// Ports, and ICMP of both families.
    case ports = ""
    /// ICMPv4 alone.
    case icmpV4 = "icmp4"
    /// ICMPv6 alone.
    case icmpV6 = "icmp6"
    /// IGMP alone, for a policy of its own.
    case igmp

    static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
  }

  var kind: Kind
  var ports: [PolicyPort] = []
  var protocols: [ICMPMatch] = []
  /// The applications that the rest of the part is refused for.
  var applications: [ApplicationMatch] = []

  /// The family that the traffic is limited to.
  var family: IPFamily? {
    switch kind {
    case .ports, .igmp: nil
    case .icmpV4: .v4
    case .icmpV6: .v6
    }
  }

  /// Whether it is ports of these transports and nothing else.
  func hasOnly(_ transports: Set<PolicyPort.Transport>) -> Bool {
    kind == .ports && protocols.isEmpty && !ports.isEmpty
      && ports.allSatisfy { transports.contains($0.transport) }
  }

  /// All IGMP.
  static let igmp = TrafficPart(kind: .igmp)

  /// All traffic.
  static let everything = TrafficPart(kind: .ports)
}

/// Kinds of traffic, collected from service entries.
struct TrafficSet: Hashable {
  var ports: Set<PolicyPort> = []
  var icmpV4: Set<ICMPMatch> = []
  var icmpV6: Set<ICMPMatch> = []
  var hasIGMP = false

  mutating func formUnion(_ other: TrafficSet) {
    ports.formUnion(other.ports)
    icmpV4.formUnion(other.icmpV4)
    icmpV6.formUnion(other.icmpV6)
    if other.hasIGMP { hasIGMP = true }
  }

  /// The parts, without what others cover. An `icmp` entry without type means
  /// ICMP of both families to Antrea; with a type the families differ.
  var parts: [TrafficPart] {
    var result: [TrafficPart] = []
    let any = ICMPMatch()
    let both = icmpV4.contains(any) && icmpV6.contains(any)
    var main = TrafficPart(kind: .ports, ports: reduced(ports))
    if both { main.protocols = [any] }
    if !main.ports.isEmpty || both { result.append(main) }
    if !both, !icmpV4.isEmpty {
      result.append(TrafficPart(kind: .icmpV4, protocols: reduced(icmpV4)))
    }
    if !both, !icmpV6.isEmpty {
      result.append(TrafficPart(kind: .icmpV6, protocols: reduced(icmpV6)))
    }
    if hasIGMP { result.append(TrafficPart(kind: .igmp)) }
    return result
  }

  private func reduced(_ ports: Set<PolicyPort>) -> [PolicyPort] {
    let whole = Set(ports.filter { $0.destination == nil && $0.source == nil }.map(\.transport))
    return ports.filter {
      !whole.contains($0.transport) || ($0.destination == nil && $0.source == nil)
    }.sorted()
  }

  private func reduced(_ matches: Set<ICMPMatch>) -> [ICMPMatch] {
    matches.contains(ICMPMatch()) ? [ICMPMatch()] : matches.sorted()
  }
}
