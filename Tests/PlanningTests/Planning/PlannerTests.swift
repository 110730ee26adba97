import AntreaModel
import Documents
import Planning
import Testing

@Suite struct PlannerTests {
  private let policy = PlanPolicy(owner: owner)
  private func step(_ plan: Plan, _ name: String) throws -> PlanStep {
    try #require(plan.steps.first { $0.reference.name == name })
  }
  private let group: JSONValue = ["ipBlocks": [["cidr": "10.0.0.0/8"]]]

  @Test func foreignObjectsAreNotTouched() throws {
    let desired = [try object("ClusterGroup", "g", spec: group)]
    let cases: [(JSONValue, BlockReason.Code)] = [
      (["ccp-adapter.antrea.tanzu.vmware.com/managedBy": "ccp-adapter"], .vendorManaged),
      (["app.kubernetes.io/managed-by": "Helm"], .managedByOther),
      (["app.kubernetes.io/managed-by": "nsx-antrea", "nsx-antrea.io/owner": "ff"], .otherOwner),
    ]
    for (labels, code) in cases {
      let live = [try object("ClusterGroup", "g", spec: [:], labels: labels)]
      let plan = Planner.plan(desired: desired, live: live, policy: policy)
      #expect(try step(plan, "g").reason?.code == code)
      #expect(!plan.hasWrites)
    }
    let unlabelled = [try object("ClusterGroup", "g", spec: group, labels: [:])]
    let plan = Planner.plan(desired: desired, live: unlabelled, policy: policy)
    #expect(try step(plan, "g").action == .adopt)
  }

  @Test func deletionIsBounded() throws {
    let live = try (0..<40).map { try asLive(object("ClusterGroup", "g\($0)", spec: group)) }
    let keep = [try object("ClusterGroup", "g0", spec: group)]
    #expect(
      Planner.plan(desired: keep, live: live, policy: policy).refusals.map(\.code)
        == [.deletionBudget])
    #expect(
      Planner.plan(desired: [], live: live, policy: policy).refusals.map(\.code) == [.emptiedSet])
    var wide = policy
    wide.budget = try #require(DeletionBudget(parsing: "100%"))
    #expect(Planner.plan(desired: keep, live: live, policy: wide).refusals.isEmpty)
    var incomplete = policy
    incomplete.incompleteReads = ["NSX groups"]
    let plan = Planner.plan(desired: keep, live: live, policy: incomplete)
    #expect(plan.counts.delete == 0 && plan.counts.blocked == 39)
    #expect(DeletionBudget.standard.limit(of: 100) == 30)
    #expect(DeletionBudget.standard.limit(of: 5) == 10)
    #expect(DeletionBudget(parsing: "30%") == .standard)
    #expect(DeletionBudget(parsing: "0%")?.limit(of: 100) == 0)
    #expect(DeletionBudget(parsing: "12")?.limit(of: 100) == 12)
    #expect(DeletionBudget(parsing: "x") == nil && DeletionBudget(parsing: "101%") == nil)
  }

  @Test func anIncompleteReadTakesNothingAway() throws {
    let live = try asLive(
      object(
        "ClusterGroup", "g", spec: ["ipBlocks": [["cidr": "10.0.0.0/8"], ["cidr": "1.1.1.1/32"]]]))
    var incomplete = policy
    incomplete.incompleteReads = ["NSX groups"]
    let plan = Planner.plan(
      desired: [try object("ClusterGroup", "g", spec: group)], live: [live], policy: incomplete)
    #expect(try step(plan, "g").reason?.code == .incompleteRead)
  }

  @Test func usedAndProtectedObjectsStay() throws {
    let kept = try object("ClusterGroup", "kept", spec: group)
    let live = [
      try asLive(object("ClusterGroup", "used", spec: group)), try asLive(kept),
      try asLive(
        object("ClusterGroup", "safe", spec: group, annotations: ["nsx-antrea.io/protect": "true"])),
      try asLive(object("Tier", "old", spec: ["priority": 9])),
      try object(
        "ClusterNetworkPolicy", "foreign",
        spec: ["tier": "old", "priority": 1, "appliedTo": [["group": "used"]]], labels: [:]),
    ]
    let plan = Planner.plan(desired: [kept], live: live, policy: policy)
    #expect(try step(plan, "used").reason?.code == .stillReferenced)
    #expect(try step(plan, "old").reason?.code == .stillReferenced)
    #expect(try step(plan, "safe").reason?.code == .protected)
    #expect(!plan.hasWrites && !plan.hasDifferences)
  }

  @Test func tiersKeepTheirPriority() throws {
    let live = [try asLive(object("Tier", "t", spec: ["priority": 12]))]
    let desired = [
      try object("Tier", "t", spec: ["priority": 13]),
      try object("ClusterNetworkPolicy", "p", spec: ["tier": "t", "priority": 1]),
    ]
    let plan = Planner.plan(desired: desired, live: live, policy: policy)
    #expect(try step(plan, "t").reason?.code == .tierPriorityImmutable)
    #expect(try step(plan, "p").reason?.code == .dependsOnBlocked)
    let shared = [try asLive(object("Tier", "t", spec: ["priority": 13], owner: "ff"))]
    let second = Planner.plan(desired: desired, live: shared, policy: policy)
    #expect(try step(second, "t").notes == [.sharedTier])
    #expect(try step(second, "p").action == .create)
  }

  @Test func missingGroupsBlockAndNothingIsPruned() throws {
    let desired = [
      try object(
        "ClusterNetworkPolicy", "p",
        spec: ["tier": "application", "priority": 1, "appliedTo": [["group": "gone"]]])
    ]
    let live = [try asLive(object("ClusterGroup", "stale", spec: group))]
    let plan = Planner.plan(desired: desired, live: live, policy: policy)
    #expect(try step(plan, "p").reason?.code == .missingReference)
    #expect(try step(plan, "stale").reason?.code == .pruningHeldBack)
  }

  @Test func vendorDuplicatesAreRefused() throws {
    let live = [
      try object(
        "ClusterNetworkPolicy", "uuid", spec: ["tier": "nsx-category-application", "priority": 1],
        labels: ["ccp-adapter.antrea.tanzu.vmware.com/managedBy": "ccp-adapter"],
        annotations: ["ccp-adapter.antrea.tanzu.vmware.com/display-name": "Shop"])
    ]
    let desired = [
      try object("Tier", "nsx-application", spec: ["priority": 14]),
      try object(
        "ClusterNetworkPolicy", "shop", spec: ["tier": "nsx-application", "priority": 1],
        annotations: ["nsx-antrea.io/display-name": "Shop"]),
    ]
    let plan = Planner.plan(desired: desired, live: live, policy: policy)
    #expect(plan.refusals.map(\.code) == [.vendorManaged])
    #expect(PlanExecution(plan).steps.isEmpty)
  }

  @Test func fieldsOfOthersAreReplaced() throws {
    let live = try asLive(
      object(
        "ClusterGroup", "g",
        spec: [
          "ipBlocks": [["cidr": "10.0.0.0/8"]],
          "childGroups": ["x"],
        ]))
    let plan = Planner.plan(
      desired: [try object("ClusterGroup", "g", spec: group)], live: [live], policy: policy)
    let update = try step(plan, "g")
    #expect(update.write == .replace)
    let body = try #require(update.replacement(of: live)).document
    #expect(body[path: "spec", "childGroups"] == nil)
    #expect(body[path: "metadata", "resourceVersion"] == "1")
  }
}
