import AntreaModel
import Documents

/// What a plan does with one object, with all that is needed to do it.
public struct PlanStep: Sendable, Hashable {
  /// The live object that the plan was made from.
  public struct Live: Sendable, Hashable {
    /// `metadata.uid`, the precondition of a delete.
    public var uid: String?
    /// `metadata.resourceVersion`, the precondition of a delete or replace.
    public var resourceVersion: String?

    /// Creates an identity.
    public init(uid: String?, resourceVersion: String?) {
      self.uid = uid
      self.resourceVersion = resourceVersion
    }
  }

  /// Something worth knowing about a step that does not stop it.
  public enum Note: String, Sendable, Hashable, CaseIterable {
    /// Antrea Controller overlooks this kind of group change until it restarts
    /// or the group changes otherwise.
    case groupChangeNotPropagated
    /// A tier of another nsx-antrea source, used as it is.
    case sharedTier
    /// Fields of other managers are changed or removed.
    case takesOverFields

    /// The note in one sentence without a full stop.
    public var message: String {
      switch self {
      case .groupChangeNotPropagated:
        "Antrea Controller may not notice this change by itself; check the group's members"
      case .sharedTier: "shared with another nsx-antrea source"
      case .takesOverFields: "fields that others have set are taken over"
      }
    }
  }

  /// The object.
  public var reference: KubernetesObject.Reference
  /// What the step is for.
  public var purpose: Purpose
  /// For a temporary object: the object that it stands for.
  public var standsFor: KubernetesObject.Reference?
  /// What is done.
  public var action: PlanAction
  /// For ``PlanAction/blocked``: what would have been done.
  public var intended: PlanAction?
  /// Why it is blocked.
  public var reason: BlockReason?
  /// When it is done.
  public var stage: PlanStage
  /// How it is written.
  public var write: PlanWrite
  /// The desired object; `nil` where nothing is written, or something deleted.
  public var manifest: JSONValue?
  /// The live object; `nil` where there is none.
  public var live: Live?
  /// The canonical form of the live object that is changed or deleted.
  public var former: JSONValue?
  /// What changes, in canonical form.
  public var differences: [FieldDifference]
  /// Objects that the step needs: their steps must have succeeded before.
  public var dependencies: [KubernetesObject.Reference]
  /// Steps that must have succeeded before, so that no flow falls into a gap.
  public var after: [ID]
  /// All steps of a smaller wave must be over before. Tiers are in the first one,
  /// and deletes that nothing waits for in the last; steps whose order has too
  /// many edges to be told one by one are ordered by their waves.
  public var wave: Int
  /// Remarks.
  public var notes: [Note]
  /// Display name of the NSX object, from the annotation.
  public var displayName: String?
  /// NSX path, from the annotation.
  public var path: String?

  /// Creates a step; what is not given is empty.
  public init(
    reference: KubernetesObject.Reference, action: PlanAction, stage: PlanStage,
    intended: PlanAction? = nil, reason: BlockReason? = nil, write: PlanWrite = .apply,
    manifest: JSONValue? = nil, live: Live? = nil, differences: [FieldDifference] = [],
    dependencies: [KubernetesObject.Reference] = [], notes: [Note] = [],
    displayName: String? = nil, path: String? = nil, purpose: Purpose = .desired,
    standsFor: KubernetesObject.Reference? = nil, after: [ID] = [], wave: Int = 0
  ) {
    self.reference = reference
    self.purpose = purpose
    self.standsFor = standsFor
    self.after = after
    self.wave = wave
    self.action = action
    self.stage = stage
    self.intended = intended
    self.reason = reason
    self.write = write
    self.manifest = manifest
    self.live = live
    self.differences = differences
    self.dependencies = dependencies
    self.notes = notes
    self.displayName = displayName
    self.path = path
  }
}
