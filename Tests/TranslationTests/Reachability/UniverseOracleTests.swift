import AntreaModel
import Documents
import Testing
import Translation

@testable import Reachability

/// Classes decide what their members decide.
@Suite struct UniverseOracleTests {
  /// Pods of a random world, each several times: with other names, addresses and
  /// labels that no rule mentions.
  private func pods(_ seed: UInt64, _ families: Set<IPFamily>?, copies: Int) -> [Workload] {
    let pods = World.random(seed: seed, families: families).endpoints.compactMap(\.workload)
    var seen: Set<String> = []
    return (0..<copies).flatMap { copy in
      pods.filter { seen.insert("\($0.name) \(copy)").inserted }.map { pod in
        var pod = pod
        pod.name += "-\(copy)"
        pod.labels["pod-template-hash"] = "\(copy)"
        pod.addresses = pod.addresses.map {
          IPAddress(family: $0.family, value: $0.value + UInt128(16 * copy))
        }
        return pod
      }
    }
  }

  @Test func everyMemberDecidesLikeItsClass() throws {
    var classes = 0
    for seed in EquivalenceTests.seeds.prefix(12) {
      let setting = EquivalenceTests.Setting(seed: seed)
      let estate = try EstateGenerator.estate(seed: seed, oddity: 10)
      let snapshot = try estate.snapshot()
      let translation = try estate.translate(
        TranslationOptions(onUnsupported: .failClosed), families: setting.families,
        podNetworks: setting.podNetworks)
      let objects = try rendered(translation)
      var vocabulary = Vocabulary(snapshot, policies: snapshot.policies)
      vocabulary.formUnion(Vocabulary(objects: objects))
      let few = Universe(
        pods: pods(seed, setting.families, copies: 1), podNetworks: setting.podNetworks,
        vocabulary: vocabulary)
      let all = pods(seed, setting.families, copies: 2)
      let universe = Universe(
        pods: all.reversed(), podNetworks: setting.podNetworks, vocabulary: vocabulary)
      // Pods at addresses that rules mention may be the only ones there.
      #expect(
        universe.world.endpoints.count == few.world.endpoints.count, "seed \(seed)")
      classes += universe.world.endpoints.count

      let external = World.random(seed: seed, families: setting.families).endpoints
        .filter { $0.workload == nil && $0.node == nil }.map(\.address)
      let world = World(workloads: all, addresses: external)
      let policies = snapshot.policies(without: [])
      let single = (
        nsx: NSXEvaluator(snapshot, policies: policies, world: world),
        antrea: try AntreaEvaluator(objects, world: world)
      )
      let nsx = NSXEvaluator(snapshot, policies: policies, world: universe.world)
      let antrea = try AntreaEvaluator(objects, world: universe.world)
      let kinds = nsx.traffic.union(antrea.traffic).representatives
      var wrong: [String] = []
      for (source, destination) in world.pairs {
        let from = try #require(universe.endpoint(of: source.address))
        let to = try #require(universe.endpoint(of: destination.address))
        let left = single.nsx.path(from: source, to: destination)
        let right = single.antrea.path(from: source, to: destination)
        let (ownLeft, ownRight) = (nsx.path(from: from, to: to), antrea.path(from: from, to: to))
        for kind in kinds {
          if single.nsx.decide(kind, on: left) != nsx.decide(kind, on: ownLeft)
            || single.antrea.decide(kind, on: right) != antrea.decide(kind, on: ownRight)
          {
            wrong.append("\(source) -> \(destination) \(kind) by \(from) -> \(to)")
          }
        }
      }
      #expect(wrong.isEmpty, "seed \(seed): \(wrong.prefix(3))")
    }
    #expect(classes > 150, "\(classes)")
  }
}
