import AntreaModel
import Documents
import Testing
import Translation

@testable import Reachability

/// Classes decide what their members decide.
@Suite struct UniverseOracleTests {
  /// Pods of a random world, each several times: with other names, addresses and
  /// labels that no rule mentions.
  private func pods(_ world: World, copies: Int) -> [Workload] {
    let pods = world.endpoints.compactMap(\.workload)
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
    for seed in LawSetting.seeds(1...12) {
      let setting = LawSetting(seed: seed)
      let estate = EstateGenerator.estate(seed: seed, oddity: 10)
      let small = World.random(estate, seed: seed, setting.families)
      let snapshot = try estate.snapshot()
      let translation = try estate.translate(
        TranslationOptions(onUnsupported: .failClosed), families: setting.families,
        podNetworks: setting.podNetworks)
      let objects = try rendered(translation)
      var vocabulary = Vocabulary(snapshot, policies: snapshot.policies)
      vocabulary.formUnion(Vocabulary(objects: objects))
      let few = Universe(
        pods: pods(small, copies: 1), podNetworks: setting.podNetworks,
        vocabulary: vocabulary)
      let all = pods(small, copies: 2)
      let universe = Universe(
        pods: all.reversed(), podNetworks: setting.podNetworks, vocabulary: vocabulary)
      // Pods at addresses that rules mention may be the only ones there.
      let text = Minimizer.text(estate)
      if !["10.244.0.", "fd00:10:244::3"].contains(where: { text.contains($0) }) {
        #expect(
          universe.world.endpoints.count == few.world.endpoints.count, "seed \(seed)")
      }
      classes += universe.world.endpoints.count

      let external = small.endpoints.filter { $0.workload == nil && $0.node == nil }.map(\.address)
        .filter { address in
          !(setting.podNetworks ?? []).contains {
            $0.contains(CIDR(address, prefix: address.family.width))
          } && universe.endpoint(of: address) != nil
        }
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
