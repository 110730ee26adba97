import AntreaModel
import Documents
import Testing
import Translation

@testable import Reachability

/// What is decided with sets is what single flows give.
@Suite struct OracleTests {
  /// An estate with a random fault in one rendered object, or none.
  private func trial(
    _ seed: UInt64, oddity: Int, _ mode: TranslationOptions.OnUnsupported
  ) throws -> BruteForce {
    let setting = LawSetting(seed: seed)
    let estate = EstateGenerator.estate(seed: seed, oddity: oddity)
    let trial = try Trial(
      estate, .random(estate, seed: seed, setting.families), onUnsupported: mode, setting)
    var random = SeededGenerator(state: seed &* 31)
    var objects = trial.objects
    let kinds = ["ClusterNetworkPolicy", "ClusterGroup"]
    if let index = objects.indices.filter({ kinds.contains(objects[$0].kind) })
      .randomElement(using: &random),
      let fault = Mutation.all(objects[index].document["spec"] ?? .null)
        .randomElement(using: &random),
      case .object(var members) = objects[index].document
    {
      members["spec"] = fault.1
      objects[index] = try #require(KubernetesObject(.object(members)))
    }
    // What cannot even be read is left as it was.
    let faulty = try? AntreaEvaluator(objects, world: trial.world)
    return BruteForce(
      nsx: trial.nsx,
      antrea: try faulty ?? AntreaEvaluator(trial.objects, world: trial.world))
  }

  @Test func rulesAsSetsDecideLikeTheEvaluators() throws {
    for seed in LawSetting.seeds(1...20) {
      let force = try trial(seed, oddity: 15, .skipPolicy)
      var wrong: [String] = []
      var comparisons = Dictionary(
        uniqueKeysWithValues: IPFamily.allCases.map {
          ($0, RuleBookComparison(force.nsx.rules, force.antrea.rules, $0, tellsRulesApart: true))
        })
      force.forEachFlow { flow, left, right in
        let family = flow.source.address.family
        for (isLeft, decision) in [(true, left), (false, right)] {
          for (end, side) in [(FlowEnd.egress, decision.egress), (.ingress, decision.ingress)] {
            let (own, peer) =
              end == .egress
              ? (flow.source.index, flow.destination.index)
              : (flow.destination.index, flow.source.index)
            let found = comparisons[family]?.decide(flow.traffic, end, own, peer, isLeft)
            if found != side {
              wrong.append("\(flow) \(end) \(isLeft): \(side) but \(found.map { "\($0)" } ?? "")")
            }
          }
        }
      }
      #expect(wrong.isEmpty, "seed \(seed): \(wrong.prefix(3))")
    }
  }

  @Test func differencesAreThoseOfAllFlows() throws {
    var different = 0
    let seeds = LawSetting.seeds(1...60)
    for seed in seeds {
      let force = try trial(seed, oddity: 10, .failClosed)
      let expected = force.differences
      var found: [BruteForce.Place: TrafficSet] = [:]
      for family in IPFamily.allCases {
        var comparison = RuleBookComparison(force.nsx.rules, force.antrea.rules, family)
        for end in FlowEnd.allCases {
          for rectangle in comparison.differences(at: end) {
            for part in comparison.decisions.differences(rectangle.left, rectangle.right) {
              let traffic = comparison.decisions.traffic[part.traffic]
              for own in rectangle.own {
                for peer in rectangle.peers.members where comparison.pairs(own, peer, at: end) > 0 {
                  let place = BruteForce.Place(end: end, own: own, peer: peer)
                  found[place] = (found[place] ?? TrafficSet()).union(traffic)
                }
              }
            }
          }
        }
      }
      #expect(Set(found.keys) == Set(expected.keys), "seed \(seed)")
      for (place, traffic) in found {
        let family = force.nsx.world.endpoints[place.own].address.family
        let kinds = force.nsx.traffic.union(force.antrea.traffic).representatives
          .filter { traffic.contains($0, family) }
        #expect(kinds == expected[place] ?? [], "seed \(seed) \(place)")
      }
      let check = EquivalenceCheck(nsx: force.nsx, antrea: force.antrea)
      #expect(check.run().isEquivalent == expected.isEmpty, "seed \(seed)")
      let wider = check.run(mode: .notWider)
      #expect(wider.isEquivalent != force.isWider, "seed \(seed)")
      #expect(wider.differences.allSatisfy { $0.kind == .wider }, "seed \(seed)")
      if !expected.isEmpty { different += 1 }
    }
    // Most faults must show, or this would compare nothing with nothing.
    #expect(different > seeds.count / 3, "\(different)")
  }
}

extension RuleBookComparison {
  /// What one end makes of a flow, as the states tell.
  mutating func decide(
    _ traffic: Traffic, _ end: FlowEnd, _ own: Int, _ peer: Int, _ isLeft: Bool
  ) -> SideDecision? {
    guard let state = state(at: end, own: own, peer: peer, isLeft: isLeft) else {
      return .unmatched
    }
    return decisions.pieces(state)
      .first { decisions.traffic[$0.traffic].contains(traffic, family) }
      .map { piece in
        SideDecision(
          piece.outcome, by: piece.rule < 0 ? nil : references[Int(piece.rule)])
      }
  }
}
