import AntreaModel
import Documents
import Planning
import Testing

/// How many steps of large plans can run at the same time.
@Suite struct OrderScaleTests {
  private let policy = PlanPolicy(owner: owner, budget: DeletionBudget(count: 0, percent: 100))

  /// A set as NSX gives it: of each policy nine rules that allow something into
  /// groups of one application, and one that denies the rest.
  ///
  /// - Parameters:
  ///   - isApart: Whether the applications' pods are told apart by a label; else
  ///     each policy is about all pods.
  ///   - edition: What changes from one set to another.
  private func estate(
    policies: Int, groupsEach: Int = 2, isApart: Bool, edition: Int = 0
  ) throws -> [KubernetesObject] {
    var result = [try object("Tier", "nsx-application", spec: ["priority": 14])]
    for index in 0..<policies {
      for part in 0..<groupsEach {
        let labels: JSONValue =
          isApart
          ? ["app": .string("app-\(index)"), "part": .string("\(part)")]
          : ["part": .string("\(part)")]
        result.append(
          try object(
            "ClusterGroup", "g\(index)-\(part)",
            spec: ["podSelector": ["matchLabels": labels]]))
      }
      let own = JSONValue.string("g\(index)-0")
      var rules: [JSONValue] = (0..<9).map { number in
        [
          "name": .string("\(index)-\(number)-in"), "action": "Allow",
          "appliedTo": [["group": own]],
          "from": [["group": .string("g\((index + number) % policies)-\(groupsEach - 1)")]],
          "ports": [["protocol": "TCP", "port": .integer(Int64(1000 + number + edition))]],
        ]
      }
      rules.append([
        "name": .string("\(index)-last-in"), "action": "Drop", "appliedTo": [["group": own]],
      ])
      result.append(
        try object(
          "ClusterNetworkPolicy", "p\(index)",
          spec: [
            "tier": "nsx-application", "priority": .number(1 + Double(index + 1) / 65_536),
            "ingress": .array(rules),
          ]))
    }
    return result
  }

  /// How often something ends before all is over, if at each time all runs that
  /// can.
  private func rounds(_ plan: Plan) -> Int {
    var execution = PlanExecution(plan)
    var count = 0
    while case let steps = execution.start(), !steps.isEmpty {
      count += 1
      for step in steps { execution.finish(step.id, .succeeded) }
    }
    #expect(execution.isFinished)
    return count
  }

  private func measured(_ name: String, _ plan: () -> Plan) -> Plan {
    let clock = ContinuousClock()
    let start = clock.now
    let result = plan()
    let time = clock.now - start
    let counts = result.counts
    print(
      "scale: \(name): \(counts.writes) writes, \(counts.makeBeforeBreak) beside, \(result.gaps.count) gaps, \(rounds(result)) rounds, \(time)"
    )
    return result
  }

  @Test func aFirstApplyIsWide() throws {
    let apart = try estate(policies: 1000, isApart: true)
    let first = measured("first, apart") {
      Planner.plan(desired: apart, live: [], policy: policy)
    }
    #expect(first.counts.create == 3001 && rounds(first) <= 4)
    let together = try estate(policies: 1000, isApart: false)
    let second = measured("first, together") {
      Planner.plan(desired: together, live: [], policy: policy)
    }
    #expect(rounds(second) <= 1003)
    let live = try apart.map { try asLive($0, isOwned: true) }
    _ = measured("nothing") { Planner.plan(desired: apart, live: live, policy: policy) }
    let next = try estate(policies: 1000, isApart: true, edition: 3)
    let third = measured("all ports, apart") {
      Planner.plan(desired: next, live: live, policy: policy)
    }
    #expect(third.counts.makeBeforeBreak == 0 && rounds(third) <= 4)
    let all = try estate(policies: 1000, isApart: false, edition: 3)
    let lump = try together.map { try asLive($0, isOwned: true) }
    _ = measured("all ports, together") {
      Planner.plan(desired: all, live: lump, policy: policy)
    }
    let end = measured("everything goes") {
      Planner.plan(
        desired: Array(apart.prefix(1)), live: live, policy: policy)
    }
    #expect(rounds(end) <= 5)
  }
}
