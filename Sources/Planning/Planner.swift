import AntreaModel
import Documents

/// Makes plans: what must be done to a cluster so that it holds exactly the
/// desired objects of one owner.
public enum Planner {
  /// Plans the way from live to desired.
  ///
  /// The result depends on the two sets, not on their order.
  ///
  /// - Parameters:
  ///   - desired: The rendered objects of this cluster; all bear our labels.
  ///   - live: The live tiers, groups and policies of the cluster, foreign ones
  ///     included: they tell whether something is still used.
  ///   - policy: What the plan may do.
  public static func plan(
    desired: [KubernetesObject], live: [KubernetesObject], policy: PlanPolicy
  ) -> Plan {
    var (wanted, twice) = unique(desired)
    let (present, _) = unique(live)
    let scope = policy.scope
    let set = policy.applySet?.set.id
    let isSetKnown = policy.applySet?.labels(false) == true
    if let set, isSetKnown {
      wanted = wanted.mapValues { $0.member(of: set) }
    } else {
      // A run that knows of no ApplySet takes no member out of one.
      wanted = wanted.mapValues { object in
        guard let live = present[object.reference], Claim(of: live, in: scope) == .ours
        else { return object }
        return object.member(as: live)
      }
    }
    var draft = PlanDraft(desired: wanted, live: present, policy: policy)
    draft.classify()
    // Where others apply the tree, a missing label of ours is no difference.
    if let set, !isSetKnown, policy.applySet?.labels(true) == true,
      draft.steps.values.contains(where: \.action.writes)
    {
      wanted = wanted.mapValues { $0.member(of: set) }
      draft = PlanDraft(desired: wanted, live: present, policy: policy)
      draft.classify()
    }
    draft.blockTiers()
    draft.blockDependents()
    draft.holdBackDeletes()
    draft.keepReferenced()
    let order = draft.orderedSteps()
    var plan = Plan(
      owner: policy.owner, bindings: policy.bindings, steps: order.steps, gaps: order.gaps)
    if let set { plan.bindings[Plan.applySetBinding] = set }
    plan.refusals = refusals(of: plan, wanted: wanted, live: present, policy: policy)
    if !twice.isEmpty { plan.refusals.append(PlanRefusal(.duplicate, twice)) }
    return plan
  }

  typealias Objects = [KubernetesObject.Reference: KubernetesObject]

  /// Objects by identity; of two with one identity the one with the smaller
  /// text is taken, and differing ones are named.
  private static func unique(_ objects: [KubernetesObject]) -> (Objects, twice: [String]) {
    var result: Objects = [:]
    var twice: Set<String> = []
    for object in objects {
      guard let other = result[object.reference] else {
        result[object.reference] = object
        continue
      }
      guard other.document != object.document else { continue }
      twice.insert(object.reference.description)
      let smaller = JSONWriter.compact(object.document)
        .lexicographicallyPrecedes(JSONWriter.compact(other.document))
      if smaller { result[object.reference] = object }
    }
    return (result, twice.sorted { utf8Order($0, $1) < 0 })
  }

  private static func refusals(
    of plan: Plan, wanted: Objects, live: Objects, policy: PlanPolicy
  ) -> [PlanRefusal] {
    var result: [PlanRefusal] = []
    let scope = policy.scope
    let notOurs = wanted.values.filter { Claim(of: $0, in: scope) != .ours }
    if !notOurs.isEmpty {
      let names = notOurs.map(\.reference).sorted(by: KubernetesObject.Reference.precedes)
      result.append(PlanRefusal(.notOurs, names.map(\.description)))
    }
    // What a stopped run left for a while is no loss, whether there is much of it.
    let owned = live.values.count {
      Claim(of: $0, in: scope) == .ours && !$0.isTemporary
    }
    let deletes = plan.desiredSteps.count {
      $0.action == .delete && live[$0.reference]?.isTemporary != true
    }
    if wanted.isEmpty, owned > 0, !policy.allowsEmptiedSet {
      result.append(PlanRefusal(.emptiedSet, ["\(owned) objects"]))
    } else if case let limit = policy.budget.limit(of: owned), deletes > limit {
      result.append(
        PlanRefusal(.deletionBudget, ["\(deletes) of \(owned) objects, at most \(limit) allowed"]))
    }
    if !policy.allowsVendorDuplicates {
      let found = VendorDuplicates.find(desired: Array(wanted.values), live: Array(live.values))
      if !found.isEmpty { result.append(PlanRefusal(.vendorManaged, found)) }
    }
    if case .foreign(let reason)? = policy.applySet?.standing {
      result.append(
        PlanRefusal(.foreignApplySet, [policy.applySet?.set.parentName ?? "", reason]))
    }
    if !policy.unsupported.isEmpty {
      result.append(PlanRefusal(.unsupportedFeature, policy.unsupported))
    }
    return result
  }
}

extension KubernetesObject {
  /// Whether it was made to stand for another object for the time of a run.
  var isTemporary: Bool { annotation(Ownership.temporaryAnnotation) != nil }
}
