/// The container inventory types of NSX, in the order in which they are
/// created: what is referred to comes first.
public enum InventoryType: String, Sendable, Hashable, CaseIterable {
  /// The cluster.
  case cluster = "ContainerCluster"
  /// A Node.
  case node = "ContainerClusterNode"
  /// A Namespace.
  case project = "ContainerProject"
  /// A Service.
  case application = "ContainerApplication"
  /// A Pod.
  case instance = "ContainerApplicationInstance"
  /// A NetworkPolicy of Kubernetes or Antrea.
  case networkPolicy = "ContainerNetworkPolicy"
  /// An Ingress.
  case ingressPolicy = "ContainerIngressPolicy"

  /// Place in the order of creation.
  var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
