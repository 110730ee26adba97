import AntreaModel
import Documents
import Planning
import Testing

@Suite struct PlanLawTests {
  private let policy = PlanPolicy(owner: owner, budget: DeletionBudget(count: 100, percent: 100))

  /// Carries out a plan on a set of live objects, refusing what a cluster
  /// would make unsafe.
  private func carryOut(
    _ plan: Plan, on live: [KubernetesObject], seed: UInt64, failing: Set<String> = []
  ) throws -> (live: [KubernetesObject], outcome: PlanOutcome) {
    var state = Dictionary(live.map { ($0.reference, $0) }, uniquingKeysWith: { a, _ in a })
    var execution = PlanExecution(plan)
    var random = SeededGenerator(seed: seed)
    while case let steps = execution.start(), !steps.isEmpty {
      for step in steps.shuffled(using: &random) {
        if failing.contains(step.reference.name) {
          execution.finish(step.id, .failed("refused"))
          continue
        }
        if step.action == .delete {
          state[step.reference] = nil
        } else {
          let object = try #require(step.manifest.flatMap { KubernetesObject($0) })
          state[step.reference] = try asLive(object, version: 2)
        }
        execution.finish(step.id, .succeeded)
        for object in state.values where object.kind == "ClusterNetworkPolicy" {
          for rule in object.document[path: "spec", "ingress"]?.array ?? [] {
            let name = rule["from"]?.array?.first?["group"]?.string ?? ""
            let reference = KubernetesObject.Reference(
              group: "crd.antrea.io", kind: "ClusterGroup", name: name)
            #expect(state[reference] != nil, "seed \(seed): \(object.name) lost group \(name)")
          }
        }
      }
    }
    #expect(execution.isFinished)
    return (Array(state.values), execution.outcome)
  }

  @Test func aSecondPlanHasNothingToDo() throws {
    for seed in UInt64(0)..<60 {
      var random = SeededGenerator(seed: seed)
      let live = try estate(&random).map { try asLive($0) }
      let desired = try estate(&random)
      let plan = Planner.plan(desired: desired, live: live, policy: policy)
      let (after, outcome) = try carryOut(plan, on: live, seed: seed)
      #expect(outcome.exitKind == nil, "seed \(seed)")
      let second = Planner.plan(desired: desired, live: after, policy: policy)
      #expect(second.counts.unchanged == desired.count, "seed \(seed)")
      #expect(second.steps.count == desired.count, "seed \(seed)")
    }
  }

  @Test func orderOfInputDoesNotMatter() throws {
    for seed in UInt64(0)..<40 {
      var random = SeededGenerator(seed: seed)
      let live = try estate(&random).map { try asLive($0) }
      let desired = try estate(&random)
      let plan = Planner.plan(desired: desired, live: live, policy: policy)
      let shuffled = Planner.plan(
        desired: desired.shuffled(using: &random), live: live.shuffled(using: &random),
        policy: policy)
      #expect(
        JSONWriter.pretty(plan.document) == JSONWriter.pretty(shuffled.document), "seed \(seed)")
    }
  }

  @Test func onlyOurObjectsAreDeleted() throws {
    for seed in UInt64(0)..<40 {
      var random = SeededGenerator(seed: seed)
      let mine = try estate(&random).map { try asLive($0) }
      let live = mine.compactMap { object -> KubernetesObject? in
        guard Bool.random(using: &random), case .object(var document) = object.document else {
          return object
        }
        document.update("metadata") { value in
          guard case .object(var metadata) = value else { return }
          metadata["labels"] = ["nsx-antrea.io/owner": "ffff"]
          value = .object(metadata)
        }
        return KubernetesObject(.object(document))
      }
      let owned = Set(live.filter { $0.labels["nsx-antrea.io/owner"] == owner }.map(\.reference))
      let plan = Planner.plan(desired: [], live: live, policy: policy)
      for step in plan.steps where step.action == .delete {
        #expect(owned.contains(step.reference), "seed \(seed)")
      }
    }
  }

  @Test func aSavedPlanReadsBack() throws {
    var random = SeededGenerator(seed: 7)
    let live = try estate(&random).map { try asLive($0) }
    let plan = Planner.plan(desired: try estate(&random), live: live, policy: policy)
    let text = JSONWriter.pretty(plan.document)
    let read = try Plan(document: try JSONValue(json: text))
    // 1.0 reads back as 1: one number, two cases of JSONValue.
    #expect(JSONWriter.pretty(read.document) == Array(text))
    #expect(read.digest == plan.digest)
    #expect(plan.renewed(from: read).stale.isEmpty)
    #expect(read.renewed(from: plan).stale.isEmpty)
    guard case .object(var forged) = plan.document else { return }
    forged["owner"] = "ffff"
    #expect(throws: PlanDocumentError.digestMismatch) { try Plan(document: .object(forged)) }
    forged["schemaVersion"] = 2
    #expect(throws: PlanDocumentError.unsupportedVersion("2")) {
      try Plan(document: .object(forged))
    }
  }

  @Test func aFailureBlocksDependentsAndPruning() throws {
    let group: JSONValue = ["ipBlocks": [["cidr": "10.0.0.0/8"]]]
    let desired = [
      try object("ClusterGroup", "a", spec: group), try object("ClusterGroup", "b", spec: group),
      try object("ClusterGroup", "parent", spec: ["childGroups": ["a"]]),
    ]
    let live = [try asLive(object("ClusterGroup", "stale", spec: group))]
    let plan = Planner.plan(desired: desired, live: live, policy: policy)
    let (after, outcome) = try carryOut(plan, on: live, seed: 1, failing: ["a"])
    #expect(Set(after.map(\.name)) == ["b", "stale"])
    #expect(outcome.created == 1 && outcome.failures.count == 1 && outcome.blocked == 2)
    #expect(outcome.exitKind == .partial)
    let (_, nothing) = try carryOut(plan, on: live, seed: 1, failing: ["a", "b"])
    #expect(nothing.exitKind == .failed)
    var stopped = PlanExecution(plan)
    stopped.stop(because: "interrupted")
    #expect(stopped.start().isEmpty && stopped.isFinished)
  }
}
