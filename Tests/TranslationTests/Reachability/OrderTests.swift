import AntreaModel
import Documents
import Testing
import Translation

@testable import Reachability

/// The order of the input decides nothing about answers.
@Suite struct OrderTests {
  /// What a plan tells, as text.
  private func answers(
    _ estate: Estate, _ objects: [KubernetesObject], _ before: [KubernetesObject],
    _ pods: [Workload]
  ) throws -> [String] {
    let snapshot = try estate.snapshot()
    var vocabulary = Vocabulary(objects: before)
    vocabulary.formUnion(Vocabulary(snapshot, policies: snapshot.policies))
    vocabulary.formUnion(Vocabulary(objects: objects))
    let universe = Universe(pods: pods, vocabulary: vocabulary)
    let nsx = NSXEvaluator(snapshot, policies: snapshot.policies, world: universe.world)
    let after = try AntreaEvaluator(objects, world: universe.world)
    let old = try AntreaEvaluator(before, world: universe.world)
    // All NSX groups and a set of objects with differences, so that all has words.
    let check = EquivalenceCheck(nsx: nsx, antrea: old).run()
    let change = ConnectivityChange(
      before: old.rules, after: after.rules, universe: universe, names: nsx.groupNames)
    let naming = EndpointNaming(universe, names: nsx.groupNames)
    let table = universe.world.endpoints.prefix(2).flatMap { endpoint in
      ReachTable(.from, endpoint, in: after.rules, naming).rows.map {
        "\($0.peers) \($0.passing) \($0.parts)"
      }
    }
    return universe.world.endpoints.map { "\($0) \($0.count)" }
      + check.differences.map { "\($0.pairs) \($0)" } + change.lines.map(\.description) + table
  }

  @Test func shuffledInputGivesTheSameAnswers() throws {
    var told = 0
    for seed in LawSetting.seeds(1...10) {
      let estate = EstateGenerator.estate(seed: seed, oddity: 5)
      let objects = try rendered(
        estate.translate(
          TranslationOptions(onUnsupported: .failClosed), families: [.v4, .v6],
          podNetworks: EstateWords.podNetworks))
      var random = SeededGenerator(state: seed)
      let before = objects.filter { _ in Int.random(in: 0..<4, using: &random) > 0 }
      var seen: Set<String> = []
      let pods = World.random(estate, seed: seed, [.v4, .v6]).endpoints.compactMap(\.workload)
        .filter { seen.insert($0.name).inserted }
      let first = try answers(estate, objects, before, pods)
      told += first.count
      for _ in 0..<3 {
        var other = estate
        other.policies.shuffle(using: &random)
        other.groups.shuffle(using: &random)
        other.services.shuffle(using: &random)
        let again = try answers(
          other, objects.shuffled(using: &random), before.shuffled(using: &random),
          pods.shuffled(using: &random))
        #expect(again == first, "seed \(seed)")
      }
    }
    #expect(told > 200, "\(told)")
  }
}
