import Documents

/// What an import does with one object of NSX.
public struct ImportStep: Sendable, Hashable {
  /// What is done.
  public enum Action: String, Sendable, Hashable, CaseIterable {
    /// It is not there.
    case create
    /// It is there and differs.
    case update
    /// It is there as it is wanted.
    case unchanged
    /// Its original is gone.
    case delete
  }

  /// What is done.
  public var action: Action
  /// The object: as wanted, or what is deleted.
  public var object: ImportObject
  /// `_revision` of what is there.
  public var revision: Int64?
  /// The members that differ, of an update.
  public var changed: [String]
  /// The original: `NetworkPolicy/namespace/name`.
  public var source: String

  /// Creates a step.
  public init(
    action: Action, object: ImportObject, revision: Int64?, changed: [String], source: String
  ) {
    self.action = action
    self.object = object
    self.revision = revision
    self.changed = changed
    self.source = source
  }
}

/// Why an import is not carried out.
public struct ImportConflict: Sendable, Hashable {
  /// What stands in the way.
  public enum Reason: Sendable, Hashable {
    /// Something else has the path and does not bear our mark.
    case foreign
    /// Another user locked the policy.
    case locked(by: String)
    /// An object of the same path was imported from something else.
    case otherSource(String)
    /// It was imported from a cluster of the same name that is not the one that is
    /// reached: the uids of their namespaces kube-system.
    case otherCluster(was: String, is: String?)
    /// The cluster that is reached was imported under another name.
    case otherName(String)
  }

  /// NSX path.
  public var path: String
  /// What stands in the way.
  public var reason: Reason

  /// Creates a conflict.
  public init(path: String, reason: Reason) {
    self.path = path
    self.reason = reason
  }
}
