import AntreaModel
import Documents
import Planning
import Testing

/// What a plan leaves undone because it has to come after something blocked.
@Suite struct BlockedOrderTests {
  private let policy = PlanPolicy(owner: owner)

  // MARK: Objects

  private func group(_ name: String, _ app: String) throws -> KubernetesObject {
    try object("ClusterGroup", name, spec: ["podSelector": ["matchLabels": ["app": .string(app)]]])
  }

  private func rule(
    _ action: String, at target: String, from: String? = nil, port: Int64 = 80
  ) -> JSONValue {
    var rule = JSONObject()
    rule["name"] = .string("\(action)-\(target)-\(from ?? "any")-\(port)")
    rule["action"] = .string(action)
    rule["appliedTo"] = [["group": .string(target)]]
    if let from { rule["from"] = [["group": .string(from)]] }
    rule["ports"] = [["protocol": "TCP", "port": .integer(port)]]
    return .object(rule)
  }

  private func policy(
    _ name: String, at priority: Double, in tier: String = "application", _ rules: JSONValue...,
    egress: [JSONValue] = []
  ) throws -> KubernetesObject {
    try object(
      "ClusterNetworkPolicy", name,
      spec: [
        "tier": .string(tier), "priority": .number(priority), "ingress": .array(rules),
        "egress": .array(egress),
      ])
  }

  private func tier(_ name: String, _ priority: Int64, isOurs: Bool) throws -> KubernetesObject {
    try object(
      "Tier", name, spec: ["priority": .integer(priority)], labels: isOurs ? nil : [:])
  }

  private func live(_ objects: [KubernetesObject]) throws -> [KubernetesObject] {
    try objects.map { try asLive($0, isOwned: true) }
  }

  /// The object with something in its metadata.
  private func with(
    _ key: String, _ value: JSONValue, _ object: KubernetesObject
  ) throws -> KubernetesObject {
    guard case .object(var document) = try asLive(object, isOwned: true).document,
      case .object(var metadata)? = document["metadata"]
    else { return object }
    metadata[key] = value
    document["metadata"] = .object(metadata)
    return try #require(KubernetesObject(.object(document)))
  }

  private func edited(_ object: KubernetesObject) throws -> KubernetesObject {
    let fields: JSONValue = [
      "f:priority": [:], "f:ingress": [:], "f:podSelector": ["f:matchLabels": ["f:app": [:]]],
    ]
    return try with(
      "managedFields",
      [["manager": "kubectl-edit", "operation": "Update", "fieldsV1": ["f:spec": fields]]], object)
  }

  // MARK: What is looked at

  private func step(_ plan: Plan, _ name: String) throws -> PlanStep {
    try #require(plan.steps.first { $0.reference.name == name && !$0.isPassing })
  }

  /// What an object waits for; `nil` where it does not wait.
  private func waits(_ plan: Plan, _ name: String) throws -> [String]? {
    let reason = try step(plan, name).reason
    return reason?.code == .comesAfterBlocked ? reason?.subjects : nil
  }

  private func gap(
    _ plan: Plan, _ live: [KubernetesObject], _ desired: [KubernetesObject],
    isWhole: Bool = false
  ) throws -> String? {
    var random = SeededGenerator(seed: 1)
    return try OrderRun.carryOut(
      plan, on: live, new: FlowVerdicts(desired), isWhole: isWhole, &random
    ).gap
  }

  // MARK: Tests

  @Test("A deny that moves to a tier that is blocked stays where it is")
  func tierTaken() throws {
    let groups = [try group("x", "a0"), try group("other", "a2")]
    let ours = try tier("nsx-application", 14, isOurs: true)
    let old = [
      ours,
      try policy(
        "p", at: 1, in: "nsx-application", rule("Drop", at: "x"), rule("Allow", at: "x", port: 443)),
      try policy("q", at: 2, in: "nsx-application", rule("Drop", at: "other")),
    ]
    let new = [
      ours, try tier("nsx-emergency", 11, isOurs: true),
      try policy("deny", at: 1, in: "nsx-emergency", rule("Drop", at: "x")),
      try policy("p", at: 1, in: "nsx-application", rule("Allow", at: "x", port: 443)),
      try policy("q", at: 2, in: "nsx-application", rule("Drop", at: "other", port: 443)),
    ]
    let live = try live(groups + old) + [try tier("team-a", 11, isOurs: false)]
    let plan = Planner.plan(desired: groups + new, live: live, policy: policy)
    #expect(try gap(plan, live, groups + new) == nil)
    #expect(try step(plan, "nsx-emergency").reason?.code == .tierPriorityTaken)
    #expect(try step(plan, "deny").reason?.code == .dependsOnBlocked)
    #expect(try waits(plan, "p") == ["ClusterNetworkPolicy/deny"])
    // What has nothing to do with it goes on.
    #expect(try step(plan, "q").action == .update)
    var execution = PlanExecution(plan)
    for step in execution.start() { execution.finish(step.id, .succeeded) }
    #expect(execution.isFinished && execution.outcome.exitKind == .partial)
  }

  /// Why a stale policy stays.
  enum Obstacle: CaseIterable { case heldBack, protected, terminating }

  @Test("A deny is not taken from above an allow that stays", arguments: Obstacle.allCases)
  func staleAllowStays(_ obstacle: Obstacle) throws {
    let groups = [try group("x", "a0"), try group("other", "a2")]
    let first = try policy("p1", at: 1, rule("Drop", at: "x"), rule("Allow", at: "x", port: 443))
    let stale = try policy("s", at: 2, rule("Allow", at: "x"))
    let last = try policy("d", at: 9, rule("Drop", at: "x"))
    let apart = try policy("z", at: 5, rule("Drop", at: "other"))
    var live = try live(groups + [first, last])
    switch obstacle {
    case .heldBack:
      live.append(try asLive(stale, isOwned: true))
      live.append(try edited(apart))
    case .protected:
      live.append(try with("annotations", ["nsx-antrea.io/protect": "true"], stale))
      live.append(try asLive(apart, isOwned: true))
    case .terminating:
      live.append(try with("deletionTimestamp", "2024-01-01T00:00:00Z", stale))
      live.append(try asLive(apart, isOwned: true))
    }
    let desired =
      groups + [
        try policy("p1", at: 1, rule("Allow", at: "x", port: 443)), last,
        try policy("z", at: 5, rule("Drop", at: "other", port: 443)),
      ]
    let plan = Planner.plan(desired: desired, live: live, policy: policy)
    #expect(try gap(plan, live, desired) == nil)
    #expect(try waits(plan, "p1") == ["ClusterNetworkPolicy/s"])
    #expect(try step(plan, "z").action == (obstacle == .heldBack ? .blocked : .update))
  }

  @Test("A group that a blocked policy is to let go of does not grow under it")
  func groupUnderABlockedPolicy() throws {
    let fixed = [try group("x", "a0")]
    let old = try policy("p", at: 5, rule("Allow", at: "x", from: "g"), rule("Drop", at: "x"))
    let live = try live(fixed + [try group("g", "a1")]) + [try edited(old)]
    let desired =
      fixed + [
        try group("g", "a2"), try policy("p", at: 5, rule("Drop", at: "x")),
        try policy("n", at: 6, rule("Drop", at: "g", port: 443)),
      ]
    let plan = Planner.plan(desired: desired, live: live, policy: policy)
    #expect(try gap(plan, live, desired) == nil)
    #expect(try waits(plan, "g") == ["ClusterNetworkPolicy/p"])
  }

  @Test("A new allow does not come without the deny above it")
  func newAllowBelowABlockedDeny() throws {
    let groups = [try group("x", "a0"), try group("other", "a2")]
    let last = try policy("last", at: 9, rule("Drop", at: "x"))
    let taken = try policy("deny", at: 1, rule("Drop", at: "other"))
    let live = try live(groups + [last]) + [try edited(taken)]
    let desired =
      groups + [
        last, try policy("deny", at: 1, rule("Drop", at: "x")),
        try policy("allow", at: 2, rule("Allow", at: "x")),
        try policy("below", at: 3, rule("Drop", at: "x", port: 443)),
      ]
    let plan = Planner.plan(desired: desired, live: live, policy: policy)
    #expect(try gap(plan, live, desired) == nil)
    #expect(try waits(plan, "allow") == ["ClusterNetworkPolicy/deny"])
    #expect(try step(plan, "below").action == .create)
  }

  @Test("One end does not open while the step that closes the other is blocked")
  func otherEnd() throws {
    let groups = [try group("x", "a0"), try group("y", "a1"), try group("other", "a2")]
    let live =
      try live(groups + [policy("opens", at: 1, rule("Drop", at: "y", from: "x"))]) + [
        try edited(policy("closes", at: 2, rule("Drop", at: "other")))
      ]
    // What opens has to come first at the other end: its allow stands above the deny.
    let desired =
      groups + [
        try policy("opens", at: 1, egress: [rule("Allow", at: "x", port: 443)]),
        try policy(
          "closes", at: 2, egress: [rule("Drop", at: "x"), rule("Drop", at: "x", port: 443)]),
      ]
    let plan = Planner.plan(desired: desired, live: live, policy: policy)
    #expect(try gap(plan, live, desired, isWhole: true) == nil)
    #expect(try waits(plan, "opens") == ["ClusterNetworkPolicy/closes"])
    // Where both are done it is a gap for a moment, which the plan names.
    var taking = policy
    taking.takesOverFields = true
    let all = Planner.plan(desired: desired, live: live, policy: taking)
    #expect(all.counts.update == 2 && all.gaps.map(\.code) == [.opensBeforeClosing])
  }

  @Test("What waits keeps waiting what has to come after it, and names what it waits for")
  func chains() throws {
    let groups = [try group("x", "a0")]
    let taken = try policy("first", at: 1, rule("Drop", at: "x", port: 443))
    let live = try live(groups) + [try edited(taken)]
    let desired =
      groups + [
        try policy("first", at: 1, rule("Drop", at: "x")),
        try policy("second", at: 2, rule("Allow", at: "x"), rule("Allow", at: "x", port: 443)),
        try policy("third", at: 3, rule("Drop", at: "x", port: 443)),
      ]
    let plan = Planner.plan(desired: desired, live: live, policy: policy)
    #expect(try waits(plan, "second") == ["ClusterNetworkPolicy/first"])
    #expect(try waits(plan, "third") == ["ClusterNetworkPolicy/second"])
    #expect(!plan.hasWrites && plan.hasDifferences)
    let reason = try #require(try step(plan, "third").reason)
    #expect(reason.message.contains("ClusterNetworkPolicy/second") && reason.remedy != nil)
    #expect(!reason.isBenign)
  }

  @Test("What is kept on purpose keeps nothing else that need not wait")
  func benign() throws {
    let groups = [try group("x", "a0"), try group("used", "a1"), try group("kept", "a2")]
    let foreign = try object(
      "ClusterNetworkPolicy", "foreign",
      spec: [
        "tier": "application", "priority": 3, "ingress": [rule("Drop", at: "used")], "egress": [],
      ], labels: [:])
    let safe = try policy("safe", at: 2, rule("Drop", at: "kept"))
    let gone = try policy("gone", at: 1, rule("Allow", at: "x"))
    let live =
      try live(groups + [gone]) + [
        foreign, try with("annotations", ["nsx-antrea.io/protect": "true"], safe),
      ]
    let desired = [groups[0], groups[2], try policy("new", at: 4, rule("Drop", at: "x"))]
    let plan = Planner.plan(desired: desired, live: live, policy: policy)
    #expect(try step(plan, "used").reason?.code == .stillReferenced)
    #expect(try step(plan, "safe").reason?.code == .protected)
    #expect(try step(plan, "new").action == .create && step(plan, "gone").action == .delete)
    var execution = PlanExecution(plan)
    while case let steps = execution.start(), !steps.isEmpty {
      for step in steps { execution.finish(step.id, .succeeded) }
    }
    #expect(execution.outcome.exitKind == nil)
  }
}
