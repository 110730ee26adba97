import AntreaModel
import Documents
import Testing
import Translation

@testable import Reachability

/// The change of connectivity is what single flows give.
@Suite struct ChangeOracleTests {
  /// What changes by the same rules.
  private struct Key: Hashable {
    var kind: ConnectivityChange.Kind
    var end: FlowEnd
    var before: SideDecision
    var after: SideDecision
    var isBetweenPods: Bool
  }

  private struct Value: Equatable {
    var pairs: Set<[Int]> = []
    var sources = EndpointSet()
    var destinations = EndpointSet()
    var kinds: Set<Traffic> = []
  }

  private struct Pair {
    var universe: Universe
    var before: AntreaEvaluator
    var after: AntreaEvaluator
  }

  /// Two estates over one universe.
  private func pair(_ seed: UInt64) throws -> Pair {
    func objects(_ seed: UInt64) throws -> [KubernetesObject] {
      try rendered(
        EstateGenerator.estate(seed: seed, oddity: 0).translate(
          TranslationOptions(onUnsupported: .failClosed), families: [.v4, .v6],
          podNetworks: EstateWords.podNetworks))
    }
    let (old, new) = (try objects(seed), try objects(seed + 7000))
    var vocabulary = Vocabulary(objects: old)
    vocabulary.formUnion(Vocabulary(objects: new))
    let estate = EstateGenerator.estate(seed: seed, oddity: 0)
    let pods = World.random(estate, seed: seed, [.v4, .v6]).endpoints.compactMap(\.workload)
    var seen: Set<String> = []
    let universe = Universe(
      pods: pods.filter { seen.insert($0.name).inserted }, vocabulary: vocabulary)
    return Pair(
      universe: universe, before: try AntreaEvaluator(old, world: universe.world),
      after: try AntreaEvaluator(new, world: universe.world))
  }

  /// What happens to a flow, and at which end: the source's where both make it.
  private func fate(
    from before: Decision, to after: Decision
  ) -> (kind: ConnectivityChange.Kind, end: FlowEnd)? {
    /// 2 for what passes, 1 for what passes as far as its content is right.
    func passage(_ outcome: Outcome) -> Int {
      switch outcome {
      case .allow: 2
      case .inspect: 1
      case .drop, .reject, .undetermined: 0
      }
    }
    let (was, isNow) = (passage(before.outcome), passage(after.outcome))
    if was == isNow { return nil }
    let narrow = was < isNow ? before : after
    let isFree = passage(narrow.egress.outcome) > min(was, isNow)
    let kind: ConnectivityChange.Kind =
      switch (was, isNow) {
      case (0, _): .newlyAllowed
      case (_, 0): .newlyBlocked
      case (_, 1): .newlyInspected
      default: .noLongerInspected
      }
    return (kind, isFree ? .ingress : .egress)
  }

  private func expected(_ pair: Pair) -> [IPFamily: [Key: Value]] {
    var result: [IPFamily: [Key: Value]] = [:]
    let kinds = pair.before.traffic.union(pair.after.traffic).representatives
    let endpoints = pair.universe.world.endpoints
    for source in endpoints {
      for destination in endpoints
      where source.address.family == destination.address.family
        && (source.isEnforced || destination.isEnforced)
        && (source.index != destination.index || source.count > 1)
      {
        let left = pair.before.path(from: source, to: destination)
        let right = pair.after.path(from: source, to: destination)
        for kind in kinds {
          let (a, b) = (pair.before.decide(kind, on: left), pair.after.decide(kind, on: right))
          guard let change = fate(from: a, to: b) else { continue }
          let end = change.end
          let key = Key(
            kind: change.kind, end: end,
            before: end == .egress ? a.egress : a.ingress,
            after: end == .egress ? b.egress : b.ingress,
            isBetweenPods: source.isEnforced && destination.isEnforced)
          var value = result[source.address.family, default: [:]][key] ?? Value()
          value.pairs.insert([source.index, destination.index])
          value.sources.insert(source.index)
          value.destinations.insert(destination.index)
          value.kinds.insert(kind)
          result[source.address.family, default: [:]][key] = value
        }
      }
    }
    return result
  }

  @Test func changesAreThoseOfAllFlows() throws {
    var lines = 0
    for seed in LawSetting.seeds(1...25) {
      let pair = try pair(seed)
      let expected = expected(pair)
      let endpoints = pair.universe.world.endpoints
      let kinds = pair.before.traffic.union(pair.after.traffic).representatives
      for family in IPFamily.allCases where !pair.universe.world.members(of: family).isEmpty {
        var search = ChangeSearch(pair.before.rules, pair.after.rules, family)
        search.run()
        var found: [Key: Value] = [:]
        var pairs: [Key: Int] = [:]
        for item in search.found(in: pair.universe) {
          lines += 1
          let key = Key(
            kind: item.kind, end: item.end, before: item.before, after: item.after,
            isBetweenPods: item.isBetweenPods)
          var value = found[key] ?? Value()
          value.sources.formUnion(item.sources)
          value.destinations.formUnion(item.destinations)
          value.kinds.formUnion(kinds.filter { item.traffic.contains($0, family) })
          found[key] = value
          pairs[key, default: 0] += item.pairs
        }
        for (key, value) in expected[family] ?? [:] where key.isBetweenPods {
          let count = value.pairs.reduce(0) { sum, ends in
            let (a, b) = (endpoints[ends[0]].count, endpoints[ends[1]].count)
            return sum + (ends[0] == ends[1] ? a * (a - 1) : a * b)
          }
          #expect(pairs[key] == count, "seed \(seed) \(key)")
        }
        let wanted = (expected[family] ?? [:]).mapValues { value in
          var value = value
          value.pairs = []
          return value
        }
        #expect(found == wanted, "seed \(seed) \(family)")
      }
      let change = ConnectivityChange(
        before: pair.before.rules, after: pair.after.rules, universe: pair.universe, limit: 5)
      #expect(change.isEmpty == expected.isEmpty, "seed \(seed)")
      for line in change.lines {
        let (a, b) = (pair.before.decide(line.example), pair.after.decide(line.example))
        #expect(fate(from: a, to: b)?.kind == line.kind, "seed \(seed): \(line)")
      }
    }
    #expect(lines > 200, "\(lines)")
  }

  @Test func nothingChangesWhereNothingDiffers() throws {
    let pair = try pair(3)
    let change = ConnectivityChange(
      before: pair.after.rules, after: pair.after.rules, universe: pair.universe)
    #expect(change.isEmpty && change.lines.isEmpty)
  }
}
