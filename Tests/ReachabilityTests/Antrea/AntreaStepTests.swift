import Reachability
import Testing

/// What rules do with a flow one after the other.
@Suite struct AntreaStepTests {
  private let every = "appliedTo: [{podSelector: {}}]"

  private func steps(
    _ yaml: String, _ source: String, _ destination: String, at end: FlowEnd = .ingress,
    through service: KubernetesService.Name? = nil
  ) throws -> [String] {
    let evaluator = try SmallCluster.live(yaml)
    let flow = Flow(
      source: try SmallCluster.endpoint(source),
      destination: try SmallCluster.endpoint(destination), traffic: tcp(80), service: service)
    let steps = evaluator.steps(of: flow, at: end)
    let decision = evaluator.decide(flow)
    let side = end == .egress ? decision.egress : decision.ingress
    if case .decides(let outcome)? = steps.last?.effect {
      #expect(side == SideDecision(outcome, by: steps.last?.rule))
    } else {
      #expect(side == .unmatched)
    }
    return steps.map { step in
      let effect =
        switch step.effect {
        case .decides(let outcome): "\(outcome)"
        case .passes: "passes"
        case .skipped(let reason): "\(reason)"
        }
      return "\(step.rule.rule) (\(step.place)): \(effect)"
    }
  }

  @Test func everyReasonToSkipARule() throws {
    let yaml =
      clusterPolicy(
        """
        \(every), ingress: [
          {name: a, action: Drop, from: [{podSelector: {matchLabels: {app: cart}}}]},
          {name: b, action: Drop, ports: [{port: 81}]}, {name: c, action: Pass},
          {name: d, action: Drop}]
        """, tier: "platform", priority: "5.5")
      + clusterPolicy(
        "appliedTo: [{podSelector: {matchLabels: {app: cart}}}], ingress: [{name: e, action: Drop}]",
        named: "q")
      + clusterPolicy(
        "\(every), ingress: [{name: f, action: Reject}]", named: "s", tier: "baseline")
    #expect(
      try steps(yaml, "shop/web", "data/db") == [
        "a (tier platform, priority 5.5): otherPeer",
        "b (tier platform, priority 5.5): otherTraffic",
        "c (tier platform, priority 5.5): passes",
        "d (tier platform, priority 5.5): passedOver", "f (tier baseline, priority 5): reject",
      ])
    #expect(
      try steps(yaml + kubernetesPolicy("podSelector: {}", in: "data"), "shop/web", "data/db")
        .last == "isolation (NetworkPolicies of Kubernetes): drop")
    #expect(try steps(yaml, "shop/web", "data/db", at: .egress) == [])
    #expect(try steps(yaml, "data/db", "system/agent") == [])
  }

  @Test func aRuleOfManyPartsIsOneStep() throws {
    let yaml = clusterPolicy(
      """
      \(every), ingress: [
        {name: a, action: Drop, from: [{namespaces: {match: Self}}, {podSelector: {matchLabels: {app: cart}}}]},
        {name: b, action: Drop, ports: [{port: http}, {port: 443}]}, {name: c, action: Allow}]
      """)
    #expect(
      try steps(yaml, "test/web", "shop/web") == [
        "a (tier application, priority 5): otherPeer",
        "b (tier application, priority 5): otherTraffic",
        "c (tier application, priority 5): allow",
      ])
    #expect(try steps(yaml, "shop/cart", "shop/web") == ["a (tier application, priority 5): drop"])
  }

  @Test func servicesAreAReason() throws {
    let yaml = clusterPolicy(
      """
      \(every), egress: [{name: a, action: Drop, toServices: [{name: web, namespace: shop}]}]
      """)
    let web = KubernetesService.Name(namespace: "shop", name: "web")
    #expect(
      try steps(yaml, "data/db", "shop/web", at: .egress)
        == ["a (tier application, priority 5): otherService"])
    #expect(
      try steps(yaml, "data/db", "shop/web", at: .egress, through: web)
        == ["a (tier application, priority 5): drop"])
  }
}
