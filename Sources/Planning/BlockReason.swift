import AntreaModel

/// Why a step must not be taken.
public struct BlockReason: Sendable, Hashable {
  /// The class of a reason; stable, part of the JSON form.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// NSX or the cluster was not read to the end.
    case incompleteRead
    /// VMware's adapter made the object.
    case vendorManaged
    /// Another NSX source or scope owns the object.
    case otherOwner
    /// The object is a member of another ApplySet.
    case otherApplySet
    /// Another tool manages the object.
    case managedByOther
    /// Other field managers own fields that would have to change.
    case foreignFields
    /// Antrea Multi-cluster replicated the object.
    case multiClusterReplica
    /// The protect annotation keeps the object.
    case protected
    /// Something that stays still refers to the object.
    case stillReferenced
    /// A tier's priority cannot be changed.
    case tierPriorityImmutable
    /// Another tier has the priority of a new one.
    case tierPriorityTaken
    /// The priority of a new tier is one of Antrea's own.
    case tierPriorityReserved
    /// The cluster has as many tiers as Antrea admits.
    case tooManyTiers
    /// The object refers to something that exists nowhere.
    case missingReference
    /// The object needs another one that is blocked.
    case dependsOnBlocked
    /// The order without a gap puts the object after another one that is blocked.
    case comesAfterBlocked
    /// Pruning waits until nothing above it is blocked.
    case pruningHeldBack
    /// The live object is being deleted.
    case terminating
  }

  /// The class.
  public var code: Code
  /// What the reason is about: names of objects, an owner, a priority.
  public var subjects: [String]

  /// Creates a reason.
  public init(_ code: Code, _ subjects: [String] = []) {
    self.code = code
    self.subjects = subjects
  }

  /// Whether the state is a wish of somebody (protection, a remaining use), so
  /// that a run with nothing else blocked is a success.
  public var isBenign: Bool {
    switch code {
    case .protected, .stillReferenced: true
    default: false
    }
  }

  /// The reason in one sentence without a full stop.
  public var message: String {
    let list = subjects.joined(separator: ", ")
    switch code {
    case .incompleteRead: return "not everything was read (\(list)), so nothing is taken away"
    case .vendorManaged: return "VMware's Antrea NSX adapter manages this object"
    case .otherOwner: return "another nsx-antrea source or scope owns this object (owner \(list))"
    case .otherApplySet: return "the object is a member of another ApplySet (\(list))"
    case .managedByOther: return "\(list) manages this object"
    case .foreignFields: return subjects.joined(separator: "; ")
    case .multiClusterReplica: return "Antrea Multi-cluster replicates this object"
    case .protected: return "\(Ownership.protectAnnotation) keeps this object"
    case .stillReferenced: return "still used by \(list)"
    case .tierPriorityImmutable: return "a tier's priority cannot be changed (\(list))"
    case .tierPriorityTaken:
      return "priority \(subject(0)) is that of \(subject(1)), and Antrea admits one tier for each"
    case .tierPriorityReserved: return "Antrea keeps priority \(subject(0)) for itself"
    case .tooManyTiers:
      return "the cluster has tiers at \(subject(0)) priorities, and Antrea admits no more"
    case .missingReference: return "refers to \(list), which does not exist"
    case .dependsOnBlocked: return "needs \(list), which is blocked"
    case .comesAfterBlocked:
      let shown = subjects.prefix(5).joined(separator: ", ")
      let more = subjects.count > 5 ? " and \(subjects.count - 5) more" : ""
      return
        "has to come after \(shown)\(more), which \(subjects.count == 1 ? "is" : "are") blocked"
    case .pruningHeldBack: return "nothing is deleted while a step above is blocked"
    case .terminating:
      return "the live object is being deleted" + (list.isEmpty ? "" : ", and \(list) holds it")
    }
  }

  /// What can be done about fields that another manager owns.
  public static let waysOut =
    "take the fields over with --force-conflicts; or have that manager give them up (kubectl apply without them, or undo the edit); or change NSX so that both say the same"

  private func subject(_ index: Int) -> String {
    subjects.indices.contains(index) ? subjects[index] : ""
  }

  /// The way out, where there is one.
  public var remedy: String? {
    switch code {
    case .incompleteRead: "read again when NSX and the cluster answer completely"
    case .vendorManaged: "end the adapter's span for this policy first, or do not render it here"
    case .otherOwner: "give the two sources different scopes, or remove the object there"
    case .otherApplySet:
      "remove it from that set; if apply.lockNamespace was changed, remove the label \(ApplySet.memberLabel)"
    case .managedByOther, .multiClusterReplica: "rename or remove the object, then plan again"
    case .foreignFields: Self.waysOut
    case .protected: "remove the annotation to have the object deleted"
    case .tierPriorityImmutable:
      "set the old priority in the config, or configure a tier of another name"
    case .tierPriorityTaken:
      "set \(subject(2)) to a priority that is free in this cluster, or remove that tier"
    case .tierPriorityReserved: "set \(subject(1)) to a number from 5 to 49"
    case .tooManyTiers: "remove tiers that no policy uses"
    case .missingReference: "render again; if it persists, see the findings of this cluster"
    case .terminating:
      "plan again when it is gone; a finalizer is removed by the controller that set it"
    case .comesAfterBlocked:
      "mend what blocks that, as it says there, and plan again; done before it, this could let through what stays denied, or cut what stays allowed"
    case .stillReferenced, .dependsOnBlocked, .pruningHeldBack: nil
    }
  }
}
