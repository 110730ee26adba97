extension NSXEvaluator {
  /// What the rules that stand at one end of a flow do with it, in the order of
  /// evaluation, up to the one that decides. Empty where none stands there.
  public func steps(of flow: Flow, at end: FlowEnd) -> [RuleStep] {
    let own = end == .egress ? flow.source : flow.destination
    guard own.isEnforced else { return [] }
    var result: [RuleStep] = []
    var hasJumped = false
    for entry in entries {
      let standing = standing(entry, end, own)
      if standing == .no { continue }
      let effect = effect(of: entry, flow, end, standing, hasJumped)
      result.append(
        RuleStep(rule: entry.reference, place: "category \(entry.category)", effect: effect))
      if case .decides = effect { return result }
      if effect == .passes { hasJumped = true }
    }
    return result
  }

  /// Whether a rule stands at an end, whoever the other is.
  private func standing(_ entry: NSXRuleEntry, _ end: FlowEnd, _ own: Endpoint) -> Truth {
    if let family = entry.family, family != own.address.family { return .no }
    return Truth.all([
      end == .egress ? entry.isEgress : entry.isIngress, entry.enforced[own.index],
      (end == .egress ? entry.sources : entry.destinations)[own.index],
    ])
  }

  private func effect(
    of entry: NSXRuleEntry, _ flow: Flow, _ end: FlowEnd, _ standing: Truth, _ hasJumped: Bool
  ) -> RuleStep.Effect {
    if hasJumped, !entry.isApplication { return .skipped(.passedOver) }
    let peer =
      end == .egress
      ? entry.destinations[flow.destination.index] : entry.sources[flow.source.index]
    if peer == .no { return .skipped(.otherPeer) }
    var traffic = Truth.yes
    if let services = entry.traffic {
      traffic = Truth.any(
        services.lazy.map { $0.matches(flow.traffic, flow.source.address.family) })
    }
    if traffic == .no { return .skipped(.otherTraffic) }
    guard Truth.all([standing, peer, traffic, entry.certainty]) == .yes else {
      return .decides(.undetermined)
    }
    switch entry.effect {
    case .decide(let outcome): return .decides(outcome)
    case .jumpToApplication: return .passes
    }
  }
}
