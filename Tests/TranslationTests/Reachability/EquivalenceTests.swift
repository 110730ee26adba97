import AntreaModel
import Documents
import Foundation
import Reachability
import Testing
import Translation

/// The law of equivalence: what is rendered does what NSX means.
@Suite struct EquivalenceTests {
  /// The seeds of a run. `NSX_ANTREA_TEST_SEEDS=1000-5000` tries others; a
  /// failure names its seed.
  static let seeds: ClosedRange<UInt64> = {
    let bounds = ProcessInfo.processInfo.environment["NSX_ANTREA_TEST_SEEDS"]?
      .split(separator: "-").compactMap { UInt64($0) }
    guard let bounds, bounds.count == 2, bounds[0] <= bounds[1] else { return 1...60 }
    return bounds[0]...bounds[1]
  }()

  /// What a seed says about the cluster that the estate is translated for.
  struct Setting {
    var families: Set<IPFamily>?
    var podNetworks: [CIDR]?
    var nodeNetworks: [CIDR]?

    init(seed: UInt64) {
      families = [nil, [.v4], nil, [.v6]][Int(seed % 4)]
      podNetworks = seed % 3 == 0 ? nil : World.podNetworks
      nodeNetworks = seed % 5 < 3 ? nil : World.nodeNetworks
    }
  }

  @Test func translatedPoliciesDoExactlyWhatNSXMeans() throws {
    var flows = 0
    var policies = 0
    for seed in Self.seeds {
      let setting = Setting(seed: seed)
      // Left out are the policies that were refused, from both sides: what is
      // rendered is exact, and nothing else is claimed about `skip-policy`.
      let trial = try Trial(
        try EstateGenerator.estate(seed: seed, oddity: 3),
        .random(seed: seed, families: setting.families), onUnsupported: .skipPolicy,
        families: setting.families, podNetworks: setting.podNetworks,
        nodeNetworks: setting.nodeNetworks)
      let result = try trial.check(limit: 3)
      flows += result.flows
      policies += trial.translation.policies.count
      #expect(
        result.differences.isEmpty, "seed \(seed): \(result.differences.map(\.description))")
    }
    // A generator whose policies are all refused would prove nothing.
    #expect(
      policies > Self.seeds.count && flows > 1000 * Self.seeds.count,
      "\(policies) policies, \(flows) flows")
  }

  @Test func whatJumpedIsLeftToApplication() throws {
    var rests = 0
    for seed in Self.seeds {
      let setting = Setting(seed: seed)
      let trial = try Trial(
        try EstateGenerator.estate(seed: seed, oddity: 1, hasManyJumps: true),
        .random(seed: seed, families: setting.families), onUnsupported: .skipPolicy,
        families: setting.families, podNetworks: World.podNetworks,
        nodeNetworks: setting.nodeNetworks)
      let result = try trial.check(limit: 3)
      rests += trial.translation.ruleTexts.filter { $0.contains("-rest") }.count
      #expect(
        result.differences.isEmpty, "seed \(seed): \(result.differences.map(\.description))")
    }
    #expect(rests > Self.seeds.count, "\(rests) parts of rules")
  }

  @Test func closedPoliciesLetNothingThroughThatNSXStops() throws {
    var closed = 0
    for seed in Self.seeds {
      let setting = Setting(seed: seed)
      let trial = try Trial(
        try EstateGenerator.estate(seed: seed, oddity: 25),
        .random(seed: seed, families: setting.families), onUnsupported: .failClosed,
        families: setting.families, podNetworks: setting.podNetworks,
        nodeNetworks: setting.nodeNetworks)
      guard trial.translation.isApplicable else { continue }
      closed += trial.translation.findings.filter { $0.code == .ruleClosed }.count
      // Not even what NSX may stop, by something that the snapshot does not tell.
      let wider = try trial.check(mode: .notWider).differences
      #expect(wider.isEmpty, "seed \(seed): \(wider.prefix(3).map(\.description))")
    }
    #expect(closed > Self.seeds.count, "\(closed) rules were closed")
  }

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

  @Test func theDecidingRulesAreTheSame() throws {
    var decided = 0
    for seed in Self.seeds.prefix(12) {
      let setting = Setting(seed: seed)
      let trial = try Trial(
        try EstateGenerator.estate(seed: seed, oddity: 0),
        .random(seed: seed, families: setting.families), onUnsupported: .skipPolicy,
        families: setting.families, podNetworks: setting.podNetworks,
        nodeNetworks: setting.nodeNetworks)
      let antrea = try AntreaEvaluator(trial.objects, world: trial.world)
      #expect(antrea.ties.isEmpty, "seed \(seed)")
      func origin(_ side: SideDecision) -> String? {
        side.rule.flatMap { trial.translation.provenance[$0.policy]?.rules[$0.rule]?.path }
      }
      let kinds = trial.nsx.traffic.representatives
      for (source, destination) in trial.world.pairs {
        let left = trial.nsx.path(from: source, to: destination)
        let right = antrea.path(from: source, to: destination)
        for traffic in kinds {
          let a = trial.nsx.decide(traffic, on: left)
          let b = antrea.decide(traffic, on: right)
          if a.egress.rule != nil || a.ingress.rule != nil { decided += 1 }
          if a.egress.rule?.rule == origin(b.egress), a.ingress.rule?.rule == origin(b.ingress) {
            continue
          }
          Issue.record("seed \(seed): \(source) -> \(destination) \(traffic): \(a) \(b)")
          return
        }
      }
    }
    #expect(decided > 10_000, "\(decided) flows")
  }
}
