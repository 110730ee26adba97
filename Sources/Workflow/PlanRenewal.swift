import AntreaModel
import Failures
import KubernetesClient
import Planning

extension Run {
  /// A plan made now for what an earlier one wants.
  ///
  /// - Parameters:
  ///   - planned: The earlier plan.
  ///   - desired: What it wants: see ``desired(of:live:)``.
  ///   - live: The objects as they are now.
  ///   - budget: How many may be deleted; `nil` where that has been judged.
  ///   - unsupported: What the cluster's Antrea lacks.
  ///   - applySet: What stands in the parent's place.
  /// - Throws: ``PlanRefusal`` where something came in that forbids the plan.
  func freshPlan(
    of planned: Plan, desired: [KubernetesObject], live: [KubernetesObject],
    budget: DeletionBudget? = nil, unsupported: [String] = [], applySet: ApplySet.View?
  ) throws -> Plan {
    let fresh = Planner.plan(
      desired: desired, live: live,
      policy: PlanPolicy(
        owner: planned.owner, budget: budget ?? DeletionBudget(count: .max, percent: 100),
        allowsEmptiedSet: true, unsupported: unsupported,
        takesOverFields: settings.flag("apply.forceConflicts"),
        applySet: Self.withoutLabels(applySet)))
    if let refusal = fresh.refusals.first(where: {
      [
        .deletionBudget, .unsupportedFeature, .foreignApplySet, .vendorManaged, .notOurs,
        .duplicate,
      ]
      .contains($0.code)
    }) {
      throw refusal
    }
    return fresh
  }

  /// A view by which no object gets a label: those that were approved have it.
  private static func withoutLabels(_ view: ApplySet.View?) -> ApplySet.View? {
    view.map { view in
      if case .foreign = view.standing { return view }
      return ApplySet.View(view.set, .unreadable)
    }
  }

  /// What an approved plan wants: what it writes, and everything else of ours
  /// as it is, also where it was blocked.
  static func desired(
    of approved: Plan, live: [KubernetesObject]
  ) -> [KubernetesObject] {
    // What is blocked is wanted all the same, so that the order is the one it had.
    let wishes = approved.desiredSteps.filter {
      $0.action.writes && $0.action != .delete
        || $0.action == .blocked && $0.intended != .delete && $0.manifest != nil
    }
    let wished = Set(wishes.map(\.reference))
    let kept = Set(
      approved.desiredSteps.filter {
        !$0.action.writes && !($0.action == .blocked && $0.intended == .delete)
      }.map(\.reference)
    ).subtracting(wished)
    return wishes.compactMap { $0.manifest.flatMap { KubernetesObject($0) } }
      + live.filter {
        kept.contains($0.reference) && $0.labels[Ownership.ownerLabel] == approved.owner
      }
  }

  /// The plan, bound to the objects as they are under the lock.
  ///
  /// Minutes may have passed since it was made: somebody was asked, or another run
  /// had the lock. What that one did already is left out.
  ///
  /// - Throws: ``Failure`` of kind refused where it is not the same change any
  ///   more; nothing was changed then.
  func lookedAtAgain(
    _ plan: ClusterPlan, client: KubernetesClient
  ) async throws -> ClusterPlan {
    let name = plan.desired.settings.name
    let live = try await readCluster(client, withConnectivity: false).policyObjects
    guard Self.versions(of: live) != Self.versions(of: plan.live) else { return plan }
    let set = plan.plan.scope.applySet.map { _ in
      ApplySet.View(applySet(of: plan.plan.owner), .unreadable)
    }
    let fresh = try freshPlan(
      of: plan.plan, desired: Self.desired(of: plan.plan, live: live), live: live, applySet: set)
    var renewed = plan
    let (bound, stale) = plan.plan.renewed(from: fresh, present: Set(live.map(\.reference)))
    guard stale.isEmpty else {
      throw Failure(
        .refused, subject: "cluster \(name)",
        cause: "is not as it was when the plan was made, nothing was changed: \(stale.text)",
        remedy: "run again: it plans from what is there now")
    }
    renewed.plan = bound
    renewed.live = live
    let done =
      plan.plan.steps.count(where: \.action.writes)
      - bound.steps.count(where: \.action.writes)
    if done > 0 { talk("cluster \(name): \(done) steps were taken by somebody else meanwhile") }
    return renewed
  }

  /// What each object is bound to.
  private static func versions(
    of objects: [KubernetesObject]
  ) -> [KubernetesObject.Reference: [String?]] {
    Dictionary(
      objects.map { ($0.reference, [$0.uid, $0.resourceVersion]) }, uniquingKeysWith: { a, _ in a })
  }
}

extension [StaleStep] {
  /// A line for each, at most twenty.
  var text: String {
    let shown = prefix(20).map { "\n  \($0.reference): \($0.message)" }.joined()
    return count > 20 ? shown + "\n  and \(count - 20) more" : shown
  }
}
