/// What a plan does with one object.
public enum PlanAction: String, Sendable, Hashable, CaseIterable {
  /// The object is not in the cluster.
  case create
  /// The object is ours and differs.
  case update
  /// An object of that name is there that nobody claims: it becomes ours.
  case adopt
  /// The object is ours and no longer wanted.
  case delete
  /// The object is as it should be.
  case unchanged
  /// Something would have to be done but must not be: see ``BlockReason``.
  case blocked

  /// Whether the action sends a write to the cluster.
  public var writes: Bool {
    switch self {
    case .create, .update, .adopt, .delete: true
    case .unchanged, .blocked: false
    }
  }
}

/// How an object is written.
public enum PlanWrite: String, Sendable, Hashable, CaseIterable {
  /// Server-side apply of the manifest.
  case apply
  /// PUT of the live object with our spec and metadata, bound to its
  /// resourceVersion: apply cannot remove a field that another manager owns.
  case replace
}

/// The order of a run. All steps of a stage are over before the next begins.
///
/// What is referenced comes before what refers to it; new policies come before
/// old ones go; policies that only allow come first and go last, so that a new
/// deny does not cut what its sibling allows.
public enum PlanStage: Int, Sendable, Hashable, CaseIterable, Comparable {
  /// Tiers are written.
  case tiers = 10
  /// Groups without children are written.
  case leafGroups = 20
  /// Groups with children are written.
  case parentGroups = 30
  /// Policies without a denying rule are written.
  case allowingPolicies = 40
  /// All other policies are written.
  case denyingPolicies = 50
  /// Policies with a denying rule are deleted.
  case deleteDenyingPolicies = 60
  /// All other policies are deleted.
  case deleteAllowingPolicies = 70
  /// Groups with children are deleted.
  case deleteParentGroups = 80
  /// Groups without children are deleted.
  case deleteLeafGroups = 90
  /// Tiers are deleted.
  case deleteTiers = 100

  /// Earlier stages are smaller.
  public static func < (left: PlanStage, right: PlanStage) -> Bool {
    left.rawValue < right.rawValue
  }

  /// Whether the stage only removes objects.
  public var prunes: Bool { self >= .deleteDenyingPolicies }
}
