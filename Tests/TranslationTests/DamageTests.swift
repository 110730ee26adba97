import Documents
import NSXModel
import Reachability
import Testing
import Translation

/// Damaged snapshots: whatever is done to a document, what comes of it is an
/// error or a tree that keeps its laws, and damage that can be told never lets
/// anything through that NSX stops.
@Suite struct DamageTests {
  /// The translation of a text; `nil` where it is refused as a whole, which must
  /// be by one of the two errors.
  private static func translate(
    _ text: [UInt8], _ mode: TranslationOptions.OnUnsupported, _ setting: LawSetting, _ note: String
  ) -> Translation? {
    do {
      let snapshot = try NSXSnapshot(bytes: text)
      return try Translator(snapshot: snapshot, options: TranslationOptions(onUnsupported: mode))
        .translate(
          cluster: ClusterTarget(
            name: Estate.cluster, selection: .controlPlane(Estate.cluster),
            podNetworks: setting.podNetworks, nodeNetworks: setting.nodeNetworks,
            families: setting.families))
    } catch is SnapshotError {
      return nil
    } catch is TranslationError {
      return nil
    } catch {
      Issue.record("\(note): \(error)")
      return nil
    }
  }

  @Test func anyDamageGivesAnErrorOrALawfulTree() async throws {
    let seeds = LawSetting.seeds(1...60)
    let trees = try await LawSetting.forEach(seeds) { seed in
      var trees = 0
      let estate = EstateGenerator.estate(seed: seed, oddity: 10)
      var damage = SnapshotDamage(estate.document(), seed: seed)
      for round in 0..<8 {
        let (text, note) = damage.anything()
        for mode in TranslationOptions.OnUnsupported.allCases {
          let label = "seed \(seed), round \(round), \(mode): \(note)"
          if let result = Self.translate(text, mode, LawSetting(seed: seed), label) {
            trees += 1
            checkTree(result, label)
          }
        }
      }
      return trees
    }
    #expect(trees.reduce(0, +) > 5 * trees.count, "\(trees.reduce(0, +)) trees")
  }

  @Test func damageThatCanBeToldNeverLetsMoreThrough() async throws {
    let counts = try await LawSetting.forEach(LawSetting.seeds(1...60)) { seed in
      let setting = LawSetting(seed: seed)
      var estate = EstateGenerator.estate(seed: seed, oddity: 0)
      _ = try estate.removeRefused(setting)
      let world = World.random(estate, seed: seed, setting.families)
      let snapshot = try estate.snapshot()
      let nsx = NSXEvaluator(snapshot, policies: snapshot.policies(), world: world)
      var damage = SnapshotDamage(estate.document(), seed: seed)
      var (refused, harmless) = (0, 0)
      for round in 0..<12 {
        guard let (text, note) = damage.tellable() else { continue }
        for mode in [TranslationOptions.OnUnsupported.fail, .failClosed] {
          let label = "seed \(seed), round \(round), \(mode): \(note)"
          let result = Self.translate(text, mode, setting, label)
          guard let result, result.isComplete, result.isApplicable else {
            refused += 1
            continue
          }
          if mode == .fail { harmless += 1 }
          let antrea = try AntreaEvaluator(try rendered(result), world: world)
          let wider = EquivalenceCheck(nsx: nsx, antrea: antrea).run(mode: .notWider, limit: 2)
            .differences
          #expect(wider.isEmpty, "\(label): \(wider.map(\.description))")
        }
      }
      return (refused: refused, harmless: harmless)
    }
    // Most of it must be noticed, and some of it says nothing about traffic.
    let refused = counts.reduce(0) { $0 + $1.refused }
    let harmless = counts.reduce(0) { $0 + $1.harmless }
    #expect(
      refused > 10 * counts.count && harmless > 0, "\(refused) refused, \(harmless) harmless")
  }
}
