import Reachability
import Testing

/// Peers that are relative to the namespace of the pods.
@Suite struct AntreaNamespaceTests {
  private func sources(
    _ evaluator: AntreaEvaluator, into pod: String
  ) throws -> [String] { try evaluator.sources(into: pod, of: "r") }

  private func policy(_ peers: String, appliedTo: String = "{podSelector: {}}") -> String {
    clusterPolicy(
      "appliedTo: [\(appliedTo)], ingress: [{name: r, action: Drop, from: [\(peers)]}]")
  }

  @Test func selfIsTheNamespaceOfEachPod() throws {
    let evaluator = try SmallCluster.live(policy("{namespaces: {match: Self}}"))
    #expect(evaluator.deviations == [])
    #expect(try sources(evaluator, into: "data/db") == ["data/db", "data/cache"])
    #expect(try sources(evaluator, into: "test/web") == ["test/web"])
  }

  @Test func selfWithAPodSelector() throws {
    let evaluator = try SmallCluster.live(
      policy("{namespaces: {match: Self}, podSelector: {matchLabels: {app: web}}}"))
    #expect(try sources(evaluator, into: "shop/cart") == ["shop/web"])
    #expect(try sources(evaluator, into: "data/db") == [])
  }

  @Test func selfBesideOtherPeers() throws {
    let evaluator = try SmallCluster.live(
      policy("{namespaces: {match: Self}}, {ipBlock: {cidr: 192.0.2.0/24}}"))
    #expect(try sources(evaluator, into: "data/db") == ["data/db", "data/cache", "192.0.2.1"])
  }

  @Test func selfOfEveryEntryOfARule() throws {
    let evaluator = try SmallCluster.live(
      clusterPolicy(
        """
        egress: [{name: r, action: Drop, to: [{namespaces: {match: Self}}], appliedTo: [
          {podSelector: {matchLabels: {app: cart}}},
          {serviceAccount: {name: back, namespace: data}}]}]
        """))
    #expect(evaluator.deviations == [])
    #expect(try evaluator.destinations(from: "shop/cart", of: "r") == ["shop/web", "shop/cart"])
    #expect(try evaluator.destinations(from: "data/cache", of: "r") == ["data/db", "data/cache"])
    #expect(try evaluator.destinations(from: "data/db", of: "r") == [])
  }

  @Test func namespacesWithTheSameLabels() throws {
    let evaluator = try SmallCluster.live(policy("{namespaces: {sameLabels: [env]}}"))
    #expect(
      try sources(evaluator, into: "data/db") == ["shop/web", "shop/cart", "data/db", "data/cache"])
    #expect(try sources(evaluator, into: "test/web") == ["test/web"])
    // data has no team: the rule does not exist there.
    let two = try SmallCluster.live(policy("{namespaces: {sameLabels: [env, team]}}"))
    #expect(try sources(two, into: "shop/web") == ["shop/web", "shop/cart"])
    #expect(try sources(two, into: "data/db") == [])
  }

  @Test func sameLabelsReachNamespacesThatThePolicyIsNotAppliedTo() throws {
    let evaluator = try SmallCluster.live(
      policy(
        "{namespaces: {sameLabels: [team]}, podSelector: {matchLabels: {app: web}}}",
        appliedTo: "{namespaceSelector: {matchLabels: {env: test}}}"))
    #expect(try sources(evaluator, into: "test/web") == ["shop/web", "test/web"])
    #expect(try sources(evaluator, into: "shop/cart") == [])
  }

  @Test func aGroupCountsAsItsNamespaces() throws {
    let yaml =
      policy("{namespaces: {match: Self}}", appliedTo: "{group: carts}")
      + group(
        "carts",
        "namespaceSelector: {matchLabels: {team: a}}, podSelector: {matchLabels: {app: cart}}")
    let evaluator = try SmallCluster.live(yaml)
    // The selector of pods is lost.
    #expect(try sources(evaluator, into: "shop/web") == ["shop/web", "shop/cart"])
    #expect(try sources(evaluator, into: "data/db") == [])
    #expect(evaluator.deviations.map(\.field) == ["appliedTo"])
    #expect(throws: EvaluationError.self) { try SmallCluster.strict(yaml) }
  }

  @Test func aGroupWithoutSelectorsCountsAsAllNamespaces() throws {
    let evaluator = try SmallCluster.live(
      policy("{namespaces: {match: Self}}", appliedTo: "{group: web}")
        + group("web", "serviceReference: {name: web, namespace: shop}"))
    #expect(try sources(evaluator, into: "data/db") == ["data/db", "data/cache"])
  }

  @Test func forSameLabelsTheLastEntryCounts() throws {
    let yaml = policy(
      "{namespaces: {sameLabels: [env]}}",
      appliedTo:
        "{namespaceSelector: {matchLabels: {env: prod}}}, {namespaceSelector: {matchLabels: {env: test}}}"
    )
    let evaluator = try SmallCluster.live(yaml)
    #expect(try sources(evaluator, into: "data/db") == [])
    #expect(try sources(evaluator, into: "test/web") == ["test/web"])
    #expect(evaluator.deviations.count == 1)
    #expect(throws: EvaluationError.self) { try SmallCluster.strict(yaml) }
  }

  @Test func forSelfTheLastEntryOfANamespaceCounts() throws {
    let evaluator = try SmallCluster.live(
      policy(
        "{namespaces: {match: Self}}",
        appliedTo:
          "{podSelector: {matchLabels: {app: db}}}, {podSelector: {matchLabels: {app: web}}}"
      ))
    #expect(try sources(evaluator, into: "data/db") == [])
    #expect(try sources(evaluator, into: "shop/web") == ["shop/web", "shop/cart"])
    #expect(evaluator.deviations.count == 1)
  }

  @Test func namespacesThatSayNothingAreIgnored() throws {
    let yaml = policy("{namespaces: {}}")
    let evaluator = try SmallCluster.live(yaml)
    #expect(try sources(evaluator, into: "data/db").contains("192.0.2.1"))
    #expect(evaluator.deviations.count == 1)
    #expect(throws: EvaluationError.self) { try SmallCluster.strict(yaml) }
  }
}
