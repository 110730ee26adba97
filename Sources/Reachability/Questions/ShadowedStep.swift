import AntreaModel

/// Follows what one step would take through the steps before it.
///
/// Ends that are in the same earlier steps are one group, at both sides, so that
/// the work grows with groups and the steps that overlap.
struct ShadowedStep {
  private(set) var decided: [RuleUse.Part] = []
  private(set) var shadows: [RuleReference: RuleUse.Shadow] = [:]
  private let step: SymbolicRule
  private let end: FlowEnd
  private let own: EndpointSet
  private let peers: EndpointSet
  private let traffic: TrafficSet
  private let world: World

  init(
    _ step: SymbolicRule, _ end: FlowEnd, own: EndpointSet, peers: EndpointSet,
    _ family: IPFamily, _ world: World
  ) {
    self.step = step
    self.end = end
    self.own = own
    self.peers = peers
    self.world = world
    traffic = step.traffic.only(family)
  }

  /// Follows the flows.
  mutating func run(after earlier: ArraySlice<SymbolicRule>) {
    if own.isEmpty || peers.isEmpty || traffic.isEmpty { return }
    let overlapping = earlier.filter {
      $0.own.intersects(own) && $0.peers.intersects(peers)
        && !$0.traffic.intersection(traffic).isEmpty
    }
    for (ownGroup, ownSteps) in groups(own, overlapping.map(\.own)) {
      for (peerGroup, peerSteps) in groups(peers, overlapping.map(\.peers)) {
        let pairs = pairs(ownGroup, peerGroup)
        if pairs == 0 { continue }
        let active = ownSteps.intersection(peerSteps).members.map { overlapping[$0] }
        let rest = follow(active, pairs)
        if rest.isEmpty { continue }
        decided.append(
          RuleUse.Part(
            sources: end == .egress ? ownGroup : peerGroup,
            destinations: end == .egress ? peerGroup : ownGroup, traffic: rest, end: end,
            pairs: pairs))
      }
    }
  }

  /// Members of a set by the other sets that they are in.
  private func groups(
    _ set: EndpointSet, _ others: [EndpointSet]
  ) -> [(members: EndpointSet, others: EndpointSet)] {
    var positions: [EndpointSet: Int] = [:]
    var result: [(members: EndpointSet, others: EndpointSet)] = []
    set.forEach { member in
      let key = EndpointSet(others.indices.filter { others[$0].contains(member) })
      if let position = positions[key] {
        result[position].members.insert(member)
      } else {
        positions[key] = result.count
        result.append((EndpointSet([member]), key))
      }
    }
    return result
  }

  /// What is left of the traffic after some steps; what was sent on to a later
  /// stage than the step's does not reach it.
  private mutating func follow(_ steps: [SymbolicRule], _ pairs: Int) -> TrafficSet {
    var waiting: [(stage: Int, traffic: TrafficSet, by: RuleReference?)] = [(0, traffic, nil)]
    var takers: [RuleReference: TrafficSet] = [:]
    for earlier in steps {
      var next: [(stage: Int, traffic: TrafficSet, by: RuleReference?)] = []
      for entry in waiting {
        let taken =
          earlier.stage >= entry.stage
          ? entry.traffic.intersection(earlier.traffic) : TrafficSet()
        if taken.isEmpty {
          next.append(entry)
          continue
        }
        switch earlier.effect {
        case .decide: takers[earlier.reference] = takers[earlier.reference]?.union(taken) ?? taken
        case .resume(let stage): next.append((max(stage, entry.stage), taken, earlier.reference))
        }
        let rest = entry.traffic.subtracting(taken)
        if !rest.isEmpty { next.append((entry.stage, rest, entry.by)) }
      }
      waiting = next
    }
    var reached = TrafficSet()
    for entry in waiting {
      if entry.stage <= step.stage {
        reached = reached.union(entry.traffic)
      } else if let rule = entry.by {
        takers[rule] = takers[rule]?.union(entry.traffic) ?? entry.traffic
      }
    }
    for (rule, taken) in takers { note(rule, taken, pairs) }
    return reached
  }

  private mutating func note(_ rule: RuleReference, _ taken: TrafficSet, _ pairs: Int) {
    var shadow = shadows[rule] ?? RuleUse.Shadow(rule: rule, traffic: TrafficSet(), pairs: 0)
    shadow.traffic = shadow.traffic.union(taken)
    shadow.pairs += pairs
    shadows[rule] = shadow
  }

  /// Pairs of pods, or of pods and kinds of addresses, but not of a pod with
  /// itself or with its own Node.
  private func pairs(_ own: EndpointSet, _ peers: EndpointSet) -> Int {
    var count = 0
    own.forEach { first in
      let here = world.endpoints[first]
      peers.forEach { second in
        let there = world.endpoints[second]
        if end == .ingress, there.isNode(of: here) { return }
        if first == second {
          count += here.count * (here.count - 1)
        } else {
          count += here.count * there.count
        }
      }
    }
    return count
  }
}
