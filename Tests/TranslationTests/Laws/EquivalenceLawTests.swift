import Documents
import NSXModel
import Reachability
import Testing
import Translation

/// The second law: what is rendered gives the verdicts that NSX's semantics
/// give, for every pair of endpoints and all traffic.
@Suite struct EquivalenceLawTests {
  /// What a seed showed.
  struct Outcome: Sendable {
    var constructs: [String] = []
    var refused: Set<FindingCode> = []
    var flows = 0
  }

  @Test func whatIsRenderedDoesExactlyWhatNSXMeans() async throws {
    let seeds = LawSetting.seeds(1...2000)
    let outcomes = try await LawSetting.forEach(seeds) { try Self.prove(seed: $0) }
    if LawSetting.isStandard { Self.checkCoverage(outcomes) }
  }

  private static func prove(seed: UInt64) throws -> Outcome {
    var outcome = Outcome()
    let setting = LawSetting(seed: seed)
    var estate = EstateGenerator.estate(seed: seed, oddity: 12)
    outcome.refused = try estate.removeRefused(setting)
    let world = World.random(estate, seed: seed, setting.families)
    let trial = try Trial(estate, world, setting)
    #expect(trial.translation.isApplicable, "seed \(seed): \(trial.translation.codes)")
    let result = try trial.prove()
    outcome.flows = result.flows
    if !result.differences.isEmpty {
      Issue.record("seed \(seed): \(Minimizer.report(estate, world, setting))")
    }
    outcome.constructs = ConstructCensus.constructs(try estate.snapshot(), trial.translation)
    return outcome
  }

  /// A generator that lost a construct, or a translation that refuses all of
  /// them, would prove nothing about it.
  private static func checkCoverage(_ outcomes: [Outcome]) {
    var counts: [String: Int] = [:]
    for construct in outcomes.flatMap(\.constructs) { counts[construct, default: 0] += 1 }
    let flows = outcomes.reduce(0) { $0 + $1.flows }
    #expect(flows > 1000 * outcomes.count, "\(flows) flows")
    for construct in EstateCoverage.translated where counts[construct] ?? 0 < 20 {
      Issue.record("\(construct): \(counts[construct] ?? 0) rules")
    }
    let refused = outcomes.reduce(into: Set()) { $0.formUnion($1.refused) }
    let missed = EstateCoverage.refused.subtracting(refused).map(\.rawValue).sorted()
    #expect(missed == [], "never refused")
    let table = counts.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
      .map { "\($0.value) \($0.key)" }
    print("\(outcomes.count) estates, \(flows) flows; rules by construct:")
    print(table.joined(separator: "\n"))
  }
}
