import AntreaModel
import Documents
import Testing
import Translation

@testable import Reachability

/// Answers to questions are what single flows give.
@Suite struct QuestionOracleTests {
  private struct Subject {
    var universe: Universe
    var nsx: NSXEvaluator
    var antrea: AntreaEvaluator
  }

  private func subject(_ seed: UInt64) throws -> Subject {
    let estate = EstateGenerator.estate(seed: seed, oddity: 5)
    let objects = try rendered(
      estate.translate(
        TranslationOptions(onUnsupported: .failClosed), families: [.v4, .v6],
        podNetworks: EstateWords.podNetworks))
    let snapshot = try estate.snapshot()
    var vocabulary = Vocabulary(snapshot, policies: snapshot.policies)
    vocabulary.formUnion(Vocabulary(objects: objects))
    vocabulary.mentionEveryNamespace()
    var seen: Set<String> = []
    let pods = World.random(estate, seed: seed, [.v4, .v6]).endpoints.compactMap(\.workload)
      .filter { seen.insert($0.name).inserted }
    let universe = Universe(
      pods: pods, podNetworks: EstateWords.podNetworks, vocabulary: vocabulary)
    return Subject(
      universe: universe,
      nsx: NSXEvaluator(snapshot, policies: snapshot.policies, world: universe.world),
      antrea: try AntreaEvaluator(objects, world: universe.world))
  }

  private func passes(_ decision: Decision) -> Bool {
    decision.outcome == .allow || decision.outcome == .inspect
  }

  @Test func stepsEndWithTheDecision() throws {
    var decided = 0
    for seed in LawSetting.seeds(1...8) {
      let subject = try subject(seed)
      let kinds = subject.nsx.traffic.union(subject.antrea.traffic).representatives
      for (source, destination) in subject.universe.world.pairs {
        for traffic in kinds.prefix(12) {
          let flow = Flow(source: source, destination: destination, traffic: traffic)
          for explanation in [
            FlowExplanation(flow, by: subject.nsx), FlowExplanation(flow, by: subject.antrea),
          ] {
            for end in FlowEnd.allCases {
              var side = SideDecision.unmatched
              if let last = explanation.steps(at: end).last,
                case .decides(let outcome) = last.effect
              {
                side = SideDecision(outcome, by: last.rule)
                decided += 1
              }
              let decision = explanation.decision
              #expect(
                side == (end == .egress ? decision.egress : decision.ingress),
                "seed \(seed) \(flow)")
              #expect(explanation.isDefault(at: end) == (side == .unmatched))
            }
          }
        }
      }
    }
    #expect(decided > 5000, "\(decided)")
  }

  @Test func tablesHoldEveryFlow() throws {
    for seed in LawSetting.seeds(1...6) {
      let subject = try subject(seed)
      let naming = EndpointNaming(subject.universe)
      let rules = subject.antrea.rules
      let kinds = subject.antrea.traffic.representatives
      let endpoints = subject.universe.world.endpoints
      for endpoint in endpoints.prefix(4) {
        for direction in [ReachTable.Direction.from, .to] {
          let rows = ReachTable(direction, endpoint, in: rules, naming).rows
          for peer in endpoints
          where peer.address.family == endpoint.address.family
            && (peer.index != endpoint.index || peer.count > 1)
            && (peer.isEnforced || endpoint.isEnforced)
          {
            let row = rows.filter { $0.members.contains(peer.index) }
            let (source, destination) =
              direction == .from ? (endpoint, peer) : (peer, endpoint)
            for traffic in kinds {
              let decision = subject.antrea.decide(
                Flow(source: source, destination: destination, traffic: traffic))
              let told =
                row.count == 1
                && row.contains { row in
                  row.passing.contains(traffic, endpoint.address.family) == passes(decision)
                    && row.parts.contains {
                      $0.decision == decision
                        && $0.traffic.contains(traffic, endpoint.address.family)
                    }
                }
              if !told {
                Issue.record("seed \(seed): \(source) -> \(destination) \(traffic): \(decision)")
                return
              }
            }
          }
        }
      }
    }
  }

  @Test func matricesSumUpEveryFlow() throws {
    var some = 0
    for seed in LawSetting.seeds(1...6) {
      let subject = try subject(seed)
      var groups = ReachMatrix.namespaces(of: subject.universe)
      let outside = subject.universe.world.endpoints.filter { $0.workload == nil }.map(\.index)
      groups.append(GroupName("outside", members: EndpointSet(outside)))
      let matrix = ReachMatrix(groups, in: subject.antrea.rules)
      let kinds = subject.antrea.traffic.representatives
      let endpoints = subject.universe.world.endpoints
      for (row, source) in groups.enumerated() {
        for (column, destination) in groups.enumerated() {
          for traffic in kinds {
            var found: [IPFamily: (always: Bool, sometimes: Bool)] = [:]
            for from in source.members.members.map({ endpoints[$0] }) {
              for to in destination.members.members.map({ endpoints[$0] })
              where from.address.family == to.address.family
                && (from.index != to.index || to.count > 1) && (from.isEnforced || to.isEnforced)
              {
                let isPassing = passes(
                  subject.antrea.decide(Flow(source: from, destination: to, traffic: traffic)))
                let known = found[to.address.family] ?? (true, false)
                found[to.address.family] = (known.always && isPassing, known.sometimes || isPassing)
              }
            }
            let cell = matrix.cells[row][column]
            if case .icmp = traffic {
              for (family, value) in found {
                #expect(cell.always.contains(traffic, family) == value.always)
                #expect(cell.sometimes.contains(traffic, family) == value.sometimes)
              }
            } else {
              let always = !found.isEmpty && found.values.allSatisfy(\.always)
              let sometimes = found.values.contains { $0.sometimes }
              #expect(cell.always.contains(traffic, .v4) == always)
              #expect(cell.sometimes.contains(traffic, .v4) == sometimes)
              if sometimes, !always { some += 1 }
            }
          }
        }
      }
    }
    #expect(some > 20, "\(some)")
  }
}
