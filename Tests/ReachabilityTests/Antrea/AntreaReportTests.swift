import AntreaModel
import Reachability
import Testing

/// What an evaluation tells beside verdicts, and what it refuses.
@Suite struct AntreaReportTests {
  private let every = "appliedTo: [{podSelector: {}}]"

  /// A rule that can be evaluated stands beside each that cannot.
  private func evaluate(_ rule: String, _ direction: String = "ingress") throws -> AntreaEvaluator {
    let yaml = clusterPolicy(
      "\(every), \(direction): [{name: r, action: Drop, \(rule)}, {name: s, action: Reject}]")
    #expect(throws: EvaluationError.self, "\(rule)") { try SmallCluster.strict(yaml) }
    return try SmallCluster.live(yaml)
  }

  @Test(arguments: [
    "protocols: [{igmp: {igmpType: 18}}]", "ports: [{port: 0}]", "ports: [{port: 5, endPort: 4}]",
    "ports: [{protocol: GRE}]", "from: [{ipBlock: {cidr: 10.0.0.1}}]",
    "from: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/9]}}]", "from: [{fqdn: a.b}]",
    "from: [{externalEntitySelector: {}}]", "from: [{new: {}}]", "color: red",
    "from: [{podSelector: {matchExpressions: [{key: a, operator: Like, values: [b]}]}}]",
    "l7Protocols: [{tls: {}}]", "appliedTo: [{podSelector: {}}]", "from: 5",
    "from: [{namespaces: {match: Other}}]",
  ])
  func aRuleThatCannotBeReadIsLeftOut(rule: String) throws {
    let evaluator = try evaluate(rule)
    #expect(evaluator.notEvaluated.map(\.rule) == ["r"], "\(evaluator.notEvaluated)")
    #expect(try evaluator.verdict("data/db", "shop/web") == "- / reject s")
  }

  @Test func aPartThatCannotBeEvaluatedIsLeftOut() throws {
    let evaluator = try evaluate(
      "from: [{podSelector: {matchLabels: {app: db}}, scope: ClusterSet}]")
    #expect(
      evaluator.notEvaluated.map(\.construct) == ["pods of other clusters (scope ClusterSet)"])
    #expect(try evaluator.verdict("data/db", "shop/web") == "- / drop r")
    let entities = try SmallCluster.live(
      namespacedPolicy(
        """
        appliedTo: [{podSelector: {}}, {externalEntitySelector: {}}], ingress: [
          {name: r, action: Drop, from: [{externalEntitySelector: {}}, {podSelector: {}}]}]
        """))
    #expect(entities.notEvaluated.map(\.rule) == [nil, "r"])
    #expect(try entities.verdict("shop/cart", "shop/web") == "- / drop r")
    #expect(try entities.verdict("data/db", "shop/web") == "- / -")
    let services = try evaluate(
      "toServices: [{name: web, namespace: shop, scope: ClusterSet}]", "egress")
    #expect(services.notEvaluated.count == 1)
  }

  @Test func policiesOfNodesAndNodePortsAreLeftOut() throws {
    for entry in ["nodeSelector: {}", "service: {name: web, namespace: shop}", "group: nodes"] {
      let yaml =
        clusterPolicy("appliedTo: [{\(entry)}], ingress: [{name: r, action: Drop}]")
        + group("nodes", "nodeSelector: {}")
      let evaluator = try SmallCluster.live(yaml)
      #expect(evaluator.notEvaluated.count == 1, "\(entry)")
      #expect(try evaluator.verdict("data/db", "shop/web") == "- / -")
      #expect(throws: EvaluationError.self) { try SmallCluster.strict(yaml) }
    }
  }

  @Test(arguments: [
    ("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy"),
    ("policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy"),
    ("policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy"),
    ("security.antrea.tanzu.vmware.com/v1alpha1", "ClusterNetworkPolicy"),
    ("cilium.io/v2", "CiliumNetworkPolicy"),
  ])
  func otherKindsOfPoliciesAreNamed(version: String, kind: String) throws {
    let yaml = "{apiVersion: \(version), kind: \(kind), metadata: {name: a}}"
    #expect(try SmallCluster.live(yaml).notEvaluated.map(\.object.kind) == [kind])
    #expect(throws: EvaluationError.self) { try SmallCluster.strict(yaml) }
  }

  @Test func anObjectThatTheAPIWouldRefuseIsLeftOut() throws {
    for spec in [
      "priority: 0, \(every), ingress: [{name: r, action: Drop}]",
      "priority: 5, appliedTo: {podSelector: {}}, ingress: [{name: r, action: Drop}]",
      "priority: 5, new: 1, \(every), ingress: [{name: r, action: Drop}]",
    ] {
      let yaml = """
        {apiVersion: crd.antrea.io/v1beta1, kind: ClusterNetworkPolicy, metadata: {name: p},
        spec: {\(spec)}}
        """
      let evaluator = try SmallCluster.live(yaml)
      #expect(evaluator.notEvaluated.map(\.rule) == [nil], "\(spec)")
      #expect(try evaluator.verdict("data/db", "shop/web") == "- / -")
      #expect(throws: EvaluationError.self) { try SmallCluster.strict(yaml) }
    }
  }

  @Test func anUnusableSelectorWidensTheRule() throws {
    // Beside a selector of namespaces, the pods count as not selected.
    let both = try evaluate(
      """
      from: [{namespaceSelector: {matchLabels: {env: test}},
        podSelector: {matchExpressions: [{key: app, operator: In}]}}]
      """)
    #expect(try both.sources(into: "data/db", of: "r") == ["test/web"])
    #expect(both.deviations.map(\.field) == ["podSelector"] && both.notEvaluated == [])
    // Alone, nothing is left to select by.
    let alone = try evaluate(
      "from: [{podSelector: {matchExpressions: [{key: app, operator: Exists, values: [a]}]}}]")
    #expect(try alone.sources(into: "data/db", of: "r") == [])
    let long = try evaluate(
      """
      from: [{namespaceSelector: {matchExpressions: [{key: env, operator: In, values: [
        \(String(repeating: "a", count: 64))]}]}, podSelector: {matchLabels: {app: web}}}]
      """)
    #expect(try long.sources(into: "data/db", of: "r") == ["shop/web", "test/web"])
  }

  @Test func anUnusableSelectorOfNamespacesLeavesTheNamespace() throws {
    let evaluator = try SmallCluster.live(
      namespacedPolicy(
        """
        \(every), ingress: [{name: r, action: Drop, from: [
          {namespaceSelector: {matchExpressions: [{key: a b, operator: Exists}]},
          podSelector: {matchLabels: {app: web}}}]}]
        """))
    #expect(try evaluator.sources(into: "shop/cart", of: "r") == ["shop/web", "test/web"])
  }

  @Test func olderVersionsAreReadAlike() throws {
    let yaml =
      clusterPolicy("\(every), ingress: [{name: r, action: Drop, from: [{group: g}]}]")
      + group("g", "podSelector: {matchLabels: {app: db}}")
    for version in ["v1alpha1", "v1alpha3", "v1beta1"] {
      let evaluator = try SmallCluster.live(yaml.replacing("v1beta1", with: version))
      #expect(try evaluator.verdict("data/db", "shop/web") == "- / drop r")
    }
  }

  @Test func defaults() throws {
    let yaml = """
      apiVersion: crd.antrea.io/v1beta1
      kind: ClusterNetworkPolicy
      metadata: {name: p}
      spec:
        priority: 5
        appliedTo: [{podSelector: {}}]
        ingress: [{action: Drop, from: null, ports: [{port: 80}], protocols: [], name: ""}]
      """
    let other = clusterPolicy(
      "\(every), ingress: [{name: q, action: Reject}]", named: "q", tier: "platform",
      priority: "9")
    let evaluator = try SmallCluster.live(yaml)
    #expect(evaluator.notEvaluated == [] && evaluator.deviations == [])
    #expect(try evaluator.verdict("data/db", "shop/web") == "- / drop ingress[0]")
    #expect(
      try evaluator.verdict("data/db", "shop/web", .transport(.udp, source: 1, destination: 80))
        == "- / -")
    #expect(
      try SmallCluster.live(yaml + "\n---\n" + other).verdict("data/db", "shop/web")
        == "- / reject q")
  }

  @Test func aMissingTierCountsAsApplication() throws {
    let evaluator = try SmallCluster.live(
      clusterPolicy(
        "\(every), ingress: [{name: gone, action: Drop}]", named: "a", tier: "gone", priority: "6")
        + clusterPolicy("\(every), ingress: [{name: r, action: Reject}]", named: "b"))
    #expect(try evaluator.verdict("data/db", "shop/web") == "- / reject r")
    #expect(evaluator.deviations.map(\.field) == ["tier"])
  }

  @Test func tiesAreRulesOfOnePlaceThatContradict() throws {
    func ties(_ first: String, _ second: String, priority: String = "5.0") throws -> [[String]] {
      try SmallCluster.live(
        clusterPolicy("\(every), ingress: [\(first)]", named: "a")
          + clusterPolicy("\(every), ingress: [\(second)]", named: "b", priority: priority)
      ).ties
    }
    let both = [["ClusterNetworkPolicy/a", "ClusterNetworkPolicy/b"]]
    #expect(try ties("{name: x, action: Drop}", "{name: w, action: Allow}") == both)
    #expect(try ties("{name: x, action: Drop}", "{name: w, action: Drop}") == [])
    #expect(
      try ties("{name: x, action: Drop}", "{name: w, action: Allow}", priority: "5.1") == [])
    // Rules of different numbers have their order.
    #expect(
      try ties(
        "{name: x, action: Drop, ports: [{port: 1}]}, {name: z, action: Drop}",
        "{name: w, action: Allow, ports: [{port: 2}]}") == [])
    #expect(
      try ties(
        "{name: x, action: Drop, ports: [{port: 1, endPort: 9}]}",
        "{name: w, action: Allow, ports: [{port: 9}]}") == both)
    #expect(
      try ties(
        "{name: x, action: Drop, from: [{ipBlock: {cidr: 10.0.0.1/32}}]}",
        "{name: w, action: Allow, from: [{ipBlock: {cidr: 10.0.0.2/32}}]}") == [])
  }

  @Test func aNodeReachesItsOwnPodsAlways() throws {
    let evaluator = try SmallCluster.live(
      clusterPolicy("\(every), ingress: [{name: r, action: Drop}]"))
    #expect(try evaluator.verdict("10.9.1.1", "shop/web") == "- / -")
    #expect(try evaluator.verdict("system/agent", "shop/web") == "- / -")
    #expect(try evaluator.verdict("10.5.0.2", "shop/web") == "- / drop r")
    #expect(try evaluator.verdict("10.9.1.1", "shop/cart") == "- / drop r")
  }
}
