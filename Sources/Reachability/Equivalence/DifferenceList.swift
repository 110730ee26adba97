import AntreaModel

/// Collects differences, those by the same rules as one.
struct DifferenceList {
  private struct Key: Hashable {
    var end: FlowEnd
    var nsx: SideDecision
    var antrea: SideDecision
  }

  let check: EquivalenceCheck
  let limit: Int
  private(set) var isTruncated = false
  private var list: [Difference] = []
  private var positions: [Key: Int] = [:]

  init(check: EquivalenceCheck, limit: Int) {
    self.check = check
    self.limit = limit
  }

  /// The most pairs first.
  var sorted: [Difference] {
    list.enumerated().sorted {
      ($1.element.pairs, $0.offset) < ($0.element.pairs, $1.offset)
    }.map(\.element)
  }

  /// Adds what differs between some ends.
  mutating func add(
    _ rectangle: RuleBookComparison.Rectangle, at end: FlowEnd, _ mode: EquivalenceCheck.Mode,
    _ comparison: inout RuleBookComparison
  ) {
    for part in comparison.differenceParts(rectangle, at: end, mode) {
      guard list.count < limit || !isTruncated else { return }
      add(part, at: end, comparison.family)
    }
  }

  private mutating func add(
    _ part: RuleBookComparison.Part, at end: FlowEnd, _ family: IPFamily
  ) {
    let world = check.nsx.world
    guard let traffic = part.traffic.example else { return }
    let (own, peer) = (world.endpoints[part.example.own], world.endpoints[part.example.peer])
    let flow =
      end == .egress
      ? Flow(example: own, peer, traffic) : Flow(example: peer, own, traffic)
    let (nsx, antrea) = (check.nsx.decide(flow), check.antrea.decide(flow))
    let key =
      end == .egress
      ? Key(end: end, nsx: nsx.egress, antrea: antrea.egress)
      : Key(end: end, nsx: nsx.ingress, antrea: antrea.ingress)
    if let position = positions[key] {
      list[position].pairs += part.pairs
      list[position].traffic = list[position].traffic.union(part.traffic)
    } else if list.count < limit {
      positions[key] = list.count
      list.append(
        Difference(
          flow: flow, nsx: nsx, antrea: antrea, end: end, traffic: part.traffic,
          pairs: part.pairs))
    } else {
      isTruncated = true
    }
  }
}
