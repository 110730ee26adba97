import AntreaModel
import Documents

/// The kinds of Kubernetes objects that an inventory is made from.
public enum InventoryKind: String, Sendable, Hashable, CaseIterable {
  /// Node.
  case node = "Node"
  /// Namespace.
  case namespace = "Namespace"
  /// Pod.
  case pod = "Pod"
  /// Service.
  case service = "Service"
  /// EndpointSlice (discovery.k8s.io).
  case endpointSlice = "EndpointSlice"
  /// Endpoints, the form before EndpointSlices.
  case endpoints = "Endpoints"
  /// NetworkPolicy of Kubernetes (networking.k8s.io).
  case networkPolicy = "NetworkPolicy"
  /// Ingress (networking.k8s.io).
  case ingress = "Ingress"
  /// ServiceCIDR (networking.k8s.io, Kubernetes 1.31 and later).
  case serviceCIDR = "ServiceCIDR"
  /// Gateway (gateway.networking.k8s.io).
  case gateway = "Gateway"
  /// ClusterNetworkPolicy of Antrea.
  case clusterNetworkPolicy = "crd.antrea.io/ClusterNetworkPolicy"
  /// NetworkPolicy of Antrea.
  case antreaNetworkPolicy = "crd.antrea.io/NetworkPolicy"
  /// Egress of Antrea.
  case egress = "crd.antrea.io/Egress"
  /// IPPool of Antrea.
  case ipPool = "crd.antrea.io/IPPool"
  /// ExternalIPPool of Antrea.
  case externalIPPool = "crd.antrea.io/ExternalIPPool"
  /// AntreaAgentInfo.
  case agentInfo = "crd.antrea.io/AntreaAgentInfo"
  /// AntreaControllerInfo.
  case controllerInfo = "crd.antrea.io/AntreaControllerInfo"

  private static let groups: [String: String] = [
    "": "", "networking.k8s.io": "", "discovery.k8s.io": "", "gateway.networking.k8s.io": "",
    "crd.antrea.io": "crd.antrea.io/",
  ]

  /// The kind of an object; `nil` for one that has no place in an inventory.
  public init?(_ reference: KubernetesObject.Reference) {
    guard let prefix = Self.groups[reference.group] else { return nil }
    self.init(rawValue: prefix + reference.kind)
  }

  /// The kind's name, without the group.
  public var name: String {
    String(rawValue.drop { $0 != "/" }.drop { $0 == "/" }).ifEmpty(rawValue)
  }

  /// `policy_type` of a policy.
  var policyType: String? {
    switch self {
    case .networkPolicy: "NETWORK_POLICY"
    case .clusterNetworkPolicy: "ACNP"
    case .antreaNetworkPolicy: "ANP"
    default: nil
    }
  }

  /// Whether objects of NSX are made from objects of the kind; the others only
  /// tell more of these.
  public var isReported: Bool {
    switch self {
    case .node, .namespace, .pod, .service, .networkPolicy, .ingress, .gateway,
      .clusterNetworkPolicy, .antreaNetworkPolicy, .egress, .ipPool, .externalIPPool:
      true
    case .endpointSlice, .endpoints, .serviceCIDR, .agentInfo, .controllerInfo: false
    }
  }

  /// Kinds from which an object of NSX may have been made; empty for one that
  /// none of ours makes.
  static func sources(of object: JSONValue, _ type: InventoryType) -> Set<InventoryKind> {
    switch type {
    case .cluster: []
    case .node: [.node]
    case .project: [.namespace]
    case .application: [.service]
    case .instance: [.pod]
    case .ingressPolicy: [.ingress]
    case .gateway: [.gateway]
    case .egress: [.egress]
    case .networkPolicy:
      Set(allCases.filter { $0.policyType == object["policy_type"]?.string ?? "" })
    case .ipPool: Set<InventoryKind>([.ipPool, .externalIPPool]).filteredBy(kindOf: object)
    }
  }
}

extension String {
  fileprivate func ifEmpty(_ other: String) -> String { isEmpty ? other : self }
}

extension Set<InventoryKind> {
  /// The kinds that the property `kind` of an object names; all where it names
  /// none.
  fileprivate func filteredBy(kindOf object: JSONValue) -> Self {
    let property = object["origin_properties"]?.array?.first { $0["key"]?.string == "kind" }
    guard let name = property?["value"]?.string else { return self }
    return filter { $0.name == name }
  }
}
