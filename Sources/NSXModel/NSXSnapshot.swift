/// What NSX holds for the translation, read at one time.
public struct NSXSnapshot: Sendable {
  /// The format that ``init(bytes:)`` reads beside raw API answers.
  public static let format = "nsx-snapshot/1"

  /// `manager`: the URL of the NSX Manager, empty where it is unknown.
  public var manager = ""
  /// Whether everything was read. Nothing is deleted because of a snapshot
  /// that is not complete.
  public var isComplete = true
  /// Resource types that were not read completely.
  public var incompleteTypes: [String] = []
  /// The policies, sorted by path.
  public var policies: [SecurityPolicy] = []
  /// The paths of rules whose policy is missing, by its path.
  public var orphanRules: [String: [String]] = [:]
  /// The groups by path.
  public var groups: [String: Group] = [:]
  /// The services by path.
  public var services: [String: Service] = [:]
  /// The context profiles by path.
  public var contextProfiles: [String: PolicyContextProfile] = [:]
  /// The L7 access profiles by path.
  public var l7AccessProfiles: [String: L7AccessProfile] = [:]
  /// The control planes, sorted by path.
  public var controlPlanes: [ClusterControlPlane] = []
  /// Which policy spans which cluster.
  public var spans: [ContainerClusterSpan] = []
  /// The resolved addresses of generic groups by group path.
  public var memberIPs: [String: [String]] = [:]

  /// Creates an empty snapshot.
  public init() {}

  /// Reads a `nsx-snapshot/1` document, an answer of the hierarchical API, a
  /// list answer or one object.
  ///
  /// - Throws: ``SnapshotError``.
  public init(bytes: [UInt8]) throws {
    self = try bytes.withUnsafeBufferPointer { try SnapshotDecoder.decode($0) }
  }
}
