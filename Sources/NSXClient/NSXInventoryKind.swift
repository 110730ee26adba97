/// The kinds of objects in NSX's container inventory.
public enum NSXInventoryKind: String, Sendable, Hashable, CaseIterable {
  /// A cluster.
  case cluster = "ContainerCluster"
  /// A Node.
  case node = "ContainerClusterNode"
  /// A Namespace.
  case project = "ContainerProject"
  /// A Service.
  case application = "ContainerApplication"
  /// A Pod.
  case applicationInstance = "ContainerApplicationInstance"
  /// A NetworkPolicy, ClusterNetworkPolicy or Antrea NetworkPolicy.
  case networkPolicy = "ContainerNetworkPolicy"
  /// An Ingress.
  case ingressPolicy = "ContainerIngressPolicy"
  /// A Gateway of the Gateway API.
  case gateway = "ContainerGateway"
  /// An Antrea Egress.
  case egress = "ContainerEgress"
  /// An Antrea IPPool or ExternalIPPool.
  case ipPool = "ContainerIpPool"

  /// `resource_type` of its objects.
  public var resourceType: String { rawValue }

  /// The path of the list.
  var listPath: String { "/api/v1/fabric/" + collection }

  private var collection: String {
    switch self {
    case .cluster: "container-clusters"
    case .node: "container-cluster-nodes"
    case .project: "container-projects"
    case .application: "container-applications"
    case .applicationInstance: "container-application-instances"
    case .networkPolicy: "container-network-policies"
    case .ingressPolicy: "container-ingress-policies"
    case .gateway: "container-gateways"
    case .egress: "container-egresses"
    case .ipPool: "container-ip-pools"
    }
  }
}
