import AntreaModel
import NSXModel
import Reachability
import Testing
import Translation

/// NSX's semantics by hand: one estate per rule of the firewall.
@Suite struct VerdictTests {
  private let world = World(
    workloads: [
      pod("web", labels: ["app": "web"], "10.244.0.1", "fd00:10:244::1"),
      pod("db", labels: ["app": "db"], "10.244.0.2", "fd00:10:244::2", services: ["db"]),
      pod("other", in: "test", labels: ["app": "db"], "10.244.0.3"),
      pod("node", in: "kube-system", labels: ["app": "web"], "10.5.0.1", isHostNetwork: true),
    ],
    addresses: [address("10.20.0.5"), address("192.0.2.1")])

  private func estate(_ rules: String, extra: String = "") throws -> Estate {
    var estate = Estate()
    try groups(&estate)
    try estate.policy("p", extra: extra, rules: "[\(rules)]")
    return estate
  }

  private func groups(_ estate: inout Estate) throws {
    for name in ["web", "db"] { try estate.group(name, RuleShapes.pods(name)) }
    try estate.group("shop", RuleShapes.namespace("shop"))
    try estate.group(
      "shop-db",
      #"[{"resource_type":"NestedExpression","expressions":[\#(RuleShapes.namespace("shop").inner),{"resource_type":"ConjunctionOperator","conjunction_operator":"AND"},\#(RuleShapes.pods("db").inner)]}]"#
    )
    try estate.group(
      "lan", #"[{"resource_type":"IPAddressExpression","ip_addresses":["10.20.0.0/16"]}]"#)
    try estate.group("empty", "[]")
    try estate.group(
      "nested",
      #"[{"resource_type":"PathExpression","paths":["\#(Estate.group("web"))","\#(Estate.group("lan"))"]}]"#
    )
    try estate.service(
      "https",
      #"[{"resource_type":"L4PortSetServiceEntry","l4_protocol":"TCP","destination_ports":["443"]}]"#
    )
  }

  /// The outcome at both ends, as `egress/ingress`, and the deciding rules. The
  /// rendered policies must agree wherever nothing was refused.
  private func verdict(
    _ estate: Estate, _ source: String, _ destination: String, _ port: Int = 443
  ) throws -> String {
    let trial = try Trial(estate, world, podNetworks: EstateWords.podNetworks)
    let flow = Flow(
      source: try #require(world.endpoint(address(source))),
      destination: try #require(world.endpoint(address(destination))),
      traffic: .transport(.tcp, source: TrafficSpace.ephemeralPort, destination: port))
    if trial.translation.isApplicable {
      #expect(try trial.check().differences.map(\.description) == [])
    }
    func text(_ side: SideDecision) -> String {
      side.outcome.rawValue
        + (side.rule.map { " " + ($0.rule.split(separator: "/").last.map(String.init) ?? "") } ?? "")
    }
    let decision = trial.nsx.decide(flow)
    return "\(text(decision.egress)) / \(text(decision.ingress))"
  }

  @Test func withoutAMatchTrafficPasses() throws {
    let estate = try estate(
      rule(
        1, action: "DROP",
        #""direction":"IN","scope":\#(list("db")),"services":["/infra/services/https"]"#))
    #expect(try verdict(estate, "10.244.0.1", "10.244.0.2") == "allow / drop r1")
    #expect(try verdict(estate, "10.244.0.1", "10.244.0.2", 444) == "allow / allow")
    #expect(try verdict(estate, "10.244.0.2", "10.244.0.1") == "allow / allow")
  }

  @Test func directionsAreEnforcedAtTheirOwnEnds() throws {
    let estate = try estate(
      rule(
        1, action: "DROP", #""source_groups":\#(list("web")),"destination_groups":\#(list("db"))"#))
    #expect(try verdict(estate, "10.244.0.1", "10.244.0.2") == "drop r1 / drop r1")
    #expect(try verdict(estate, "10.244.0.2", "10.244.0.1") == "allow / allow")
    #expect(try verdict(estate, "192.0.2.1", "10.244.0.2") == "allow / allow")
    // A pod on its Node's network is in no group and enforces nothing.
    #expect(try verdict(estate, "10.5.0.1", "10.244.0.2") == "allow / allow")
  }

  @Test func policyScopeOverridesRuleScope() throws {
    let estate = try estate(
      rule(1, action: "DROP", #""direction":"IN","scope":\#(list("web"))"#),
      extra: #""scope":\#(list("db")),"#)
    #expect(try verdict(estate, "192.0.2.1", "10.244.0.2") == "allow / drop r1")
    #expect(try verdict(estate, "192.0.2.1", "10.244.0.1") == "allow / allow")
  }

  @Test func numbersOrderRulesAndCategoriesOrderPolicies() throws {
    var estate = Estate()
    try groups(&estate)
    try estate.policy(
      "app", category: "Application", number: 1,
      rules: "[\(rule(1, action: "ALLOW", #""direction":"IN","scope":\#(list("db"))"#))]")
    try estate.policy(
      "infra", category: "Infrastructure", number: 9,
      rules:
        "[\(rule(7, action: "DROP", #""direction":"IN","scope":\#(list("db"))"#)),\(rule(2, action: "REJECT", #""direction":"IN","source_groups":\#(list("nested")),"scope":\#(list("db"))"#))]"
    )
    #expect(try verdict(estate, "10.244.0.1", "10.244.0.2") == "allow / reject r2")
    #expect(try verdict(estate, "10.20.0.5", "10.244.0.2") == "allow / reject r2")
    #expect(try verdict(estate, "192.0.2.1", "10.244.0.2") == "allow / drop r7")
  }

  @Test func jumpGoesOnWithTheApplicationCategory() throws {
    var estate = Estate()
    try groups(&estate)
    try estate.policy(
      "zones", category: "Environment",
      rules:
        "[\(rule(1, action: "JUMP_TO_APPLICATION", #""direction":"IN","source_groups":\#(list("web"))"#)),\(rule(2, action: "DROP", #""direction":"IN""#))]"
    )
    try estate.policy(
      "app", rules: "[\(rule(3, action: "REJECT", #""direction":"IN","scope":\#(list("db"))"#))]")
    #expect(try verdict(estate, "10.244.0.1", "10.244.0.2") == "allow / reject r3")
    #expect(try verdict(estate, "10.244.0.1", "10.244.0.3") == "allow / reject r3")
    #expect(try verdict(estate, "10.244.0.2", "10.244.0.1") == "allow / drop r2")
    #expect(try verdict(estate, "192.0.2.1", "10.244.0.2") == "allow / drop r2")
  }

  @Test func connectivityGeneratesTheLastRule() throws {
    let estate = try estate(
      rule(
        1,
        #""direction":"IN","source_groups":\#(list("web")),"destination_groups":\#(list("shop-db"))"#
      ),
      extra: #""scope":\#(list("shop")),"connectivity_preference":"ALLOWLIST","#)
    #expect(
      try verdict(estate, "10.244.0.1", "10.244.0.2") == "drop default-rule / allow r1")
    #expect(try verdict(estate, "192.0.2.1", "10.244.0.2") == "allow / drop default-rule")
    #expect(try verdict(estate, "192.0.2.1", "10.244.0.3") == "allow / allow")
  }

  @Test func exclusionIsTheComplement() throws {
    let estate = try estate(
      rule(
        1, action: "DROP",
        #""direction":"IN","source_groups":\#(list("lan")),"sources_excluded":true,"destination_groups":\#(list("db")),"destinations_excluded":true"#
      ))
    #expect(try verdict(estate, "192.0.2.1", "10.244.0.1") == "allow / drop r1")
    #expect(try verdict(estate, "10.20.0.5", "10.244.0.1") == "allow / allow")
    #expect(try verdict(estate, "192.0.2.1", "10.244.0.2") == "allow / allow")
  }

  @Test func disabledRulesAndEmptyGroupsMatchNothing() throws {
    let estate = try estate(
      rule(1, action: "DROP", #""disabled":true"#) + ","
        + rule(2, action: "DROP", #""source_groups":\#(list("empty"))"#) + ","
        + rule(3, action: "REJECT", #""direction":"IN""#))
    #expect(try verdict(estate, "10.244.0.1", "10.244.0.2") == "allow / reject r3")
  }

  @Test func whatAConditionExcludesIsOpen() throws {
    var estate = Estate()
    try estate.group(
      "some",
      #"[{"resource_type":"Condition","member_type":"Pod","key":"Tag","operator":"EQUALS","value":"dis:k8s:app|web","exclude":{"ip_address_expression":{"ip_addresses":["10.244.0.1"]}}}]"#
    )
    try estate.policy(
      "p",
      rules: "[\(rule(1, #""direction":"IN","source_groups":\#(list("some"))"#))]")
    #expect(try verdict(estate, "10.244.0.1", "10.244.0.2") == "allow / undetermined r1")
  }

  @Test func whatOnlyNSXKnowsIsUndetermined() throws {
    for members in [
      #""source_groups":["/infra/domains/default/groups/gone"]"#,
      #""services":["/infra/services/gone"]"#, #""profiles":["/infra/context-profiles/x"]"#,
    ] {
      let estate = try estate(rule(1, #""direction":"IN",\#(members)"#))
      #expect(try verdict(estate, "10.244.0.1", "10.244.0.2") == "allow / undetermined r1")
    }
    let scheduled = try estate(
      rule(1, action: "DROP", #""direction":"IN""#), extra: #""scheduler_path":"/infra/x","#)
    #expect(try verdict(scheduled, "10.244.0.1", "10.244.0.2") == "allow / undetermined r1")
  }

  @Test func servicesChooseThePodsBehindThem() throws {
    var estate = Estate()
    try estate.group(
      "svc",
      #"[{"resource_type":"NestedExpression","expressions":[\#(RuleShapes.namespace("shop").inner),{"resource_type":"ConjunctionOperator","conjunction_operator":"AND"},{"resource_type":"Condition","member_type":"Service","key":"Name","operator":"EQUALS","value":"db"}]}]"#
    )
    try estate.policy(
      "p", rules: "[\(rule(1, action: "DROP", #""direction":"IN","scope":\#(list("svc"))"#))]")
    #expect(try verdict(estate, "10.244.0.1", "10.244.0.2") == "allow / drop r1")
    #expect(try verdict(estate, "10.244.0.1", "10.244.0.3") == "allow / allow")
  }

  @Test func onlySpannedPoliciesCount() throws {
    var estate = try estate(rule(1, action: "DROP", #""direction":"IN""#))
    try estate.policy("q", rules: "[\(rule(2, action: "REJECT", #""direction":"IN""#))]")
    var snapshot = try estate.snapshot()
    snapshot.spans.removeAll { $0.policyPath.hasSuffix("/p") }
    let flow = Flow(
      source: world.endpoints[0], destination: world.endpoints[2],
      traffic: .transport(.tcp, source: 1, destination: 1))
    for plane in [Estate.cluster, Estate.plane] {
      let nsx = NSXEvaluator(snapshot, controlPlane: plane, world: world)
      #expect(nsx.decide(flow).ingress.outcome == .reject)
    }
    #expect(NSXEvaluator(snapshot, controlPlane: "x", world: world).decide(flow).outcome == .allow)
  }

  @Test func tagScopesWithoutPrefixAreNoLabels() throws {
    var estate = Estate()
    try estate.group(
      "bare",
      #"[{"resource_type":"Condition","member_type":"Pod","key":"Tag","operator":"EQUALS","value":"app|web"}]"#
    )
    try estate.policy(
      "p", rules: "[\(rule(1, action: "DROP", #""direction":"IN","scope":\#(list("bare"))"#))]")
    let flow = Flow(
      source: world.endpoints[2], destination: world.endpoints[0],
      traffic: .transport(.tcp, source: 1, destination: 1))
    #expect(try Trial(estate, world).nsx.decide(flow).outcome == .allow)
    let lenient = NSXReading(readsBareScopes: true)
    let trial = try Trial(estate, world, reading: lenient)
    #expect(trial.nsx.decide(flow).outcome == .drop)
    #expect(try trial.check().differences.isEmpty)
  }

  @Test func caseOfLabelsIsADifference() throws {
    var estate = Estate()
    try estate.group("web", RuleShapes.pods("Web"))
    try estate.policy(
      "p", rules: "[\(rule(1, action: "DROP", #""direction":"IN","scope":\#(list("web"))"#))]")
    let differences = try Trial(estate, world).check().differences
    #expect(!differences.isEmpty)
    #expect(differences.allSatisfy { $0.kind == .wider })
    let exact = NSXReading(ignoresCase: false)
    #expect(try Trial(estate, world, reading: exact).check().differences.isEmpty)
  }

  @Test func namesHaveNoCaseHoweverLabelsAreRead() throws {
    var estate = Estate()
    try estate.group("shop", RuleShapes.namespace("SHOP"))
    try estate.policy(
      "p", rules: "[\(rule(1, action: "DROP", #""direction":"IN","scope":\#(list("shop"))"#))]")
    for ignoresCase in [true, false] {
      let trial = try Trial(estate, world, reading: NSXReading(ignoresCase: ignoresCase))
      #expect(try trial.check().differences.isEmpty)
      let web = world.endpoints[0]
      let flow = Flow(
        source: world.endpoints[1], destination: web,
        traffic: .transport(.tcp, source: 1, destination: 1))
      #expect(trial.nsx.decide(flow).outcome == .drop)
    }
  }
}

/// Expressions of one condition.
enum RuleShapes {
  static func pods(_ value: String) -> String {
    #"[{"resource_type":"Condition","member_type":"Pod","key":"Tag","operator":"EQUALS","value":"dis:k8s:app|\#(value)"}]"#
  }

  static func namespace(_ name: String) -> String {
    #"[{"resource_type":"Condition","member_type":"Namespace","key":"Name","operator":"EQUALS","value":"\#(name)"}]"#
  }
}

extension String {
  /// The element of a list with one element.
  fileprivate var inner: String { String(dropFirst().dropLast()) }
}

/// The paths of groups as a JSON list.
private func list(_ names: String...) -> String {
  "[" + names.map { "\"\(Estate.group($0))\"" }.joined(separator: ",") + "]"
}
