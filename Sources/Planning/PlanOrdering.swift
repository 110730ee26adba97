import AntreaModel
import Documents

/// Puts steps in order and finds what each must wait for.
struct PlanOrdering {
  typealias Reference = KubernetesObject.Reference

  let desired: Planner.Objects
  let live: Planner.Objects

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

  /// The steps by stage, then by evaluation order of policies, then by name.
  func ordered(_ steps: [Reference: PlanStep]) -> [PlanStep] {
    let users = liveUsers(of: steps)
    let priorities = tierPriorities()
    let keyed = steps.values.map { step -> (tier: Double, priority: Double, step: PlanStep) in
      var step = step
      step.wave = step.stage.rawValue
      step.dependencies = dependencies(of: step, in: steps, users: users)
        .sorted(by: Reference.precedes)
      let spec = (desired[step.reference] ?? live[step.reference])?.document["spec"]
      let tier = spec?["tier"]?.string.flatMap { priorities[$0] } ?? 0
      return (tier, spec?["priority"]?.double ?? 0, step)
    }
    return keyed.sorted { left, right in
      if left.step.stage != right.step.stage { return left.step.stage < right.step.stage }
      // Stale policies go from the last one.
      let (a, b) = left.step.stage.prunes ? (right, left) : (left, right)
      if a.tier != b.tier { return a.tier < b.tier }
      if a.priority != b.priority { return a.priority < b.priority }
      return Reference.precedes(a.step.reference, b.step.reference)
    }.map(\.step)
  }

  private func tierPriorities() -> [String: Double] {
    var result: [String: Double] = [:]
    for objects in [live, desired] {
      for (reference, object) in objects where reference.kind == "Tier" {
        result[reference.name] = object.document[path: "spec", "priority"]?.double
      }
    }
    return result
  }

  private func dependencies(
    of step: PlanStep, in steps: [Reference: PlanStep], users: [Reference: Set<Reference>]
  ) -> [Reference] {
    switch step.action {
    case .create, .update, .adopt:
      guard let object = desired[step.reference] else { return [] }
      return AntreaKinds.references(of: object).filter {
        steps[$0].map { $0.action.writes && $0.action != .delete } ?? false
      }
    case .delete: return Array(users[step.reference] ?? [])
    case .unchanged, .blocked: return []
    }
  }

  /// For each object that goes: the steps that stop using it.
  private func liveUsers(of steps: [Reference: PlanStep]) -> [Reference: Set<Reference>] {
    var result: [Reference: Set<Reference>] = [:]
    for (reference, object) in live where steps[reference]?.action.writes == true {
      for other in AntreaKinds.references(of: object) where steps[other]?.action == .delete {
        result[other, default: []].insert(reference)
      }
    }
    return result
  }
}
