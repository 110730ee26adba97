import AntreaModel

/// Whose objects a plan is about.
public struct PlanScope: Sendable, Hashable {
  /// The owner label.
  public var owner: String
  /// The id of the ApplySet; `nil` where none is known.
  public var applySet: String?

  /// Creates a scope.
  public init(owner: String, applySet: String? = nil) {
    self.owner = owner
    self.applySet = applySet
  }
}

/// To whom a live object belongs.
enum Claim: Hashable {
  /// This run's source and scope.
  case ours
  /// Nobody says that it is theirs.
  case nobody
  /// Somebody else's, with the reason that keeps us away.
  case foreign(BlockReason)

  init(of object: KubernetesObject, in scope: PlanScope) {
    let manager = object.label(Ownership.managedByLabel)
    let owner = object.label(Ownership.ownerLabel)
    if object.label(Ownership.vendorLabel) != nil {
      self = .foreign(BlockReason(.vendorManaged))
    } else if object.name.hasPrefix("antrea-mc-") {
      self = .foreign(BlockReason(.multiClusterReplica))
    } else if let manager, manager != Ownership.managedByValue {
      self = .foreign(BlockReason(.managedByOther, [manager]))
    } else if let owner, owner != scope.owner {
      self = .foreign(BlockReason(.otherOwner, [owner]))
    } else if let set = object.label(ApplySet.memberLabel), let ours = scope.applySet, set != ours {
      self = .foreign(BlockReason(.otherApplySet, [set]))
    } else if let creator = Self.creator(of: object) {
      self = .foreign(BlockReason(.managedByOther, [creator]))
    } else if manager != nil, owner != nil {
      self = .ours
    } else {
      self = .nobody
    }
  }

  /// The object that this one was made from: a controller may have copied our
  /// labels from there, and we never make such an object.
  private static func creator(of object: KubernetesObject) -> String? {
    let owners = object.document["metadata"]?["ownerReferences"]?.array ?? []
    guard let owner = owners.first else { return nil }
    return "\(owner["kind"]?.string ?? "an object")/\(owner["name"]?.string ?? "")"
  }
}
