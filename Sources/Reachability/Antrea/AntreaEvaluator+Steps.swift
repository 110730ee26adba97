extension AntreaEvaluator {
  /// What the rules that stand at one end of a flow do with it, in the order of
  /// evaluation, up to the one that decides. Empty where none stands there.
  public func steps(of flow: Flow, at end: FlowEnd) -> [RuleStep] {
    let own = end == .egress ? flow.source : flow.destination
    let peer = end == .egress ? flow.destination : flow.source
    // What a Node sends to its own pods meets no rule.
    guard own.isEnforced, end == .egress || !flow.source.isNode(of: flow.destination) else {
      return []
    }
    var result: [RuleStep] = []
    var last: AntreaRuleEntry?
    var hasPassed = false
    for entry in end == .egress ? egress : ingress where entry.targets.contains(own.index) {
      let effect = effect(of: entry, on: flow, peer, hasPassed)
      // The parts of a rule stand together: it matches where one does.
      if let last, last.reference == entry.reference, last.order == entry.order {
        let kept = Self.stronger(result[result.count - 1].effect, effect)
        result[result.count - 1].effect = kept
      } else {
        result.append(
          RuleStep(rule: entry.reference, place: place(of: entry), effect: effect))
      }
      last = entry
      if case .decides = effect { return result }
      if effect == .passes { hasPassed = true }
    }
    return result
  }

  private func effect(
    of entry: AntreaRuleEntry, on flow: Flow, _ peer: Endpoint, _ hasPassed: Bool
  ) -> RuleStep.Effect {
    if hasPassed, entry.stage == .regular { return .skipped(.passedOver) }
    guard entry.peers.contains(peer.index) else { return .skipped(.otherPeer) }
    if let services = entry.services, !(flow.service.map(services.contains) ?? false) {
      return .skipped(.otherService)
    }
    if let kinds = entry.traffic, !kinds.contains(where: { $0.matches(flow.traffic) }) {
      return .skipped(.otherTraffic)
    }
    switch entry.action {
    case .decide(let outcome): return .decides(outcome)
    case .pass: return .passes
    }
  }

  /// Of two parts of a rule what it does as a whole.
  private static func stronger(
    _ left: RuleStep.Effect, _ right: RuleStep.Effect
  ) -> RuleStep.Effect {
    switch (left, right) {
    case (.skipped(let own), .skipped(let other)): .skipped(max(own, other))
    case (.skipped, _): right
    // A rule that has sent the flow on is not asked again.
    default: left
    }
  }

  private func place(of entry: AntreaRuleEntry) -> String {
    if entry.stage == .kubernetes { return "NetworkPolicies of Kubernetes" }
    let tier = tierNames[entry.order.tier] ?? "\(entry.order.tier)"
    let priority = entry.order.policy
    let text = Int(exactly: priority).map(String.init) ?? "\(priority)"
    return "tier \(tier), priority \(text)"
  }
}
