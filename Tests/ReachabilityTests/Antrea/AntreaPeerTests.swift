import Reachability
import Testing

/// Whom the forms of peers and of `appliedTo` mean.
@Suite struct AntreaPeerTests {
  private let everyPod = "appliedTo: [{podSelector: {}}]"

  private func sources(_ peer: String, into pod: String = "data/db") throws -> [String] {
    let evaluator = try SmallCluster.live(
      clusterPolicy("\(everyPod), ingress: [{name: r, action: Drop, from: [\(peer)]}]"))
    #expect(evaluator.notEvaluated == [])
    return try evaluator.sources(into: pod, of: "r")
  }

  private func destinations(_ peer: String) throws -> [String] {
    let evaluator = try SmallCluster.live(
      clusterPolicy("\(everyPod), egress: [{name: r, action: Drop, to: [\(peer)]}]"))
    #expect(evaluator.notEvaluated == [] && evaluator.hostNames.isEmpty == !peer.contains("fqdn"))
    return try evaluator.destinations(from: "data/db", of: "r")
  }

  @Test func podsOfAServiceAccount() throws {
    // Neither an account of that name elsewhere, nor a pod on its Node's network.
    #expect(
      try sources("{serviceAccount: {name: front, namespace: shop}}") == ["shop/web"])
    #expect(try sources("{serviceAccount: {name: front, namespace: system}}") == [])
    let evaluator = try SmallCluster.live(
      clusterPolicy(
        "appliedTo: [{serviceAccount: {name: back, namespace: data}}], "
          + "ingress: [{name: r, action: Drop}]"))
    #expect(try evaluator.verdict("shop/web", "data/cache") == "- / drop r")
    #expect(try evaluator.verdict("shop/web", "data/db") == "- / -")
    #expect(try evaluator.verdict("shop/web", "shop/cart") == "- / -")
  }

  @Test func addressesOfNodesAndNoPods() throws {
    #expect(
      try sources("{nodeSelector: {matchLabels: {role: worker}}}") == ["system/agent", "10.9.1.1"])
    #expect(
      try destinations("{nodeSelector: {matchExpressions: [{key: role, operator: Exists}]}}") == [
        "system/agent", "10.9.1.1", "10.5.0.2",
      ])
  }

  @Test(arguments: [
    ("www.example.com", ["198.51.100.1"]), ("WWW.EXAMPLE.COM", ["198.51.100.1"]),
    ("example.com", ["198.51.100.2"]), ("*.example.com", ["198.51.100.1", "198.51.100.3"]),
    ("*example.com", ["198.51.100.1", "198.51.100.2", "198.51.100.3"]),
    ("a.*.com", ["198.51.100.3"]), ("w*w.exam*.com", ["198.51.100.1"]), ("example", []),
    ("*b*exam*", ["198.51.100.3"]), ("wwwXexample.com", []),
  ])
  func hostNames(pattern: String, expected: [String]) throws {
    #expect(try destinations("{fqdn: '\(pattern)'}") == expected)
  }

  @Test func podsOnTheirNodesNetworkAreAddressesAlone() throws {
    #expect(try !sources("{podSelector: {matchLabels: {app: web}}}").contains("system/agent"))
    #expect(try !sources("{namespaceSelector: {}}").contains("system/agent"))
    #expect(try sources("{ipBlock: {cidr: 10.5.0.0/16}}").contains("system/agent"))
    #expect(try destinations("").contains("system/agent"))
  }

  @Test func exceptionsOfBlocks() throws {
    #expect(
      try sources("{ipBlock: {cidr: 10.0.0.0/16, except: [10.0.0.0/31, 10.0.1.0/24]}}") == [
        "shop/cart", "test/web",
      ])
    #expect(try destinations("{ipBlock: {cidr: '2001:db8::/32'}}") == ["2001:db8::1"])
  }

  @Test func severalPeersAreAUnionAndSelectorsOfOneAnIntersection() throws {
    #expect(
      try sources(
        """
        {podSelector: {matchLabels: {app: web}}, namespaceSelector: {matchLabels: {env: prod}}},
        {podSelector: {matchLabels: {app: cache}}}
        """) == ["shop/web", "data/cache"])
  }

  @Test func anEmptyPeerIsNobody() throws {
    let evaluator = try SmallCluster.live(
      clusterPolicy("\(everyPod), ingress: [{name: r, action: Drop, from: [{}]}]"))
    #expect(try evaluator.sources(into: "data/db", of: "r") == [])
    #expect(evaluator.deviations.map(\.field) == ["from"])
  }

  @Test func ofSeveralFormsOneCounts() throws {
    let yaml = clusterPolicy(
      """
      \(everyPod), ingress: [{name: r, action: Drop, from: [
        {ipBlock: {cidr: 10.0.0.1/32}, podSelector: {matchLabels: {app: cache}}}]}]
      """)
    let evaluator = try SmallCluster.live(yaml)
    #expect(try evaluator.sources(into: "data/db", of: "r") == ["shop/web"])
    #expect(evaluator.deviations.map(\.rule) == ["r"])
    #expect(throws: EvaluationError.self) { try SmallCluster.strict(yaml) }
  }

  @Test func ruleLevelAppliedToOfEveryForm() throws {
    let evaluator = try SmallCluster.live(
      clusterPolicy(
        """
        ingress: [
          {name: a, action: Drop, appliedTo: [{group: dbs}]},
          {name: b, action: Drop, appliedTo: [{serviceAccount: {name: back, namespace: data}}]},
          {name: c, action: Drop, appliedTo: [{namespaceSelector: {matchLabels: {env: test}}}]}]
        """) + group("dbs", "podSelector: {matchLabels: {app: db}}"))
    #expect(try evaluator.verdict("shop/web", "data/db") == "- / drop a")
    #expect(try evaluator.verdict("shop/web", "data/cache") == "- / drop b")
    #expect(try evaluator.verdict("shop/web", "test/web") == "- / drop c")
    #expect(try evaluator.verdict("shop/web", "shop/cart") == "- / -")
  }
}
