import Reachability
import Testing

/// Faults of the translation, each of which the comparison must find on some
/// estate of a bounded number.
@Suite struct FaultTests {
  /// Estates to try at most, and how many must show the fault.
  static let estates = UInt64(1)...400
  static let enough = 3

  @Test(arguments: Fault.allCases) func theFaultIsFound(fault: Fault) throws {
    var applied = 0
    var found: [UInt64] = []
    for seed in Self.estates {
      let setting = LawSetting(seed: seed)
      var estate = EstateGenerator.estate(seed: seed, oddity: 0, policies: 4)
      var dice = Dice(seed: seed)
      guard fault.applied(to: estate, &dice) != nil else { continue }
      _ = try estate.removeRefused(setting)
      guard let faulty = fault.applied(to: estate, &dice) else { continue }
      let world = World.random(estate, seed: seed, setting.families)
      let trial = try Trial(estate, world, translated: faulty, setting)
      // What is refused is found as well, but shows nothing about the comparison.
      guard trial.translation.isApplicable else { continue }
      applied += 1
      if try !trial.prove(limit: 1).differences.isEmpty { found.append(seed) }
      if found.count == Self.enough { break }
    }
    print("\(fault): found with seeds \(found), \(found.count) of \(applied) estates")
    #expect(found.count == Self.enough, "found in \(found.count) of \(applied) estates")
  }
}
