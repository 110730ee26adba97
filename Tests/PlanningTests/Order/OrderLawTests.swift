import AntreaModel
import Documents
import Planning
import Testing

/// What old and new policies agree on holds in every state between them.
@Suite struct OrderLawTests {
  private let policy = PlanPolicy(owner: owner, budget: DeletionBudget(count: 100, percent: 100))

  /// A live set, and a desired one that comes of a few changes.
  private func change(
    _ seed: UInt64, isMirrored: Bool = false
  ) throws -> (live: [KubernetesObject], desired: [KubernetesObject], others: [KubernetesObject]) {
    var random = SeededGenerator(seed: seed)
    var old = OrderCase(&random, isMirrored: isMirrored)
    old.change(1, &random)
    var new = old
    new.change(Int.random(in: 1...9, using: &random), &random)
    new.foreign = old.foreign
    let others = try old.others()
    return (try old.objects().map { try asLive($0, isOwned: true) }, try new.objects(), others)
  }

  @Test func eachDirectionHoldsInEveryState() throws {
    var steps = 0
    var temporary = 0
    var gaps = 0
    for seed in OrderSeeds.range(1...40) {
      let (live, desired, others) = try change(seed)
      let plan = Planner.plan(desired: desired, live: live + others, policy: policy)
      #expect(plan.refusals.isEmpty, "seed \(seed): \(plan.refusals)")
      steps += plan.counts.writes
      temporary += plan.counts.makeBeforeBreak
      if plan.gaps.contains(where: { $0.code == .cycle }) {
        gaps += 1
        print("gap: seed \(seed): \(plan.gaps.map(\.message))\n\(describe(plan))")
        continue
      }
      let new = FlowVerdicts(desired + others)
      for round in 0..<3 {
        var random = SeededGenerator(seed: seed &* 31 &+ UInt64(round))
        let result = try OrderRun.carryOut(
          plan, on: live + others, new: new, isWhole: false, &random)
        if let gap = result.gap {
          Issue.record("seed \(seed), round \(round): \(gap)\n\(describe(plan))")
        }
        let second = Planner.plan(
          desired: desired, live: Array(result.state.values), policy: policy)
        let isDone = !second.hasWrites
        #expect(isDone, "seed \(seed): \(describe(second))")
      }
    }
    // All objects are ours to write, so that there is always a way.
    #expect(gaps == 0)
    print("order: \(steps) writes, \(temporary) objects with others beside, \(gaps) gaps")
  }

  /// - Parameter isMirrored: Whether all rules are there at both ends.
  @Test(arguments: [false, true]) func bothEndsTogetherHoldInEveryState(
    _ isMirrored: Bool
  ) throws {
    var gaps = 0
    var real = 0
    for seed in OrderSeeds.range(1...30) {
      let (live, desired, others) = try change(seed, isMirrored: isMirrored)
      let plan = Planner.plan(desired: desired, live: live + others, policy: policy)
      let new = FlowVerdicts(desired + others)
      gaps += plan.gaps.isEmpty ? 0 : 1
      for round in 0..<2 {
        var random = SeededGenerator(seed: seed &* 37 &+ UInt64(round))
        let result = try OrderRun.carryOut(
          plan, on: live + others, new: new, isWhole: true, &random)
        guard let gap = result.gap else { continue }
        real += 1
        if plan.gaps.isEmpty {
          Issue.record("seed \(seed), round \(round): \(gap)\n\(describe(plan))")
        }
      }
    }
    print("order: mirrored \(isMirrored): \(gaps) plans name gaps, \(real) runs had one")
  }

  @Test func aRunThatStopsGoesOnWithoutAGap() throws {
    for seed in OrderSeeds.range(1...8) {
      let (live, desired, others) = try change(seed)
      let new = FlowVerdicts(desired + others)
      var random = SeededGenerator(seed: seed)
      let first = Planner.plan(desired: desired, live: live + others, policy: policy)
      let run = try OrderRun.carryOut(
        first, on: live + others, new: new, isWhole: false, &random)
      for state in run.between {
        let second = Planner.plan(
          desired: desired, live: Array(state.values), policy: policy)
        #expect(second.refusals.isEmpty, "seed \(seed)")
        let end = try OrderRun.carryOut(
          second, on: Array(state.values), new: new, isWhole: false, &random)
        if let gap = end.gap, second.gaps.isEmpty {
          Issue.record("seed \(seed): \(gap)\n\(describe(first))\nthen\n\(describe(second))")
        }
        let wanted = Set((desired + others).map(\.reference))
        #expect(Set(end.state.keys) == wanted, "seed \(seed)")
        let isDone = !Planner.plan(
          desired: desired, live: Array(end.state.values), policy: policy
        ).hasWrites
        #expect(isDone, "seed \(seed)")
      }
    }
  }

  /// - Parameter isWhole: Whether both ends of a connection count together.
  @Test(arguments: [false, true]) func whatIsBlockedKeepsWhatComesAfterIt(_ isWhole: Bool) throws {
    var counts = (writes: 0, waiting: 0, gaps: 0)
    var kinds: Set<OrderObstacles.Kind> = []
    for seed in OrderSeeds.range(1...24) {
      let change = try change(seed, isMirrored: isWhole && seed.isMultiple(of: 2))
      var random = SeededGenerator(seed: seed &* 41)
      let obstacles = try OrderObstacles(
        live: change.live, desired: change.desired, others: change.others, &random)
      let plan = Planner.plan(desired: obstacles.desired, live: obstacles.live, policy: policy)
      #expect(plan.refusals.isEmpty, "seed \(seed): \(plan.refusals)")
      kinds.formUnion(obstacles.kinds)
      counts.writes += plan.counts.writes
      counts.waiting += plan.steps.count { $0.reason?.code == .comesAfterBlocked }
      let isNamed = plan.gaps.contains { isWhole || $0.code == .cycle }
      counts.gaps += isNamed ? 1 : 0
      let new = FlowVerdicts(obstacles.final)
      random = SeededGenerator(seed: seed &* 43)
      let result = try OrderRun.carryOut(
        plan, on: obstacles.live, new: new, isWhole: isWhole, &random)
      if let gap = result.gap, !isNamed {
        Issue.record("seed \(seed), \(obstacles.kinds): \(gap)\n\(describe(plan))")
      }
      // A named gap is one for a moment, none that stays with what is blocked.
      let stays = FlowVerdicts(result.state.values)
        .gap(between: FlowVerdicts(obstacles.live), and: new, isWhole: isWhole)
      #expect(stays == nil, "seed \(seed), \(obstacles.kinds): \(describe(plan))")
      let beside = result.state.values.filter {
        $0.annotations["nsx-antrea.io/temporary"] != nil
      }
      #expect(beside.isEmpty, "seed \(seed): \(describe(plan))")
      // What was in the way is gone: the rest follows.
      let cleared = obstacles.clear(result.state)
      let rest = Planner.plan(desired: obstacles.desired, live: cleared, policy: policy)
      let end = try OrderRun.carryOut(rest, on: cleared, new: new, isWhole: isWhole, &random)
      let last = Planner.plan(
        desired: obstacles.desired, live: Array(end.state.values), policy: policy)
      // A tier never gets another priority.
      let isOpen = obstacles.kinds.contains(.tierMoved)
      let isDone = !last.hasWrites && (isOpen || !last.hasDifferences)
      #expect(isDone, "seed \(seed): \(describe(last))")
    }
    #expect(kinds.count == OrderObstacles.Kind.allCases.count && counts.waiting > 0)
    print("order: blocked: \(counts)")
  }

  /// Orders that do not keep it: each must be found out.
  enum Mistake: CaseIterable {
    case byStages, anyOrder, withoutCopies, firstOnesGoFirst

    func change(_ plan: Plan) -> Plan {
      var plan = plan
      switch self {
      case .byStages:
        plan.steps = plan.desiredSteps.map { step in
          var step = step
          (step.after, step.wave) = ([], step.stage.rawValue)
          return step
        }.sorted { $0.stage < $1.stage }
      case .anyOrder:
        for index in plan.steps.indices { plan.steps[index].after = [] }
      case .withoutCopies:
        plan.steps.removeAll { [.standIn, .remove].contains($0.purpose) }
      case .firstOnesGoFirst:
        let goes = Set(plan.steps.filter { $0.action == .delete }.map(\.id))
        for index in plan.steps.indices {
          plan.steps[index].after.removeAll { goes.contains($0) }
        }
        // Those that go, in the order of their names.
        var last: PlanStep.ID?
        for index in plan.steps.indices.sorted(by: {
          plan.steps[$0].reference.name < plan.steps[$1].reference.name
        }) where goes.contains(plan.steps[index].id) {
          if let last { plan.steps[index].after.append(last) }
          last = plan.steps[index].id
        }
      }
      return plan
    }
  }

  @Test(arguments: Mistake.allCases) func mistakesAreFound(_ mistake: Mistake) throws {
    var found = 0
    for seed in UInt64(1)...400 where found == 0 {
      let (live, desired, others) = try change(seed)
      let plan = Planner.plan(desired: desired, live: live + others, policy: policy)
      guard plan.gaps.isEmpty, case let wrong = mistake.change(plan), wrong.steps != plan.steps
      else { continue }
      let new = FlowVerdicts(desired + others)
      var random = SeededGenerator(seed: seed)
      let result = try OrderRun.carryOut(
        wrong, on: live + others, new: new, isWhole: true, &random)
      if result.gap != nil { found += 1 }
    }
    #expect(found > 0)
  }

  private func describe(_ plan: Plan) -> String {
    plan.steps.filter(\.action.writes).map { step in
      let after = step.after.map { "\($0.purpose) \($0.reference.name)" }.joined(separator: ", ")
      return "  \(step.purpose) \(step.action) \(step.reference) after \(after)"
    }.joined(separator: "\n")
  }
}
