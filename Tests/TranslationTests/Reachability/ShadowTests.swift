import NSXModel
import Reachability
import Testing
import Translation

/// What is said never to decide is held against NSX's evaluator.
@Suite struct ShadowTests {
  @Test func aShadowedRuleDecidesNoFlow() throws {
    var found = 0
    for seed in EquivalenceTests.seeds {
      let setting = EquivalenceTests.Setting(seed: seed)
      let estate = try EstateGenerator.estate(seed: seed, oddity: 0)
      let trial = try Trial(
        estate, .random(seed: seed, families: setting.families), onUnsupported: .skipPolicy,
        families: setting.families, podNetworks: setting.podNetworks)
      let findings = try Hygiene.findings(
        try estate.snapshot(),
        cluster: ClusterTarget(name: Estate.cluster, selection: .controlPlane(Estate.cluster)),
        translation: trial.translation)
      let silent = Set(
        findings.filter { [.shadowedRule, .redundantRule].contains($0.code) }.compactMap(\.rule))
      found += silent.count
      if silent.isEmpty { continue }
      let kinds = trial.nsx.traffic.representatives
      for (source, destination) in trial.world.pairs {
        let path = trial.nsx.path(from: source, to: destination)
        for traffic in kinds {
          let decision = trial.nsx.decide(traffic, on: path)
          for rule in [decision.egress.rule, decision.ingress.rule].compactMap(\.self)
          where silent.contains(rule.rule) {
            Issue.record("seed \(seed): \(source) -> \(destination) \(traffic): \(rule.rule)")
            return
          }
        }
      }
    }
    #expect(found > EquivalenceTests.seeds.count / 2, "\(found) rules never decide")
  }
}
