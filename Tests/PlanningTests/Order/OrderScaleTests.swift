import AntreaModel
import Documents
import Foundation
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

  private func measured(_ name: String, _ plan: () throws -> Plan) rethrows -> Plan {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try plan()
    let time = clock.now - start
    let counts = result.counts
    print(
      "scale: \(name): \(counts.writes) writes, \(counts.makeBeforeBreak) beside, \(result.gaps.count) gaps, \(rounds(result)) rounds, \(time)"
    )
    return result
  }

  /// How many policies; `NSX_ANTREA_TEST_POLICIES=1000` tries others.
  private static let count =
    ProcessInfo.processInfo.environment["NSX_ANTREA_TEST_POLICIES"].flatMap { Int($0) } ?? 100

  @Test func aFirstApplyIsWide() throws {
    let count = Self.count
    let apart = try estate(policies: count, isApart: true)
    let first = measured("first apply, applications apart") {
      Planner.plan(desired: apart, live: [], policy: policy)
    }
    // The tier, the groups, the policies.
    #expect(first.counts.create == 3 * count + 1 && rounds(first) == 3)
    // Where all policies are about all pods, each must wait for those before it.
    let together = try measured("first apply, all together") {
      Planner.plan(
        desired: try estate(policies: count, isApart: false), live: [], policy: policy)
    }
    #expect(rounds(together) <= count + 2)
    let live = try apart.map { try asLive($0, isOwned: true) }
    let same = measured("nothing") { Planner.plan(desired: apart, live: live, policy: policy) }
    #expect(!same.hasWrites)
    let end = measured("everything goes") {
      Planner.plan(desired: Array(apart.prefix(1)), live: live, policy: policy)
    }
    #expect(rounds(end) == 2)
  }

  @Test func blockedObjectsKeepFewOthers() throws {
    let count = Self.count
    let edit: JSONValue = ["manager": "kubectl-edit", "fieldsV1": ["f:spec": ["f:ingress": [:]]]]
    for isApart in [true, false] {
      let live = try estate(policies: count, isApart: isApart).map { object in
        let live = try asLive(object, isOwned: true)
        guard object.kind == "ClusterNetworkPolicy", object.name.hasSuffix("7"),
          case .object(var document) = live.document,
          case .object(var metadata)? = document["metadata"]
        else { return live }
        metadata["managedFields"] = .array((metadata["managedFields"]?.array ?? []) + [edit])
        document["metadata"] = .object(metadata)
        return KubernetesObject(.object(document)) ?? live
      }
      let desired = try estate(policies: count, isApart: isApart, edition: 3)
      let plan = measured("a tenth blocked, applications \(isApart ? "apart" : "together")") {
        Planner.plan(desired: desired, live: live, policy: policy)
      }
      print("scale: \(plan.counts.blocked) of \(count) blocked")
      #expect(plan.counts.blocked >= count / 10)
      if isApart { #expect(plan.counts.blocked == count / 10) }
    }
  }

  @Test func changesEverywhereStayWide() throws {
    let count = Self.count
    for isApart in [true, false] {
      let live = try estate(policies: count, isApart: isApart)
        .map { try asLive($0, isOwned: true) }
      let desired = try estate(policies: count, isApart: isApart, edition: 3)
      let plan = measured("all ports, applications \(isApart ? "apart" : "together")") {
        Planner.plan(desired: desired, live: live, policy: policy)
      }
      #expect(plan.gaps.isEmpty)
      if isApart { #expect(plan.counts.makeBeforeBreak == 0 && rounds(plan) == 1) }
      #expect(plan.counts.makeBeforeBreak < count)
    }
  }
}
