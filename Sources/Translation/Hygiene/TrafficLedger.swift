import AntreaModel

/// Traffic that a rule names in one piece.
enum TrafficAtom: Hashable {
  /// All traffic.
  case everything
  /// Ports of a transport.
  case ports(PolicyPort)
  /// ICMP of both families.
  case icmp(ICMPMatch)
  /// IGMP.
  case igmp
}

extension PolicyRule {
  /// Whether pods, peers, ports and ICMP are all that decides what the rule
  /// matches.
  var isPlain: Bool {
    self
      == PolicyRule(
        name: name, action: action, appliedTo: appliedTo, peers: peers, ports: ports,
        protocols: protocols, enableLogging: enableLogging, logLabel: logLabel)
  }

  /// What the rule matches by protocol, in pieces.
  var trafficAtoms: [TrafficAtom] {
    if !igmp.isEmpty { return [.igmp] }
    if ports.isEmpty, protocols.isEmpty { return [.everything] }
    return ports.map { .ports($0) } + protocols.map { .icmp($0) }
  }
}

/// What rules with the same pods and the same peers have decided so far, and
/// which of them did so first.
struct TrafficLedger {
  /// Entries with source ports beyond this number are not kept: each search
  /// looks at all of them.
  private static let maximumSourced = 256

  /// Ports that one rule decides first.
  private struct Segment {
    var range: PortRange
    var place: Int
  }

  private var everything: Int?
  private var icmp: [ICMPMatch: Int] = [:]
  private var igmp: Int?
  /// Without source ports: in order, none overlapping.
  private var segments: [PolicyPort.Transport: [Segment]] = [:]
  private var sourced: [(port: PolicyPort, place: Int)] = []

  /// Notes what the rule at a place of the evaluation matches; places must come
  /// in order.
  mutating func add(_ atoms: [TrafficAtom], at place: Int) {
    for atom in atoms {
      switch atom {
      case .everything: everything = everything ?? place
      case .icmp(let match): icmp[match] = icmp[match] ?? place
      case .igmp: igmp = igmp ?? place
      case .ports(let port):
        if port.source == nil {
          insert(Self.destination(port), place, into: &segments[port.transport, default: []])
        } else if sourced.count < Self.maximumSourced {
          sourced.append((port, place))
        }
      }
    }
  }

  /// The places that decide all of a piece of traffic between them, by several
  /// ledgers; `nil` where some of it is left.
  static func deciders(
    of atom: TrafficAtom, in ledgers: [TrafficLedger], except own: (Int) -> Bool,
    _ budget: inout WorkBudget
  ) -> Set<Int>? {
    var whole = ledgers.compactMap(\.everything)
    switch atom {
    case .everything: break
    case .icmp(let match):
      for wider in [ICMPMatch(), ICMPMatch(type: match.type), match] {
        whole += ledgers.compactMap { $0.icmp[wider] }
      }
    case .igmp: whole += ledgers.compactMap(\.igmp)
    case .ports(let port):
      return deciders(of: port, whole: whole, in: ledgers, except: own, &budget)
    }
    return whole.filter { !own($0) }.min().map { [$0] }
  }

  private static func deciders(
    of port: PolicyPort, whole: [Int], in ledgers: [TrafficLedger], except own: (Int) -> Bool,
    _ budget: inout WorkBudget
  ) -> Set<Int>? {
    let wanted = destination(port)
    var found = whole.map { Segment(range: wanted, place: $0) }
    for ledger in ledgers {
      let list = ledger.segments[port.transport] ?? []
      var index = firstIndex(in: list, reaching: wanted.lower)
      while index < list.count, list[index].range.lower <= wanted.upper {
        found.append(list[index])
        index += 1
      }
      for (other, place) in ledger.sourced where other.transport == port.transport {
        guard let outer = other.source, let inner = port.source, outer.lower <= inner.lower,
          inner.upper <= outer.upper
        else { continue }
        found.append(Segment(range: destination(other), place: place))
      }
      budget.spend(1 + ledger.sourced.count)
    }
    budget.spend(found.count)
    // In order: each decides what those before it left.
    var rest = [wanted]
    var places: Set<Int> = []
    for segment in found.sorted(by: { $0.place < $1.place }) where !own(segment.place) {
      let left = rest.flatMap { subtract(segment.range, from: $0) }
      if left != rest { places.insert(segment.place) }
      rest = left
      if rest.isEmpty { return places }
    }
    return nil
  }

  /// The destination ports; 0 is none.
  private static func destination(_ port: PolicyPort) -> PortRange {
    port.destination ?? PortRange(1, 65535)
  }

  private static func subtract(_ range: PortRange, from other: PortRange) -> [PortRange] {
    if range.upper < other.lower || other.upper < range.lower { return [other] }
    var result: [PortRange] = []
    if other.lower < range.lower { result.append(PortRange(other.lower, range.lower - 1)) }
    if range.upper < other.upper { result.append(PortRange(range.upper + 1, other.upper)) }
    return result
  }

  /// The first segment that ends at a port or above it.
  private static func firstIndex(in list: [Segment], reaching port: Int) -> Int {
    var low = 0
    var high = list.count
    while low < high {
      let middle = (low + high) / 2
      if list[middle].range.upper < port { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Adds what no earlier rule has of a range.
  private func insert(_ range: PortRange, _ place: Int, into list: inout [Segment]) {
    let start = Self.firstIndex(in: list, reaching: range.lower)
    var end = start
    var rest = [range]
    while end < list.count, list[end].range.lower <= range.upper {
      rest = rest.flatMap { Self.subtract(list[end].range, from: $0) }
      end += 1
    }
    if rest.isEmpty { return }
    let added = rest.map { Segment(range: $0, place: place) } + list[start..<end]
    list.replaceSubrange(start..<end, with: added.sorted { $0.range < $1.range })
  }
}
