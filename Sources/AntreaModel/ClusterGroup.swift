import Documents

/// A named set of pods or addresses.
public struct ClusterGroup: AntreaObject, Hashable {
  /// What the group consists of; Antrea allows one form.
  public enum Members: Sendable, Hashable {
    /// Pods by labels.
    case workloads(WorkloadSelector)
    /// The pods behind a Kubernetes Service.
    case service(name: String, namespace: String)
    /// Addresses. Without `except`: antrea ignores a change of it in groups.
    case addresses([CIDR])
    /// The union of other groups, which have no children themselves.
    case children([String])
  }

  /// `ClusterGroup`.
  public static let kind = "ClusterGroup"
  /// Name, labels, annotations.
  public var metadata: ObjectMetadata
  /// What the group consists of.
  public var members: Members

  /// Creates a group.
  public init(metadata: ObjectMetadata, members: Members) {
    self.metadata = metadata
    self.members = members
  }

  /// `spec`.
  public var spec: JSONValue {
    var object = JSONObject()
    switch members {
    case .workloads(let selector): selector.write(to: &object)
    case .service(let name, let namespace):
      object["serviceReference"] = ["name": .string(name), "namespace": .string(namespace)]
    case .addresses(let networks):
      object["ipBlocks"] = .array(networks.map { ["cidr": .string($0.description)] })
    case .children(let names):
      object["childGroups"] = .array(names.map { .string($0) })
    }
    return .object(object)
  }
}
