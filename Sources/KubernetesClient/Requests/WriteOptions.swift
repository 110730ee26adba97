import AntreaModel

/// How an object is written.
public struct WriteOptions: Sendable, Hashable {
  /// The field manager that owns what is written.
  public var fieldManager: String
  /// Whether an apply takes over fields of other managers.
  public var force: Bool
  /// Whether the server only pretends (`dryRun=All`): admission, defaults and
  /// validation run, nothing is stored.
  public var dryRun: Bool

  /// Creates options.
  public init(
    fieldManager: String = Ownership.fieldManager, force: Bool = false, dryRun: Bool = false
  ) {
    self.fieldManager = fieldManager
    self.force = force
    self.dryRun = dryRun
  }

  /// Unknown fields are always refused: the API server would drop them, which
  /// can widen a policy.
  var query: [(String, String)] {
    var query = [("fieldManager", fieldManager), ("fieldValidation", "Strict")]
    if dryRun { query.append(("dryRun", "All")) }
    return query
  }
}

/// How an object is deleted.
public struct DeleteOptions: Sendable, Hashable {
  /// What becomes of the objects that it owns.
  public enum Propagation: String, Sendable {
    case background = "Background"
    case foreground = "Foreground"
    case orphan = "Orphan"
  }

  /// UID that the object must have, so that a namesake survives.
  public var uid: String?
  /// Version that the object must have, so that an edited one survives.
  public var resourceVersion: String?
  /// What becomes of the objects that it owns.
  public var propagation: Propagation?
  /// Whether the server only pretends.
  public var dryRun: Bool

  /// Creates options.
  public init(
    uid: String? = nil, resourceVersion: String? = nil, propagation: Propagation? = .background,
    dryRun: Bool = false
  ) {
    self.uid = uid
    self.resourceVersion = resourceVersion
    self.propagation = propagation
    self.dryRun = dryRun
  }
}
