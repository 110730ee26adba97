import AntreaModel
import Documents
import Planning
import Testing

/// When a plan needs more than an order of its steps, and when it does not.
@Suite struct OrderMeansTests {
  private let policy = PlanPolicy(owner: owner)

  private func group(_ name: String, _ labels: JSONValue) throws -> KubernetesObject {
    try object("ClusterGroup", name, spec: ["podSelector": ["matchLabels": labels]])
  }

  private func addresses(_ name: String, _ list: String...) throws -> KubernetesObject {
    try object(
      "ClusterGroup", name,
      spec: ["ipBlocks": .array(list.map { ["cidr": .string($0)] })])
  }

  private func rule(
    _ name: String, _ action: String, at target: String, from: String? = nil, port: Int64? = nil
  ) -> JSONValue {
    var rule = JSONObject()
    rule["name"] = .string(name)
    rule["action"] = .string(action)
    rule["appliedTo"] = [["group": .string(target)]]
    if let from { rule["from"] = [["group": .string(from)]] }
    if let port { rule["ports"] = [["protocol": "TCP", "port": .integer(port)]] }
    return .object(rule)
  }

  private func policy(
    _ name: String, at priority: Double, ingress: [JSONValue] = [], egress: [JSONValue] = []
  ) throws -> KubernetesObject {
    try object(
      "ClusterNetworkPolicy", name,
      spec: [
        "tier": "application", "priority": .number(priority), "ingress": .array(ingress),
        "egress": .array(egress),
      ])
  }

  private func plan(
    _ old: [KubernetesObject], _ new: [KubernetesObject]
  ) throws -> Plan {
    Planner.plan(
      desired: new, live: try old.map { try asLive($0, isOwned: true) }, policy: policy)
  }

  private func place(_ plan: Plan, _ name: String) throws -> Int {
    try #require(plan.steps.firstIndex { $0.reference.name == name && !$0.isPassing })
  }

  @Test func oneEditedPolicyIsOneStep() throws {
    let web = try group("web", ["app": "web"])
    let others = try (0..<20).map {
      try policy("p\($0)", at: 2 + Double($0), ingress: [rule("\($0)", "Drop", at: "web")])
    }
    let old = try policy(
      "p", at: 1, ingress: [rule("a", "Allow", at: "web", port: 80), rule("b", "Drop", at: "web")])
    let new = try policy(
      "p", at: 9.5,
      ingress: [rule("b", "Drop", at: "web"), rule("c", "Allow", at: "web", port: 81)]
    )
    let plan = try plan([web, old] + others, [web, new] + others)
    #expect(plan.counts.writes == 1 && plan.counts.makeBeforeBreak == 0 && plan.gaps.isEmpty)
    #expect(plan.steps.count { $0.action.writes } == 1)
  }

  @Test func oneEditedGroupIsOneStepHoweverManyUseIt() throws {
    let users = try (0..<50).map {
      try policy(
        "p\($0)", at: 1 + Double($0),
        ingress: [
          rule("\($0)a", "Allow", at: "web", from: "office", port: Int64(80 + $0)),
          rule("\($0)d", "Drop", at: "office"),
        ])
    }
    let web = try group("web", ["app": "web"])
    let plan = try plan(
      users + [web, try group("office", ["app": "old"])],
      users + [web, try group("office", ["team": "new"])])
    #expect(plan.steps.count { $0.action.writes } == 1)
  }

  @Test func aNewGroupComesBeforeTheEditedPolicyThatNamesIt() throws {
    let web = try group("web", ["app": "web"])
    let old = try policy("p", at: 1, ingress: [rule("d", "Drop", at: "web")])
    let new = try policy(
      "p", at: 1,
      ingress: [rule("a", "Allow", at: "web", from: "db"), rule("d", "Drop", at: "web")]
    )
    let plan = try plan([web, old], [web, new, try group("db", ["app": "db"])])
    #expect(plan.steps.count { $0.action.writes } == 2 && plan.counts.makeBeforeBreak == 0)
    #expect(try place(plan, "db") < place(plan, "p"))
  }

  @Test func policiesThatAreAboutOtherPodsNeedNoOrder() throws {
    var old: [KubernetesObject] = []
    var new: [KubernetesObject] = []
    for index in 0..<5 {
      let own = try group("g\(index)", ["app": .string("\(index)")])
      old.append(own)
      new.append(own)
      for (port, list) in [(80, 0), (443, 1)] {
        let object = try policy(
          "p\(index)", at: 1 + Double(index),
          ingress: [
            rule("a", "Allow", at: "g\(index)", port: Int64(port)),
            rule("d", "Drop", at: "g\(index)"),
          ])
        if list == 0 { old.append(object) } else { new.append(object) }
      }
    }
    let plan = try plan(old, new)
    #expect(plan.counts.update == 5 && plan.counts.makeBeforeBreak == 0)
    var execution = PlanExecution(plan)
    #expect(execution.start().count == 5)
  }

  @Test func aTierThatIsNumberedAnewNeedsNothingBeside() throws {
    let web = try group("web", ["app": "web"])
    func set(_ shift: Double) throws -> [KubernetesObject] {
      try [web]
        + (0..<10).map { index in
          try policy(
            "p\(index)", at: 1 + Double(index) + shift,
            ingress: [rule("\(index)", index % 2 == 0 ? "Allow" : "Drop", at: "web")])
        }
    }
    let later = try plan(try set(0), try set(2.5))
    #expect(later.counts.update == 10 && later.counts.makeBeforeBreak == 0)
    // The last one makes room.
    #expect(try place(later, "p9") < place(later, "p0"))
    let earlier = try plan(try set(2.5), try set(0))
    #expect(earlier.counts.makeBeforeBreak == 0)
    #expect(try place(earlier, "p0") < place(earlier, "p9"))
  }

  @Test func twoPoliciesChangePlacesWithoutAnother() throws {
    let web = try group("web", ["app": "web"])
    let rules = ([rule("a", "Allow", at: "web", port: 80)], [rule("d", "Drop", at: "web")])
    let plan = try plan(
      [web, try policy("a", at: 1, ingress: rules.0), try policy("d", at: 2, ingress: rules.1)],
      [web, try policy("a", at: 2, ingress: rules.0), try policy("d", at: 1, ingress: rules.1)])
    #expect(plan.counts.update == 2 && plan.counts.makeBeforeBreak == 0)
  }

  @Test func whatMovesBetweenTwoPoliciesBothWaysNeedsOneBeside() throws {
    let web = try group("web", ["app": "web"])
    func set(_ first: Int64, _ second: Int64) throws -> [KubernetesObject] {
      [
        web, try policy("a", at: 1, ingress: [rule("a", "Allow", at: "web", port: first)]),
        try policy("b", at: 2, ingress: [rule("b", "Allow", at: "web", port: second)]),
        try policy("c", at: 3, ingress: [rule("c", "Drop", at: "web")]),
      ]
    }
    let plan = try plan(try set(80, 443), try set(443, 80))
    #expect(plan.counts.update == 2 && plan.counts.makeBeforeBreak == 1 && plan.gaps.isEmpty)
    let beside = try #require(plan.steps.first { $0.purpose == .standIn })
    #expect(beside.manifest?[path: "spec", "priority"]?.double == 1.0.nextUp)
    #expect(
      beside.manifest?[path: "metadata", "annotations", "nsx-antrea.io/temporary"]
        == "ClusterNetworkPolicy/a")
  }

  @Test func groupsOfAddressesAreWidenedFirst() throws {
    let web = try group("web", ["app": "a2"])
    let users = [
      try policy(
        "a", at: 1,
        ingress: [
          rule("a", "Allow", at: "web", from: "x"), rule("b", "Allow", at: "web", from: "y"),
          rule("d", "Drop", at: "web"),
        ])
    ]
    let old = users + [web, try addresses("x", "10.0.0.0/24"), try addresses("y", "10.0.1.0/24")]
    let new = users + [web, try addresses("x", "10.0.1.0/24"), try addresses("y", "10.0.0.0/24")]
    var plan = try plan(old, new)
    let writes = plan.steps.filter(\.action.writes)
    #expect(writes.map(\.purpose) == [.widen, .widen, .desired, .desired])
    #expect(plan.counts.update == 2 && plan.counts.makeBeforeBreak == 2)
    #expect(writes.first?.manifest?[path: "spec", "ipBlocks"]?.array?.count == 2)

    func gap(_ plan: Plan) throws -> String? {
      var random = SeededGenerator(seed: 1)
      return try OrderRun.carryOut(
        plan, on: try old.map { try asLive($0) }, new: FlowVerdicts(new), isWhole: true, &random
      ).gap
    }
    #expect(try gap(plan) == nil)
    plan.steps.removeAll { $0.purpose == .widen }
    #expect(try gap(plan) != nil)
  }

  @Test func whatAStoppedRunLeftIsNoLoss() throws {
    let temporary = try (0..<30).map { index in
      try asLive(
        object(
          "ClusterGroup", "g\(index)-after", spec: ["ipBlocks": [["cidr": "10.0.0.0/8"]]],
          annotations: ["nsx-antrea.io/temporary": "ClusterGroup/g"]))
    }
    let plan = Planner.plan(desired: [], live: temporary, policy: policy)
    #expect(plan.refusals.isEmpty && plan.counts.delete == 30)
  }
}
