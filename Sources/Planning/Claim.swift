import AntreaModel

/// To whom a live object belongs.
enum Claim: Hashable {
  /// This run's source and scope.
  case ours
  /// Nobody says that it is theirs.
  case nobody
  /// Somebody else's, with the reason that keeps us away.
  case foreign(BlockReason)

  init(of object: KubernetesObject, owner: String) {
    let labels = object.labels
    if labels[Ownership.vendorLabel] != nil {
      self = .foreign(BlockReason(.vendorManaged))
    } else if object.name.hasPrefix("antrea-mc-") {
      self = .foreign(BlockReason(.multiClusterReplica))
    } else if let manager = labels[Ownership.managedByLabel],
      manager != Ownership.managedByValue
    {
      self = .foreign(BlockReason(.managedByOther, [manager]))
    } else if let other = labels[Ownership.ownerLabel], other != owner {
      self = .foreign(BlockReason(.otherOwner, [other]))
    } else if labels[Ownership.managedByLabel] != nil, labels[Ownership.ownerLabel] != nil {
      self = .ours
    } else {
      self = .nobody
    }
  }
}
