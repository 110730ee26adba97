import AntreaModel
import Foundation
import Testing

@testable import Reachability

/// Random policies of every kind.
@Suite struct RandomPolicyTests {
  /// The seeds of a run; `NSX_ANTREA_TEST_SEEDS=1000-5000` tries others.
  static let seeds: ClosedRange<UInt64> = {
    let bounds = ProcessInfo.processInfo.environment["NSX_ANTREA_TEST_SEEDS"]?
      .split(separator: "-").compactMap { UInt64($0) }
    guard let bounds, bounds.count == 2, bounds[0] <= bounds[1] else { return 1...20 }
    return bounds[0]...bounds[1]
  }()

  /// The traffic to ports that pods name.
  private static let named: [Traffic] = [
    .transport(.tcp, source: 1500, destination: 80),
    .transport(.tcp, source: 1500, destination: 8080),
    .transport(.udp, source: 1500, destination: 80),
    .transport(.udp, source: 1500, destination: 53),
  ]

  private func text(_ side: SideDecision) -> String {
    guard let rule = side.rule else { return side.outcome.rawValue }
    // The policies that isolate a pod stand there in full.
    let name =
      rule.rule == "isolation"
      ? rule.policy : rule.policy.split(separator: "/").last.map(String.init) ?? ""
    return "\(side.outcome.rawValue) \(name) \(rule.rule)"
  }

  @Test func decisionsAreThoseOfThePlainReading() throws {
    var decided: [String: Int] = [:]
    for seed in Self.seeds {
      let objects = RandomPolicies.objects(seed: seed)
      let world = RandomCluster.world(seed: seed)
      let evaluator = try AntreaEvaluator(objects, world: world)
      #expect(evaluator.ties == [], "seed \(seed)")
      let plain = PlainEvaluator(objects: objects, world: world)
      let kinds = evaluator.traffic.representatives
      var random = SeededGenerator(state: seed)
      for (source, destination) in world.pairs {
        // A few of the kinds of traffic for each pair, and those that have names.
        for traffic in kinds.shuffled(using: &random).prefix(2) + Self.named {
          let flow = Flow(source: source, destination: destination, traffic: traffic)
          let decision = evaluator.decide(flow)
          for (side, direction) in [(decision.egress, "egress"), (decision.ingress, "ingress")] {
            let (own, expected) = (text(side), plain.side(flow, direction))
            decided[String(own.split(separator: " ")[0]), default: 0] += 1
            guard own != expected else { continue }
            Issue.record("seed \(seed): \(flow) \(direction): \(own), and plainly \(expected)")
            return
          }
        }
      }
    }
    // Policies that decide nothing would prove nothing.
    #expect(decided.count == 3 && decided.values.allSatisfy { $0 > 500 }, "\(decided)")
  }

  @Test func liveObjectsAreReadLikeRenderedOnes() throws {
    for seed in Self.seeds.prefix(8) {
      let objects = RandomPolicies.objects(seed: seed)
      let world = RandomCluster.world(seed: seed)
      let live = AntreaEvaluator(live: objects, world: world)
      #expect(live.notEvaluated == [], "seed \(seed)")
      let strict = try AntreaEvaluator(objects, world: world)
      #expect(live.egress.map(\.reference) == strict.egress.map(\.reference))
      #expect(live.ingress.map(\.targets) == strict.ingress.map(\.targets))
    }
  }

  @Test func classesDecideWhatTheirMembersDecide() throws {
    var merged = 0
    for seed in Self.seeds.prefix(12) {
      let objects = RandomPolicies.objects(seed: seed)
      let pods = RandomCluster.pods(seed: seed, copies: 2)
      let world = World(
        workloads: pods, addresses: RandomCluster.outside, nodes: RandomCluster.nodes)
      let universe = Universe(
        pods: pods, nodes: RandomCluster.nodes, vocabulary: Vocabulary(objects: objects))
      let single = AntreaEvaluator(live: objects, world: world)
      let classes = AntreaEvaluator(live: objects, world: universe.world)
      merged += pods.count - universe.world.endpoints.filter { $0.workload != nil }.count
      let kinds = single.traffic.union(classes.traffic).representatives
      var random = SeededGenerator(state: seed)
      for (source, destination) in world.pairs {
        let from = try #require(universe.endpoint(of: source.address), "seed \(seed): \(source)")
        let to = try #require(universe.endpoint(of: destination.address))
        let own = single.path(from: source, to: destination)
        let other = classes.path(from: from, to: to)
        for kind in kinds.shuffled(using: &random).prefix(12)
        where single.decide(kind, on: own) != classes.decide(kind, on: other) {
          Issue.record("seed \(seed): \(source) -> \(destination) \(kind) by \(from) -> \(to)")
          return
        }
      }
    }
    #expect(merged > 48, "\(merged)")
  }

  @Test func stepsEndWithTheDecision() throws {
    for seed in Self.seeds.prefix(8) {
      let objects = RandomPolicies.objects(seed: seed)
      let world = RandomCluster.world(seed: seed)
      let evaluator = AntreaEvaluator(live: objects, world: world)
      for (source, destination) in world.pairs {
        let flow = Flow(
          source: source, destination: destination,
          traffic: .transport(.tcp, source: 1500, destination: 80))
        let decision = evaluator.decide(flow)
        for end in FlowEnd.allCases {
          let side = end == .egress ? decision.egress : decision.ingress
          let steps = evaluator.steps(of: flow, at: end)
          let deciding = steps.filter { if case .decides = $0.effect { true } else { false } }
          #expect(
            deciding.map(\.effect) == (side.rule == nil ? [] : [.decides(side.outcome)]),
            "seed \(seed): \(flow)")
          #expect(deciding.first?.rule == side.rule, "seed \(seed): \(flow)")
          #expect(Set(steps.map(\.rule)).count == steps.count, "seed \(seed): \(flow)")
        }
      }
    }
  }
}
