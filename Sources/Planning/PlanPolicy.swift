/// What a plan may do, and what is known about its two sides.
public struct PlanPolicy: Sendable, Hashable {
  /// The value of the owner label of this run's NSX source and scope.
  public var owner: String
  /// How many objects may be deleted.
  public var budget: DeletionBudget
  /// What was not read to its end, in words a person knows (`NSX groups`,
  /// `ClusterNetworkPolicy in the cluster`); empty for complete reads. Nothing
  /// is deleted, and nothing is taken from an object, while this is not empty.
  public var incompleteReads: [String]
  /// Whether an empty desired set may delete everything that is ours.
  public var allowsEmptiedSet: Bool
  /// Whether VMware's adapter may already enforce the same NSX policy here.
  public var allowsVendorDuplicates: Bool
  /// What the desired objects use and the cluster's Antrea lacks, in words a
  /// person knows; with any of it the plan is refused.
  public var unsupported: [String]
  /// Whether fields are taken over from other field managers.
  public var takesOverFields: Bool
  /// The ApplySet that the objects form, and what stands in its parent's place;
  /// `nil` where there is no cluster.
  public var applySet: ApplySet.View?
  /// Digests that the plan is bound to, for example `nsxSnapshot` and `commit`.
  public var bindings: [String: String]

  /// Creates a policy; everything but the owner has the safe default.
  public init(
    owner: String, budget: DeletionBudget = .standard, incompleteReads: [String] = [],
    allowsEmptiedSet: Bool = false, allowsVendorDuplicates: Bool = false,
    unsupported: [String] = [], takesOverFields: Bool = false, applySet: ApplySet.View? = nil,
    bindings: [String: String] = [:]
  ) {
    self.owner = owner
    self.budget = budget
    self.incompleteReads = incompleteReads
    self.allowsEmptiedSet = allowsEmptiedSet
    self.allowsVendorDuplicates = allowsVendorDuplicates
    self.unsupported = unsupported
    self.takesOverFields = takesOverFields
    self.applySet = applySet
    self.bindings = bindings
  }
}
