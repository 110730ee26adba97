/// The types of the container inventory: their lists and what their objects
/// may and must hold.
struct InventoryType: Sendable {
  var resourceType: String
  var list: String
  /// The segment of a single object, where it differs from the list's.
  var item: String
  /// What a list can be filtered by.
  var filters: Set<String>
  /// What an object needs at its creation besides `external_id`.
  var required: Set<String>
  /// What an object may hold besides the members that all share.
  var members: Set<String>

  private init(
    _ resourceType: String, _ list: String, item: String? = nil, filters: Set<String>,
    required: Set<String>, members: Set<String>, hasHealth: Bool = false
  ) {
    self.resourceType = resourceType
    self.list = list
    self.item = item ?? list
    self.filters = filters
    self.required = required
    self.members = members.union(required)
    if hasHealth { self.members.formUnion(Self.health) }
  }

  /// Members of every type.
  static let common: Set<String> = [
    "resource_type", "external_id", "display_name", "description", "tags", "scope",
    "origin_properties", "_last_sync_time",
  ]

  private static let health: Set<String> = ["network_status", "network_errors"]

  /// Types that came with NSX 4.1.
  private static let newTypes: Set<String> = [
    "ContainerGateway", "ContainerEgress", "ContainerIpPool",
  ]
  /// Members that came with NSX 4.1.
  private static let newMembers: Set<String> = [
    "cluster_ip_ranges", "cluster_ips", "cni_agent_status", "external_ip_addresses",
    "load_balance_ingress", "load_balancer_ingress", "node_port_local_endpoints",
    "node_port_local_range", "node_port_range", "pod_cidrs", "provider_id", "service_ports", "type",
  ]

  /// The types of an NSX of some version.
  static func types(of version: String) -> [InventoryType] {
    guard isOld(version) else { return all }
    return all.filter { !newTypes.contains($0.resourceType) }.map { type in
      var type = type
      type.members.subtract(newMembers)
      return type
    }
  }

  /// Whether a version is one before 4.1.
  private static func isOld(_ version: String) -> Bool {
    let numbers = version.split(separator: ".").prefix(2).map { Int($0) ?? 0 }
    return numbers.lexicographicallyPrecedes([4, 1])
  }

  static func named(_ resourceType: String, of version: String) -> InventoryType? {
    types(of: version).first { $0.resourceType == resourceType }
  }

  private static let inCluster: Set<String> = ["container_cluster_id", "scope_id"]
  private static let inProject: Set<String> = [
    "container_cluster_id", "container_project_id", "scope_id",
  ]

  static let all: [InventoryType] = [
    InventoryType(
      "ContainerCluster", "container-clusters",
      filters: ["cluster_type", "infra_type", "scope_id"],
      required: ["cluster_type", "infrastructure"],
      members: [
        "cni_type", "supervisor_project_id", "node_port_range", "node_port_local_range",
        "cluster_ip_ranges",
      ], hasHealth: true),
    InventoryType(
      "ContainerClusterNode", "container-cluster-nodes", filters: inCluster,
      required: ["container_cluster_id"],
      members: [
        "ip_addresses", "external_ip_addresses", "provider_id", "cni_agent_status", "pod_cidrs",
      ], hasHealth: true),
    InventoryType(
      "ContainerProject", "container-projects", filters: inCluster,
      required: ["container_cluster_id"], members: [], hasHealth: true),
    InventoryType(
      "ContainerApplication", "container-applications", filters: inProject,
      required: ["container_cluster_id", "container_project_id"],
      members: [
        "status", "type", "cluster_ips", "service_ports", "load_balancer_ingress",
        "node_port_local_endpoints",
      ], hasHealth: true),
    InventoryType(
      "ContainerApplicationInstance", "container-application-instances",
      filters: inProject.union(["container_application_id"]),
      required: ["container_cluster_id", "container_project_id"],
      members: ["cluster_node_id", "container_application_ids", "status"], hasHealth: true),
    InventoryType(
      "ContainerNetworkPolicy", "container-network-policies", filters: inProject,
      required: ["container_cluster_id", "policy_type"],
      members: ["container_project_id", "spec"], hasHealth: true),
    InventoryType(
      "ContainerIngressPolicy", "container-ingress-policies", filters: inProject,
      required: ["container_cluster_id", "container_project_id"],
      members: ["spec", "container_application_ids", "load_balance_ingress"], hasHealth: true),
    InventoryType(
      "ContainerGateway", "container-gateways", item: "container-gateway", filters: inProject,
      required: ["container_cluster_id", "container_project_id"],
      members: ["spec", "listeners", "addresses"]),
    InventoryType(
      "ContainerEgress", "container-egresses", item: "container-egress", filters: inCluster,
      required: ["container_cluster_id"], members: ["spec", "egress_ip"]),
    InventoryType(
      "ContainerIpPool", "container-ip-pools", item: "container-ip-pool", filters: inCluster,
      required: ["container_cluster_id"], members: ["spec", "ip_version", "ip_ranges"]),
  ]
}
