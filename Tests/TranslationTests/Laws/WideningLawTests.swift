import Documents
import NSXModel
import Reachability
import Testing
import Translation

/// The first law: whatever is refused, unknown or missing, nothing becomes
/// wider than NSX.
@Suite struct WideningLawTests {
  /// Refused rules stand as denies, or nothing is applied.
  @Test func closedPoliciesLetNothingThroughThatNSXStops() async throws {
    let closed = try await LawSetting.forEach(LawSetting.seeds(1...600)) { seed -> Int in
      let setting = LawSetting(seed: seed)
      let estate = EstateGenerator.estate(seed: seed, oddity: 30)
      let world = World.random(estate, seed: seed, setting.families)
      let trial = try Trial(estate, world, onUnsupported: .failClosed, setting)
      guard trial.translation.isApplicable else { return 0 }
      // Not even what NSX may stop, by something that the snapshot does not tell.
      let wider = try trial.prove(.notWider).differences
      #expect(wider.isEmpty, "seed \(seed): \(wider.prefix(3).map(\.description))")
      return trial.translation.findings.filter { $0.code == .ruleClosed }.count
    }
    #expect(closed.reduce(0, +) > closed.count, "\(closed.reduce(0, +)) rules were closed")
    #expect(closed.filter { $0 > 0 }.count > closed.count / 3)
  }

  /// With a refused rule nothing is applied, or its policy is left out and the
  /// others are exact.
  @Test func whatIsNotLeftOutIsExact() async throws {
    let skipped = try await LawSetting.forEach(LawSetting.seeds(1...300)) { seed -> Int in
      let setting = LawSetting(seed: seed)
      let estate = EstateGenerator.estate(seed: seed, oddity: 12)
      let strict = try estate.translate(
        families: setting.families, podNetworks: setting.podNetworks,
        nodeNetworks: setting.nodeNetworks)
      let isRefused = strict.findings.contains { $0.severity == .error }
      #expect(strict.isApplicable != isRefused, "seed \(seed)")
      let world = World.random(estate, seed: seed, setting.families)
      let trial = try Trial(estate, world, onUnsupported: .skipPolicy, setting)
      #expect(trial.translation.isApplicable, "seed \(seed)")
      let differences = try trial.prove().differences
      #expect(differences.isEmpty, "seed \(seed): \(differences.map(\.description))")
      return isRefused && !trial.translation.policies.isEmpty ? 1 : 0
    }
    #expect(skipped.reduce(0, +) > skipped.count / 10)
  }

  /// What a read can lose.
  enum Loss: CaseIterable {
    case group, service, members, rules

    /// Loses something that a translated rule may need; `nil` where there is
    /// nothing of the kind.
    func damaged(_ estate: Estate, _ dice: inout Dice) -> Estate? {
      var result = estate
      switch self {
      case .group:
        if estate.groups.isEmpty { return nil }
        result.groups.remove(at: dice.below(estate.groups.count))
      case .service:
        if estate.services.isEmpty { return nil }
        result.services.remove(at: dice.below(estate.services.count))
      case .members:
        // A group without expression has no member unless somebody says so.
        let empty = Set(
          estate.groups.filter { $0["expression"]?.array?.isEmpty == true }
            .compactMap { $0["path"]?.string })
        let paths = Set(estate.memberIPs.keys).subtracting(empty).sorted()
        if paths.isEmpty { return nil }
        result.memberIPs[dice.one(paths)] = nil
      case .rules:
        let index = dice.below(estate.policies.count)
        guard case .object(var policy) = estate.policies[index],
          var rules = policy["rules"]?.array, !rules.isEmpty
        else { return nil }
        policy["rule_count"] = .integer(Int64(rules.count))
        rules.remove(at: dice.below(rules.count))
        policy["rules"] = .array(rules)
        result.policies[index] = .object(policy)
      }
      return result
    }
  }

  /// A read that lost something is judged by what NSX has, not by what was read.
  @Test func whatAReadLosesWidensNothing() async throws {
    let judged = try await LawSetting.forEach(LawSetting.seeds(1...300)) { seed -> Int in
      let setting = LawSetting(seed: seed)
      var estate = EstateGenerator.estate(seed: seed, oddity: 0)
      _ = try estate.removeRefused(setting)
      let world = World.random(estate, seed: seed, setting.families)
      var dice = Dice(seed: seed)
      var count = 0
      for loss in Loss.allCases {
        guard let damaged = loss.damaged(estate, &dice) else { continue }
        let strict = try Trial(estate, world, translated: damaged, setting)
        if strict.translation.isApplicable {
          // Nothing that counts was lost.
          #expect(try strict.prove(limit: 1).differences.isEmpty, "seed \(seed), \(loss)")
          continue
        }
        let closed = try Trial(
          estate, world, translated: damaged, onUnsupported: .failClosed, setting)
        guard closed.translation.isApplicable else { continue }
        let wider = try closed.prove(.notWider).differences
        #expect(wider.isEmpty, "seed \(seed), \(loss): \(wider.prefix(2).map(\.description))")
        count += 1
      }
      return count
    }
    #expect(judged.reduce(0, +) > judged.count / 8, "\(judged.reduce(0, +))")
  }
}
