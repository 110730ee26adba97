import Documents

/// The container inventory types of NSX, in the order in which they are
/// created: what is referred to comes first.
public enum InventoryType: String, Sendable, Hashable, CaseIterable {
  /// The cluster.
  case cluster = "ContainerCluster"
  /// A Node.
  case node = "ContainerClusterNode"
  /// A Namespace.
  case project = "ContainerProject"
  /// An IPPool or ExternalIPPool of Antrea.
  case ipPool = "ContainerIpPool"
  /// An Egress of Antrea.
  case egress = "ContainerEgress"
  /// A Service.
  case application = "ContainerApplication"
  /// A Gateway of the Gateway API.
  case gateway = "ContainerGateway"
  /// A Pod.
  case instance = "ContainerApplicationInstance"
  /// A NetworkPolicy of Kubernetes or Antrea.
  case networkPolicy = "ContainerNetworkPolicy"
  /// An Ingress.
  case ingressPolicy = "ContainerIngressPolicy"

  /// Place in the order of creation.
  var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// Whether an NSX of this version has the type; `nil` counts as an old one.
  public func isKnown(to version: InventoryCluster.Version?) -> Bool {
    switch self {
    case .ipPool, .egress, .gateway: version.map { $0 >= .withNewMembers } ?? false
    default: true
    }
  }

  /// Whether the type has `network_status` and `network_errors`.
  var hasHealth: Bool { self != .ipPool && self != .egress && self != .gateway }

  /// Whether an object can only be created in a project.
  func needsProject(_ object: JSONValue) -> Bool {
    switch self {
    case .application, .instance, .ingressPolicy, .gateway: true
    case .networkPolicy: object["policy_type"]?.string != "ACNP"
    case .cluster, .node, .project, .ipPool, .egress: false
    }
  }
}
