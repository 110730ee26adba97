import NSXModel
import Reachability
import Testing
import Translation

/// What is said never to decide is held against NSX's evaluator.
@Suite struct ShadowTests {
  @Test func aShadowedRuleDecidesNoFlow() throws {
    var found = 0
    let seeds = LawSetting.seeds(1...60)
    for seed in seeds {
      let setting = LawSetting(seed: seed)
      var estate = EstateGenerator.estate(seed: seed, oddity: 0, policies: 14)
      _ = try estate.removeRefused(setting)
      let trial = try Trial(estate, .random(estate, seed: seed, setting.families), setting)
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
    #expect(found > seeds.count / 2, "\(found) rules never decide")
  }
}
