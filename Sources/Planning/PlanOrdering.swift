import AntreaModel
import Documents

/// Puts steps in order and finds what each must wait for.
struct PlanOrdering {
  typealias Reference = KubernetesObject.Reference

  let desired: Planner.Objects
  let live: Planner.Objects
  let owner: String

  /// The stage in which an object is written or deleted.
  static func stage(of object: KubernetesObject, deletes: Bool) -> PlanStage {
    switch AntreaKinds.role(of: object.reference) {
    case .tier: return deletes ? .deleteTiers : .tiers
    case .group:
      let isParent = object.document[path: "spec", "childGroups"]?.array?.isEmpty == false
      if deletes { return isParent ? .deleteParentGroups : .deleteLeafGroups }
      return isParent ? .parentGroups : .leafGroups
    case .policy:
      let allows = AntreaKinds.onlyAllows(object)
      if deletes { return allows ? .deleteAllowingPolicies : .deleteDenyingPolicies }
      return allows ? .allowingPolicies : .denyingPolicies
    case .other: return deletes ? .deleteAllowingPolicies : .allowingPolicies
    }
  }

  /// The steps that write in the order of execution, then the others by stage
  /// and name. Steps that have to come after a blocked one are blocked as well.
  func ordered(_ steps: [Reference: PlanStep]) -> (steps: [PlanStep], gaps: [OrderGap]) {
    guard steps.values.contains(where: \.action.writes) else { return (idle(steps), []) }
    let world = OrderWorld(desired: desired, live: live, steps: steps)
    let order = ProtectionOrder(world, owner: owner)
    var steps = steps
    for (reference, obstacles) in order.waiting {
      steps[reference]?.block(BlockReason(.comesAfterBlocked, obstacles.map(\.description)))
    }
    return (order.steps + idle(steps), order.gaps)
  }

  private func idle(_ steps: [Reference: PlanStep]) -> [PlanStep] {
    steps.values.filter { !$0.action.writes }.sorted { left, right in
      left.stage == right.stage
        ? Reference.precedes(left.reference, right.reference) : left.stage < right.stage
    }
  }
}
