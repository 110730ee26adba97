import AntreaModel
import Documents
import Reachability
import Testing
import Translation

/// The law of equivalence: what is rendered does what NSX means.
@Suite struct EquivalenceTests {
  @Test func aClosedRuleCoversPodsAtAddressesInItsScope() throws {
    var estate = Estate()
    try estate.group(
      "mixed",
      #"""
      [{"resource_type":"Condition","member_type":"Pod","key":"Tag","operator":"EQUALS","value":"dis:k8s:app|web"},
       {"resource_type":"ConjunctionOperator","conjunction_operator":"OR"},
       {"resource_type":"IPAddressExpression","ip_addresses":["10.244.0.2"]}]
      """#)
    try estate.policy(
      "p",
      rules:
        "[\(rule(1, action: "DROP", #""direction":"IN","scope":["\#(Estate.group("mixed"))"]"#))]")
    let world = World(
      workloads: [pod("web", labels: ["app": "web"], "10.244.0.1"), pod("db", "10.244.0.2")])
    let trial = try Trial(estate, world, onUnsupported: .failClosed)
    #expect(trial.translation.isApplicable)
    let wider = try trial.check(mode: .notWider).differences
    #expect(wider.isEmpty, "\(wider.prefix(1).map(\.description))")
  }

  @Test func addressesCountBesideResolvedMembersThatLackThem() throws {
    var estate = Estate()
    try estate.group(
      "mixed",
      #"""
      [{"resource_type":"IPAddressExpression","ip_addresses":["192.0.2.1"]},
       {"resource_type":"ConjunctionOperator","conjunction_operator":"OR"},
       {"resource_type":"Condition","member_type":"VirtualMachine","key":"Name","operator":"EQUALS","value":"vm"}]
      """#, types: "[]")
    estate.memberIPs[Estate.group("mixed")] = ["10.3.0.1"]
    try estate.policy(
      "p",
      rules:
        "[\(rule(1, action: "DROP", #""direction":"IN","source_groups":["\#(Estate.group("mixed"))"]"#))]"
    )
    let world = World(
      workloads: [pod("web", "10.244.0.1")],
      addresses: [address("192.0.2.1"), address("10.3.0.1"), address("10.3.0.2")])
    let trial = try Trial(estate, world)
    #expect(try trial.check().differences.map(\.description) == [])
    let flow = Flow(
      source: world.endpoints[1], destination: world.endpoints[0],
      traffic: .transport(.tcp, source: 1, destination: 1))
    #expect(trial.nsx.decide(flow).outcome == .drop)
  }
}
