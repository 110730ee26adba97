import Reachability
import Testing

/// Policies and groups of Antrea in a namespace.
@Suite struct AntreaNamespacedPolicyTests {
  @Test func podsAreThoseOfTheNamespace() throws {
    let evaluator = try SmallCluster.live(
      namespacedPolicy(
        """
        appliedTo: [{podSelector: {}}], ingress: [
          {name: a, action: Drop, from: [{podSelector: {matchLabels: {app: web}}}]},
          {name: b, action: Drop, from: [{namespaceSelector: {matchLabels: {env: test}}}]},
          {name: c, action: Drop, from: [{podSelector: {matchLabels: {app: db}},
            namespaceSelector: {matchLabels: {env: prod}}}]}]
        """))
    #expect(evaluator.notEvaluated == [] && evaluator.deviations == [])
    #expect(try evaluator.verdict("shop/web", "shop/cart") == "- / drop a")
    #expect(try evaluator.verdict("test/web", "shop/cart") == "- / drop b")
    #expect(try evaluator.verdict("data/db", "shop/cart") == "- / drop c")
    #expect(try evaluator.verdict("shop/web", "data/db") == "- / -")
  }

  @Test func anEmptyPeerOrTargetIsTheWholeNamespace() throws {
    let evaluator = try SmallCluster.live(
      namespacedPolicy("appliedTo: [{}], ingress: [{name: r, action: Drop, from: [{}]}]"))
    #expect(try evaluator.sources(into: "shop/cart", of: "r") == ["shop/web", "shop/cart"])
    #expect(try evaluator.sources(into: "data/db", of: "r") == [])
  }

  @Test func groupsAreThoseOfTheNamespace() throws {
    let rules =
      "appliedTo: [{podSelector: {}}], ingress: [{name: r, action: Drop, from: [{group: g}]}]"
    let own = group("g", "podSelector: {matchLabels: {app: web}}", in: "shop")
    let evaluator = try SmallCluster.live(namespacedPolicy(rules) + own)
    // Without a selector of namespaces it is the group's own.
    #expect(try evaluator.sources(into: "shop/cart", of: "r") == ["shop/web"])
    for other in [group("g", "podSelector: {}"), group("g", "podSelector: {}", in: "data")] {
      let evaluator = try SmallCluster.live(namespacedPolicy(rules) + other)
      #expect(try evaluator.sources(into: "shop/cart", of: "r") == [])
    }
    let empty = try SmallCluster.live(namespacedPolicy(rules) + group("g", "", in: "shop"))
    #expect(try empty.sources(into: "shop/cart", of: "r") == ["shop/web", "shop/cart"])
    let wide = try SmallCluster.live(
      namespacedPolicy(rules)
        + group("g", "namespaceSelector: {matchLabels: {env: test}}", in: "shop"))
    #expect(try wide.sources(into: "shop/cart", of: "r") == ["test/web"])
  }

  @Test func aGroupWithForeignPodsKeepsThePolicyFromBeingRealized() throws {
    let policy = namespacedPolicy(
      "appliedTo: [{group: g}, {podSelector: {}}], ingress: [{name: r, action: Drop}]")
    let foreign = group("g", "namespaceSelector: {matchLabels: {env: prod}}", in: "shop")
    let evaluator = try SmallCluster.live(policy + foreign)
    #expect(try evaluator.verdict("data/db", "shop/web") == "- / -")
    #expect(evaluator.deviations.map(\.field) == ["appliedTo"])
    #expect(throws: EvaluationError.self) { try SmallCluster.strict(policy + foreign) }
    let own = group("g", "podSelector: {matchLabels: {app: web}}", in: "shop")
    #expect(try SmallCluster.live(policy + own).verdict("data/db", "shop/web") == "- / drop r")
  }

  @Test func aGroupHasNoSelectorOfNodes() throws {
    let yaml =
      namespacedPolicy(
        "appliedTo: [{podSelector: {}}], ingress: [{name: r, action: Drop, from: [{group: g}]}]")
      + group("g", "nodeSelector: {}", in: "shop")
    let evaluator = try SmallCluster.live(yaml)
    #expect(try evaluator.sources(into: "shop/cart", of: "r") == ["shop/web", "shop/cart"])
    #expect(evaluator.deviations.map(\.field) == ["nodeSelector"])
    #expect(throws: EvaluationError.self) { try SmallCluster.strict(yaml) }
  }

  @Test func aForeignGroupOfOneRuleStopsAllRules() throws {
    let evaluator = try SmallCluster.live(
      namespacedPolicy(
        """
        ingress: [{name: r, action: Drop, appliedTo: [{podSelector: {}}]},
          {name: s, action: Drop, appliedTo: [{group: g}]}]
        """) + group("g", "namespaceSelector: {}", in: "shop"))
    #expect(try evaluator.verdict("data/db", "shop/web") == "- / -")
  }

  @Test func tiersAndPrioritiesOrderBothKinds() throws {
    func order(_ own: String, _ cluster: String, tier: String = "application") throws -> String {
      try SmallCluster.live(
        namespacedPolicy(
          "appliedTo: [{podSelector: {}}], ingress: [{name: own, action: Drop}]", tier: tier,
          priority: own)
          + clusterPolicy(
            "appliedTo: [{podSelector: {}}], ingress: [{name: all, action: Allow}]",
            priority: cluster)
      ).verdict("data/db", "shop/web")
    }
    #expect(try order("5", "6") == "- / drop own")
    #expect(try order("6", "5") == "- / allow all")
    #expect(try order("6", "5", tier: "platform") == "- / drop own")
    #expect(try order("1", "5", tier: "baseline") == "- / allow all")
  }

  @Test func namespacedPoliciesAreToldFromThoseOfKubernetes() throws {
    let evaluator = try SmallCluster.live(
      namespacedPolicy("appliedTo: [{podSelector: {}}], ingress: [{name: r, action: Drop}]"))
    let decision = evaluator.decide(
      Flow(
        source: try SmallCluster.endpoint("data/db"),
        destination: try SmallCluster.endpoint("shop/web"), traffic: tcp(80)))
    #expect(decision.ingress.rule?.policy == "NetworkPolicy.crd.antrea.io/shop/own")
  }
}
