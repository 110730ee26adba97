import AntreaModel
import Documents
import Reachability
import Testing
import YAMLCoding

/// Antrea's semantics by hand, from YAML as a person would write it.
@Suite struct AntreaSemanticsTests {
  private let world = World(
    workloads: [
      pod("web", labels: ["app": "web"], "10.244.0.1"),
      pod("db", in: "data", labels: ["app": "db"], "10.244.0.2", services: ["db"]),
      pod("node", in: "data", labels: ["app": "db"], "10.5.0.1", isHostNetwork: true),
    ], addresses: [address("192.0.2.1")])

  private func objects(_ yaml: String) throws -> [KubernetesObject] {
    try YAMLReader.documents(Array(yaml.utf8)).map { try #require(KubernetesObject($0)) }
  }

  private func policy(
    named name: String = "p", tier: String = "application", priority: String = "5", _ rules: String
  ) -> String {
    """
    apiVersion: crd.antrea.io/v1beta1
    kind: ClusterNetworkPolicy
    metadata: {name: \(name)}
    spec: {tier: \(tier), priority: \(priority), \(rules)}
    ---

    """
  }

  private func group(_ name: String, _ spec: String) -> String {
    """
    apiVersion: crd.antrea.io/v1beta1
    kind: ClusterGroup
    metadata: {name: \(name)}
    spec: {\(spec)}
    ---

    """
  }

  /// What happens at the destination, web to db unless said otherwise.
  private func ingress(
    _ yaml: String, from source: String = "10.244.0.1", to destination: String = "10.244.0.2",
    _ traffic: Traffic = .transport(.tcp, source: 40000, destination: 80)
  ) throws -> String {
    let evaluator = try AntreaEvaluator(try objects(yaml), world: world)
    let side = evaluator.decide(
      Flow(
        source: try #require(world.endpoint(address(source))),
        destination: try #require(world.endpoint(address(destination))), traffic: traffic)
    ).ingress
    return side.outcome.rawValue + (side.rule.map { " \($0.rule)" } ?? "")
  }

  private let all = "appliedTo: [{podSelector: {}}]"

  @Test func whatIsNothingAndWhatIsEverything() throws {
    for (from, expected) in [
      ("", "drop r"), (", from: []", "drop r"), (", from: [{}]", "allow"),
      (", from: [{podSelector: {}}]", "drop r"), (", from: [{namespaceSelector: {}}]", "drop r"),
      (", from: [{group: gone}]", "allow"), (", from: [{group: none}]", "allow"),
      (", from: [{group: deep}]", "allow"), (", from: [{group: both}]", "drop r"),
      (", from: [{podSelector: {matchLabels: {app: db}}}]", "allow"),
      (
        ", from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}]",
        "drop r"
      ),
      (", from: [{ipBlock: {cidr: 10.244.0.0/24}}]", "drop r"),
      (", from: [{ipBlock: {cidr: 10.244.0.0/24, except: [10.244.0.1/32]}}]", "allow"),
    ] {
      let yaml =
        policy("\(all), ingress: [{name: r, action: Drop\(from)}]") + group("none", "")
        + group("both", "childGroups: [web, gone]") + group("deep", "childGroups: [both]")
        + group("web", "podSelector: {matchLabels: {app: web}}")
      #expect(try ingress(yaml) == expected, "\(from)")
    }
  }

  @Test func appliedToTakesPodsAlone() throws {
    let groups =
      group("lan", "ipBlocks: [{cidr: 10.0.0.0/8}]")
      + group("svc", "serviceReference: {name: db, namespace: data}")
      + group("mix", "childGroups: [lan, svc]")
    for (name, expected) in [
      ("lan", "allow"), ("svc", "drop r"), ("mix", "drop r"), ("gone", "allow"),
    ] {
      let yaml =
        policy("ingress: [{name: r, action: Drop, appliedTo: [{group: \(name)}]}]") + groups
      #expect(try ingress(yaml) == expected, "\(name)")
    }
    // Pods on their Node's network have no policies.
    #expect(
      try ingress(policy("\(all), ingress: [{name: r, action: Drop}]"), to: "10.5.0.1") == "allow")
  }

  @Test func tiersThenPrioritiesThenRules() throws {
    let tier = """
      apiVersion: crd.antrea.io/v1beta1
      kind: Tier
      metadata: {name: first}
      spec: {priority: 11}
      ---

      """
    let drop = "\(all), ingress: [{name: r, action: Drop}]"
    let reject = "\(all), ingress: [{name: s, action: Reject}, {name: t, action: Allow}]"
    #expect(
      try ingress(
        tier + policy(named: "a", tier: "emergency", drop)
          + policy(named: "b", tier: "first", reject))
        == "reject s")
    #expect(
      try ingress(
        policy(named: "a", priority: "1.0000000000000002", drop)
          + policy(named: "b", priority: "1", reject))
        == "reject s")
    #expect(
      try ingress(
        policy(named: "a", tier: "Emergency", drop) + policy(named: "b", priority: "1", reject))
        == "drop r")
    let tie = try AntreaEvaluator(
      try objects(policy(named: "a", drop) + policy(named: "b", priority: "5.0", reject)),
      world: world)
    #expect(tie.ties == [["ClusterNetworkPolicy/a", "ClusterNetworkPolicy/b"]])
  }

  @Test func passGoesOnToTheBaseline() throws {
    let pass = policy(named: "a", priority: "1", "\(all), ingress: [{name: p, action: Pass}]")
    let drop = policy(named: "b", "\(all), ingress: [{name: d, action: Drop}]")
    let base = policy(named: "c", tier: "baseline", "\(all), ingress: [{name: l, action: Reject}]")
    #expect(try ingress(pass + drop) == "allow")
    #expect(try ingress(pass + drop + base) == "reject l")
  }

  @Test func portsAndProtocols() throws {
    func drop(_ members: String) -> String {
      policy("\(all), ingress: [{name: r, action: Drop, \(members)}]")
    }
    let tcp = Traffic.transport(.tcp, source: 40000, destination: 80)
    let udp = Traffic.transport(.udp, source: 40000, destination: 80)
    for (members, traffic, expected) in [
      ("ports: [{port: 80}]", tcp, "drop r"), ("ports: [{port: 80}]", udp, "allow"),
      ("ports: [{protocol: UDP}]", udp, "drop r"), ("ports: []", udp, "drop r"),
      ("ports: [{port: 70, endPort: 79}]", tcp, "allow"),
      ("ports: [{port: 70, endPort: 80}]", tcp, "drop r"),
      ("ports: [{sourcePort: 1, sourceEndPort: 39999}]", tcp, "allow"),
      ("ports: [{sourcePort: 1, sourceEndPort: 40000}]", tcp, "drop r"),
      ("protocols: [{icmp: {}}]", .icmp(type: 3, code: 1), "drop r"),
      ("protocols: [{icmp: {icmpType: 8}}]", .icmp(type: 8, code: 1), "drop r"),
      ("protocols: [{icmp: {icmpType: 8, icmpCode: 0}}]", .icmp(type: 8, code: 1), "allow"),
      ("protocols: [{icmp: {}}]", tcp, "allow"),
      ("ports: [{port: 80}], protocols: [{icmp: {}}]", tcp, "drop r"),
      ("ports: [{port: 80}]", .other(47), "allow"), ("enableLogging: true", .other(47), "drop r"),
    ] {
      #expect(try ingress(drop(members), traffic) == expected, "\(members) \(traffic)")
    }
  }

  @Test func whatWouldNotDoWhatItSaysIsRefused() throws {
    for rule in [
      "from: [{podSelector: {matchExpressions: [{key: app, operator: In}]}}]",
      "from: [{podSelector: {matchExpressions: [{key: app, operator: Exists, values: [a]}]}}]",
      "from: [{podSelector: {matchLabels: {app: 'a b'}}}]", "from: [{ipBlock: {cidr: 10.0.0.1}}]",
      "from: [{fqdn: x.example.com}]", "toServices: []", "ports: [{port: http, endPort: 9}]",
      "ports: [{port: http, sourcePort: 9}]", "ports: [{endPort: 9}]", "ports: [{port: 70000}]",
      "l7Protocols: [{http: {}}]",
      "appliedTo: [{podSelector: {}}]",
    ] {
      let yaml = policy("\(all), ingress: [{name: r, action: Drop, \(rule)}]")
      let objects = try objects(yaml)
      #expect(throws: EvaluationError.self, "\(rule)") {
        try AntreaEvaluator(objects, world: world)
      }
    }
    let foreign = try objects(
      "{apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: {name: a}}"
    )
    #expect(throws: EvaluationError.self) { try AntreaEvaluator(foreign, world: world) }
    #expect(throws: EvaluationError.self) {
      try AntreaEvaluator(try objects(policy("ingress: [{action: Drop}]")), world: world)
    }
  }
}
