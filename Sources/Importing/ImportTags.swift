import Documents

/// The tags by which NSX objects are known to be imported, and from what. They
/// are part of the public contract (`docs/import.md`).
public enum ImportTags {
  /// Scope whose tag is the cluster's name: the mark of an import.
  public static let cluster = "nsx-antrea:import-cluster"
  /// Scope whose tag is the uid of the cluster's namespace kube-system.
  public static let clusterUID = "nsx-antrea:import-cluster-uid"
  /// Scope whose tag is the kind of the original.
  public static let kind = "nsx-antrea:import-kind"
  /// Scope whose tag is the original's namespace.
  public static let namespace = "nsx-antrea:import-namespace"
  /// Scope whose tag is the original's name.
  public static let name = "nsx-antrea:import-name"
  /// Scope whose tag is the original's uid.
  public static let uid = "nsx-antrea:import-uid"
  /// Scope whose tag `deleted` says that the original was given up on purpose:
  /// NSX's object is the source from then on.
  public static let original = "nsx-antrea:import-original"

  /// All of them.
  static let all: Set<String> = [cluster, clusterUID, kind, namespace, name, uid, original]

  /// The tags of an object.
  static func of(_ source: ImportSource, _ scope: ImportScope) -> JSONValue {
    let pairs = [
      (cluster, scope.cluster), (clusterUID, scope.clusterUID ?? ""), (kind, source.kind),
      (namespace, source.namespace), (name, source.name), (uid, source.uid),
    ].filter { !$0.1.isEmpty }
    return .array(pairs.map { ["scope": .string($0.0), "tag": .string($0.1)] })
  }

  /// The tag of a scope; `nil` where the object has none.
  public static func value(_ scope: String, of object: JSONValue) -> String? {
    object["tags"]?.array?.first { $0["scope"]?.string == scope }?["tag"]?.string
  }

  /// Whether an object was imported from a cluster.
  public static func isImported(_ object: JSONValue, from cluster: String) -> Bool {
    value(self.cluster, of: object) == cluster
  }

  /// Whether the original of an object was given up on purpose.
  public static func isMigrated(_ object: JSONValue) -> Bool {
    value(original, of: object) == "deleted"
  }

  /// An object with the tag that says so.
  public static func migrated(_ object: JSONValue) -> JSONValue {
    tagged(object, [["scope": .string(original), "tag": "deleted"]])
  }

  /// An object without it.
  static func unmigrated(_ object: JSONValue) -> JSONValue { tagged(object, []) }

  private static func tagged(_ object: JSONValue, _ own: [JSONValue]) -> JSONValue {
    var result = object.object ?? JSONObject()
    let others = (object["tags"]?.array ?? []).filter { $0["scope"]?.string != original }
    result["tags"] = .array(others + own)
    return .object(result)
  }
}
