import AntreaModel
import Reachability
import Testing

/// Both evaluators name the same NSX rule.
@Suite struct DecidingRuleTests {
  @Test func theDecidingRulesAreTheSame() async throws {
    let decided = try await LawSetting.forEach(LawSetting.seeds(1...40)) { seed -> Int in
      let setting = LawSetting(seed: seed)
      var estate = EstateGenerator.estate(seed: seed, oddity: 0)
      _ = try estate.removeRefused(setting)
      let trial = try Trial(estate, .random(estate, seed: seed, setting.families), setting)
      let antrea = try AntreaEvaluator(trial.objects, world: trial.world)
      #expect(antrea.ties.isEmpty, "seed \(seed)")
      // Among rules that do the same, one on IGMP may stand before others.
      func overtakes(_ a: SideDecision, _ b: SideDecision) -> Bool {
        a.outcome == b.outcome && b.rule?.policy.hasSuffix("-igmp") == true
      }
      func origin(_ side: SideDecision) -> String? {
        side.rule.flatMap { trial.translation.provenance[$0.policy]?.rules[$0.rule]?.path }
      }
      // Where the pods' networks are stated, nobody else has an address in them.
      let networks = AddressSet((setting.podNetworks ?? []).map { AddressRange($0) })
      func isNobody(_ end: Endpoint) -> Bool {
        end.workload == nil && end.node == nil && networks.contains(end.address)
      }
      var decided = 0
      let kinds = trial.nsx.traffic.representatives
      for (source, destination) in trial.world.pairs
      where !isNobody(source) && !isNobody(destination) {
        let left = trial.nsx.path(from: source, to: destination)
        let right = antrea.path(from: source, to: destination)
        for traffic in kinds {
          let a = trial.nsx.decide(traffic, on: left)
          let b = antrea.decide(traffic, on: right)
          if a.egress.rule != nil || a.ingress.rule != nil { decided += 1 }
          if a.egress.rule?.rule == origin(b.egress) || overtakes(a.egress, b.egress),
            a.ingress.rule?.rule == origin(b.ingress) || overtakes(a.ingress, b.ingress)
          {
            continue
          }
          Issue.record("seed \(seed): \(source) -> \(destination) \(traffic): \(a) \(b)")
          return decided
        }
      }
      return decided
    }
    #expect(decided.reduce(0, +) > 10_000, "\(decided.reduce(0, +)) flows")
  }
}
