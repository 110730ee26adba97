import AntreaModel
import Documents

/// A policy of the cluster that is imported.
public struct ImportSource: Sendable, Hashable {
  /// `NetworkPolicy` or `ClusterNetworkPolicy`.
  public var kind: String
  /// The namespace; empty for one of the whole cluster.
  public var namespace: String
  /// The name.
  public var name: String
  /// `metadata.uid`: what tells it from a later policy of the same name.
  public var uid: String
  /// The whole object.
  public var object: KubernetesObject

  /// Takes a policy.
  ///
  /// - Parameter isOffline: whether one without a uid is taken as well, under
  ///   one made from its name: it can be planned, and is never written.
  /// - Returns: `nil` for one without a uid.
  public init?(_ object: KubernetesObject, isOffline: Bool = false) {
    kind = object.kind
    namespace = kind == "ClusterNetworkPolicy" ? "" : object.namespace ?? "default"
    name = object.name
    self.object = object
    if let uid = object.uid, !uid.isEmpty {
      self.uid = uid
    } else if isOffline {
      uid = "offline-" + hexText(SHA256.hash("\(kind)/\(namespace)/\(name)".utf8).prefix(6))
    } else {
      return nil
    }
  }

  /// Whether it is one of Antrea's own policies.
  public var isAntrea: Bool { object.reference.group == "crd.antrea.io" }

  /// `NetworkPolicy/namespace/name`; `AntreaNetworkPolicy/…` and
  /// `ClusterNetworkPolicy/name` for Antrea's own.
  public var reference: String {
    if namespace.isEmpty { return "\(kind)/\(name)" }
    return "\(isAntrea ? "Antrea" : "")\(kind)/\(namespace)/\(name)"
  }
}
