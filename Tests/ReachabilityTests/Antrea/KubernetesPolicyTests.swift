import Reachability
import Testing

/// NetworkPolicies of Kubernetes, and their place among the tiers.
@Suite struct KubernetesPolicyTests {
  @Test func aSelectedPodIsIsolatedInTheDirectionsOfTheTypes() throws {
    for (spec, into, out) in [
      ("podSelector: {}", "drop isolation", "-"),
      ("podSelector: {}, egress: [{to: []}]", "drop isolation", "allow egress[0]"),
      ("podSelector: {}, policyTypes: [Egress]", "-", "drop isolation"),
      ("podSelector: {}, policyTypes: [Ingress, Egress]", "drop isolation", "drop isolation"),
      ("podSelector: {}, policyTypes: [Ingress], ingress: [{}]", "allow ingress[0]", "-"),
      ("podSelector: {matchLabels: {app: cart}}", "-", "-"),
    ] {
      let evaluator = try SmallCluster.live(kubernetesPolicy(spec))
      #expect(evaluator.notEvaluated == [] && evaluator.deviations == [], "\(spec)")
      #expect(try evaluator.verdict("data/db", "shop/web") == "- / \(into)", "\(spec)")
      #expect(try evaluator.verdict("shop/web", "data/db") == "\(out) / -", "\(spec)")
      #expect(try evaluator.verdict("test/web", "data/db") == "- / -", "\(spec)")
    }
  }

  @Test func thePoliciesThatIsolateAreTheRule() throws {
    let evaluator = try SmallCluster.live(
      kubernetesPolicy("podSelector: {}", named: "a")
        + kubernetesPolicy("podSelector: {matchLabels: {app: web}}", named: "b")
        + kubernetesPolicy("podSelector: {}", named: "c", in: "data"))
    func policy(_ destination: String) throws -> String? {
      evaluator.decide(
        Flow(
          source: try SmallCluster.endpoint("test/web"),
          destination: try SmallCluster.endpoint(destination), traffic: tcp(80))
      ).ingress.rule?.policy
    }
    #expect(try policy("shop/web") == "NetworkPolicy/shop/a, NetworkPolicy/shop/b")
    #expect(try policy("shop/cart") == "NetworkPolicy/shop/a")
    #expect(try policy("data/db") == "NetworkPolicy/data/c")
  }

  private func sources(_ peers: String) throws -> [String] {
    try SmallCluster.live(
      kubernetesPolicy("podSelector: {}, ingress: [{from: [\(peers)]}]")
    ).sources(into: "shop/cart", of: "ingress[0]")
  }

  @Test func peers() throws {
    #expect(try sources("{podSelector: {matchLabels: {app: web}}}") == ["shop/web"])
    #expect(try sources("{podSelector: {}}") == ["shop/web", "shop/cart"])
    #expect(try sources("{namespaceSelector: {matchLabels: {env: test}}}") == ["test/web"])
    #expect(
      try sources("{namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}") == [
        "shop/web", "test/web",
      ])
    #expect(
      try sources("{ipBlock: {cidr: 10.0.0.0/15, except: [10.0.0.0/23]}}") == ["test/web"])
    #expect(try sources("{ipBlock: {cidr: 10.5.0.0/24}}") == ["system/agent", "10.5.0.2"])
  }

  @Test func ports() throws {
    let evaluator = try SmallCluster.live(
      kubernetesPolicy(
        """
        podSelector: {}, ingress: [{ports: [
          {port: 80}, {port: 1000, endPort: 2000, protocol: UDP}, {port: http}, {protocol: SCTP}]}]
        """))
    func isAllowed(_ traffic: Traffic, _ pod: String = "shop/web") throws -> Bool {
      try evaluator.verdict("data/db", pod, traffic) == "- / allow ingress[0]"
    }
    #expect(try isAllowed(tcp(80)) && !isAllowed(tcp(81)))
    #expect(try isAllowed(.transport(.udp, source: 1, destination: 2000)))
    #expect(try !isAllowed(.transport(.udp, source: 1, destination: 2001)))
    #expect(try isAllowed(tcp(8080)) && !isAllowed(tcp(9090)))
    #expect(try isAllowed(tcp(9090), "shop/cart") && !isAllowed(tcp(8080), "shop/cart"))
    #expect(try isAllowed(.transport(.sctp, source: 1, destination: 9)))
    #expect(try !isAllowed(.icmp(type: 8, code: 0)))
  }

  @Test func rulesOfAllPoliciesAllow() throws {
    let evaluator = try SmallCluster.live(
      kubernetesPolicy("podSelector: {}", named: "a")
        + kubernetesPolicy(
          "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {env: test}}}]}]",
          named: "b"))
    #expect(try evaluator.verdict("test/web", "shop/web") == "- / allow ingress[0]")
    #expect(try evaluator.verdict("data/db", "shop/web") == "- / drop isolation")
  }

  private let every = "appliedTo: [{podSelector: {}}]"

  @Test func tiersComeFirst() throws {
    let open = kubernetesPolicy("podSelector: {}, ingress: [{}]")
    let closed = kubernetesPolicy("podSelector: {}")
    for (action, withOpen, withClosed) in [
      ("Drop", "drop r", "drop r"), ("Allow", "allow r", "allow r"),
      ("Pass", "allow ingress[0]", "drop isolation"),
    ] {
      let rule = clusterPolicy(
        "\(every), ingress: [{name: r, action: \(action)}, {name: s, action: Reject}]")
      #expect(
        try SmallCluster.live(rule + open).verdict("data/db", "shop/web") == "- / \(withOpen)")
      #expect(
        try SmallCluster.live(rule + closed).verdict("data/db", "shop/web") == "- / \(withClosed)")
    }
  }

  @Test func theBaselineComesLast() throws {
    let baseline = clusterPolicy("\(every), ingress: [{name: b, action: Reject}]", tier: "baseline")
    let open = try SmallCluster.live(
      baseline + kubernetesPolicy("podSelector: {}, ingress: [{ports: [{port: 80}]}]"))
    #expect(try open.verdict("data/db", "shop/web") == "- / allow ingress[0]")
    #expect(try open.verdict("data/db", "shop/web", tcp(81)) == "- / drop isolation")
    // Not isolated: the tier behind decides.
    #expect(try open.verdict("shop/web", "data/db") == "- / reject b")
    let pass = clusterPolicy("\(every), ingress: [{name: r, action: Pass}]", named: "q")
    #expect(
      try SmallCluster.live(baseline + pass).verdict("shop/web", "data/db") == "- / reject b")
  }

  @Test func antreaEnforcesRulesThatTheTypesDoNotName() throws {
    let evaluator = try SmallCluster.live(
      kubernetesPolicy(
        "podSelector: {}, policyTypes: [Ingress], egress: [{ports: [{port: 80}]}]"))
    #expect(try evaluator.verdict("shop/web", "data/db", tcp(81)) == "drop isolation / -")
    #expect(evaluator.deviations.map(\.field) == ["policyTypes"])
  }

  @Test func podsOnTheirNodesNetworkAreNotIsolated() throws {
    let evaluator = try SmallCluster.live(kubernetesPolicy("podSelector: {}", in: "system"))
    #expect(try evaluator.verdict("data/db", "system/agent") == "- / -")
  }
}
