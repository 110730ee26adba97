import AntreaModel

extension NSXEvaluator {
  /// The rules as sets. What may match or not by something that the snapshot
  /// does not tell is ``Outcome/undetermined``, behind what certainly matches.
  public var rules: RuleBook {
    var book = RuleBook(world: world, egress: [], ingress: [], traffic: traffic)
    let families = Dictionary(
      uniqueKeysWithValues: IPFamily.allCases.map { ($0, world.members(of: $0)) })
    for entry in entries {
      let enforced = entry.family.flatMap { families[$0] }.map {
        entry.enforced.intersection(TruthSet($0))
      }
      let traffic = entry.trafficSet
      for (end, direction) in [(FlowEnd.egress, entry.isEgress), (.ingress, entry.isIngress)] {
        if direction == .no { continue }
        let (near, far) =
          end == .egress
          ? (entry.sources, entry.destinations) : (entry.destinations, entry.sources)
        let own = near.intersection(enforced ?? entry.enforced)
        func step(
          _ own: EndpointSet, _ peers: EndpointSet, _ traffic: TrafficSet,
          _ effect: SymbolicRule.Effect
        ) -> SymbolicRule {
          SymbolicRule(
            reference: entry.reference, own: own, peers: peers, traffic: traffic, effect: effect,
            stage: entry.isApplication ? 1 : 0)
        }
        let effect: SymbolicRule.Effect =
          switch entry.effect {
          case .decide(let outcome): .decide(outcome)
          case .jumpToApplication: .resume(stage: 1)
          }
        let isCertain = direction == .yes && entry.certainty == .yes
        var steps: [SymbolicRule] = []
        if isCertain { steps.append(step(own.certain, far.certain, traffic.certain, effect)) }
        if !isCertain || !own.isDetermined || !far.isDetermined
          || traffic.certain != traffic.possible
        {
          steps.append(
            step(own.possible, far.possible, traffic.possible, .decide(.undetermined)))
        }
        steps.removeAll { $0.own.isEmpty || $0.peers.isEmpty || $0.traffic.isEmpty }
        if end == .egress { book.egress += steps } else { book.ingress += steps }
      }
    }
    return book
  }
}

extension NSXRuleEntry {
  /// The traffic that the rule certainly takes, and what it takes or may take.
  fileprivate var trafficSet: (certain: TrafficSet, possible: TrafficSet) {
    guard let matches = traffic else { return (.all, .all) }
    var certain = TrafficSet()
    var isOpen = false
    for match in matches {
      if let set = match.set { certain = certain.union(set) } else { isOpen = true }
    }
    return (certain, isOpen ? .all : certain)
  }
}

extension NSXServiceMatch {
  /// The traffic; `nil` for what only NSX can decide.
  fileprivate var set: TrafficSet? {
    switch self {
    case .transport(let transport, let sources, let destinations):
      var result = TrafficSet()
      for source in sources.isEmpty ? [nil] : sources.map(Optional.some) {
        for destination in destinations.isEmpty ? [nil] : destinations.map(Optional.some) {
          result = result.union(
            TrafficSet(transport, source: source, destination: destination))
        }
      }
      return result
    case .icmp(let family, let type, let code):
      return TrafficSet(icmp: family, type: type, code: code)
    case .number(let number): return TrafficSet(protocol: number)
    case .nothing: return TrafficSet()
    case .open: return nil
    }
  }
}
