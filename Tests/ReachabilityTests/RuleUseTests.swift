import AntreaModel
import Testing

@testable import Reachability

/// What a rule decides and what takes it from it, against following every flow
/// by itself.
@Suite struct RuleUseTests {
  @Test(arguments: 0..<UInt64(60))
  func everyFlow(seed: UInt64) {
    let random = RandomRuleBook(seed: seed)
    let book = random.book
    for reference in Set((book.egress + book.ingress).map(\.reference)) {
      let use = RuleUse(of: reference, in: book)
      #expect(use.exists)
      #expect(use.decided.allSatisfy { !$0.sources.isEmpty && $0.pairs > 0 })
      for flow in random.flows {
        for end in FlowEnd.allCases {
          let isTaken = random.takers(flow, end).rules.contains(reference)
          let parts = use.decided.filter {
            $0.end == end && $0.sources.contains(flow.source.index)
              && $0.destinations.contains(flow.destination.index)
              && $0.traffic.contains(flow.traffic, flow.source.address.family)
          }
          #expect(parts.isEmpty == !isTaken, "seed \(seed), rule \(reference): \(flow)")
        }
      }
      let own = (book.egress + book.ingress).filter { $0.reference == reference }
      for shadow in use.shadows {
        #expect(shadow.rule != reference)
        let earlier = (book.egress + book.ingress).filter { $0.reference == shadow.rule }
        let overlaps = earlier.contains { step in
          own.contains { !$0.traffic.intersection(step.traffic).isEmpty }
        }
        #expect(overlaps, "seed \(seed)")
      }
    }
  }

  @Test func aRuleBehindAnotherNeverDecides() {
    let world = RandomRuleBook.world
    let all = world.everyone
    let steps = [0, 1].map {
      SymbolicRule(
        reference: RandomRuleBook.rule($0), own: all, peers: all, traffic: .all,
        effect: .decide(.drop))
    }
    let book = RuleBook(world: world, egress: steps, ingress: [], traffic: TrafficSpace())
    let first = RuleUse(of: RandomRuleBook.rule(0), in: book)
    #expect(first.shadows.isEmpty)
    // Four pods with each other, the address and the Node's pod, and two of them
    // by the other family.
    let pairs = first.decided.map(\.pairs).reduce(0, +)
    #expect(pairs == 4 * 5 + 2 * 2)
    let second = RuleUse(of: RandomRuleBook.rule(1), in: book)
    #expect(second.exists && second.decided.isEmpty)
    #expect(second.shadows.map(\.rule) == [RandomRuleBook.rule(0)])
    #expect(!RuleUse(of: RandomRuleBook.rule(2), in: book).exists)
  }
}
