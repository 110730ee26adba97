import AntreaModel
import Testing

@testable import Reachability

/// What a rule decides and what takes it from it, against following every flow
/// by itself.
@Suite struct RuleUseTests {
  private let world = World(
    workloads: (1...5).map { number in
      Workload(
        name: "pod-\(number)", namespace: "shop",
        addresses: [IPAddress(family: .v4, value: UInt128(number))]
          + (number < 3 ? [IPAddress(family: .v6, value: UInt128(number))] : []),
        isHostNetwork: number == 5)
    },
    addresses: [IPAddress(family: .v4, value: 100), IPAddress(family: .v6, value: 100)])
  private let traffic: [(TrafficSet, Traffic)] = [80, 443, 8080].map { port in
    (
      TrafficSet(.tcp, destination: port...port),
      .transport(.tcp, source: TrafficSpace.ephemeralPort, destination: port)
    )
  }

  private func rule(_ number: Int) -> RuleReference {
    RuleReference(policy: "p", rule: "\(number)")
  }

  private func book(seed: UInt64) -> RuleBook {
    var random = SeededGenerator(state: seed)
    func set() -> EndpointSet {
      EndpointSet(world.endpoints.indices.filter { _ in Bool.random(using: &random) })
    }
    let steps = (0..<Int.random(in: 1...6, using: &random)).map { number in
      let kinds = traffic.filter { _ in Bool.random(using: &random) }.map(\.0)
      return SymbolicRule(
        // Some rules have two steps.
        reference: rule(number / Int.random(in: 1...2, using: &random)), own: set(), peers: set(),
        traffic: kinds.isEmpty ? .all : kinds.reduce(TrafficSet()) { $0.union($1) },
        effect: Int.random(in: 0..<4, using: &random) == 0
          ? .resume(stage: Int.random(in: 1...2, using: &random)) : .decide(.drop),
        stage: number / 3)
    }
    return RuleBook(world: world, egress: [], ingress: steps, traffic: TrafficSpace())
  }

  /// The rule that takes a flow at its destination, step by step.
  private func taker(
    _ steps: [SymbolicRule], _ source: Endpoint, _ destination: Endpoint, _ kind: Traffic
  ) -> [RuleReference] {
    var stage = 0
    var passed: [RuleReference] = []
    for step in steps
    where step.stage >= stage && step.own.contains(destination.index)
      && step.peers.contains(source.index)
      && step.traffic.contains(kind, source.address.family)
    {
      passed.append(step.reference)
      switch step.effect {
      case .decide: return passed
      case .resume(let later): stage = max(stage, later)
      }
    }
    return passed
  }

  @Test(arguments: 0..<UInt64(60))
  func everyFlow(seed: UInt64) {
    let book = book(seed: seed)
    for reference in Set(book.ingress.map(\.reference)) {
      let use = RuleUse(of: reference, in: book)
      #expect(use.exists)
      #expect(use.decided.allSatisfy { !$0.sources.isEmpty && $0.pairs > 0 })
      for source in world.endpoints {
        for destination in world.endpoints
        where destination.isEnforced && source.index != destination.index
          && source.address.family == destination.address.family
        {
          for (_, kind) in traffic {
            let takers = taker(book.ingress, source, destination, kind)
            let parts = use.decided.filter {
              $0.end == .ingress && $0.sources.contains(source.index)
                && $0.destinations.contains(destination.index)
                && $0.traffic.contains(kind, source.address.family)
            }
            #expect(
              parts.isEmpty == !takers.contains(reference),
              "seed \(seed), rule \(reference): \(source) -> \(destination) \(kind)")
          }
        }
      }
      let own = book.ingress.filter { $0.reference == reference }
      for shadow in use.shadows {
        #expect(shadow.rule != reference)
        let earlier = book.ingress.filter { $0.reference == shadow.rule }
        let overlaps = earlier.contains { step in
          own.contains { !$0.traffic.intersection(step.traffic).isEmpty }
        }
        #expect(overlaps, "seed \(seed)")
      }
    }
  }

  @Test func aRuleBehindAnotherNeverDecides() {
    let all = world.everyone
    let steps = [0, 1].map {
      SymbolicRule(
        reference: rule($0), own: all, peers: all, traffic: .all, effect: .decide(.drop))
    }
    let book = RuleBook(world: world, egress: steps, ingress: [], traffic: TrafficSpace())
    let first = RuleUse(of: rule(0), in: book)
    #expect(first.shadows.isEmpty)
    // Four pods with each other, the address and the Node's pod, and two of them
    // by the other family.
    let pairs = first.decided.map(\.pairs).reduce(0, +)
    #expect(pairs == 4 * 5 + 2 * 2)
    let second = RuleUse(of: rule(1), in: book)
    #expect(second.exists && second.decided.isEmpty)
    #expect(second.shadows.map(\.rule) == [rule(0)])
    #expect(!RuleUse(of: rule(2), in: book).exists)
  }
}
