import AntreaModel

extension AntreaEvaluator {
  /// The rules as sets, for flows that are not sent to a Service.
  public var rules: RuleBook { rules(through: nil) }

  /// The rules as sets, for flows that are sent to a Service or to none. `Pass`
  /// goes on behind the tiers.
  public func rules(through service: KubernetesService.Name?) -> RuleBook {
    func isAsked(_ entry: AntreaRuleEntry) -> Bool {
      guard let services = entry.services else { return true }
      return service.map(services.contains) ?? false
    }
    func steps(_ list: [AntreaRuleEntry]) -> [SymbolicRule] {
      list.filter(isAsked).map { entry in
        let effect: SymbolicRule.Effect =
          switch entry.action {
          case .decide(let outcome): .decide(outcome)
          case .pass: .resume(stage: AntreaRuleEntry.Stage.kubernetes.number)
          }
        return SymbolicRule(
          reference: entry.reference, own: entry.targets, peers: entry.peers,
          traffic: entry.trafficSet, effect: effect, stage: entry.stage.number)
      }
    }
    return RuleBook(
      world: world, egress: steps(egress), ingress: steps(ingress), traffic: traffic)
  }
}

extension AntreaRuleEntry.Stage {
  /// In the order of evaluation.
  fileprivate var number: Int {
    switch self {
    case .regular: 0
    case .kubernetes: 1
    case .baseline: 2
    }
  }
}

extension AntreaRuleEntry {
  /// The traffic that the rule takes.
  fileprivate var trafficSet: TrafficSet {
    guard let matches = traffic else { return .all }
    return matches.reduce(TrafficSet()) { $0.union($1.set) }
  }
}

extension AntreaTrafficMatch {
  /// The traffic; ICMP is of both families. Names of ports are resolved before,
  /// and stand for nothing where they are not.
  fileprivate var set: TrafficSet {
    switch self {
    case .transport(let transport, let source, let destination):
      TrafficSet(transport, source: source, destination: destination)
    case .named: TrafficSet()
    case .icmp(let type, let code):
      TrafficSet(icmp: .v4, type: type, code: code)
        .union(TrafficSet(icmp: .v6, type: type, code: code))
    case .igmp: TrafficSet(protocol: 2)
    }
  }
}
