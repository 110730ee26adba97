import Documents

/// What NSX refuses in inventory objects. A refusal names the object, and the
/// whole call fails by it.
enum InventoryCheck {
  static func refusal(_ message: String) -> ManagerFault {
    ManagerFault(status: 400, code: 255, message: message, module: "inventory")
  }

  /// The type and id of an object.
  static func identity(_ body: JSONValue) throws(ManagerFault) -> (type: String, id: String) {
    guard let id = body["external_id"]?.string, !id.isEmpty else {
      throw refusal("external_id is required")
    }
    guard let type = body["resource_type"]?.string, InventoryType.named(type) != nil else {
      throw refusal("\(id): resource_type is missing or unknown")
    }
    return (type, id)
  }

  /// Checks an object that is created, in a cluster or as one (`nil`).
  static func creation(_ body: JSONValue, cluster: String?) throws(ManagerFault) {
    let (name, id) = try identity(body)
    guard let type = InventoryType.named(name) else { return }
    for key in type.required.sorted() where body[key] == nil || body[key]?.string == "" {
      throw refusal("\(name) \(id): \(key) is required")
    }
    if name == "ContainerNetworkPolicy", body["container_project_id"] == nil,
      ["NETWORK_POLICY", "ANP"].contains(body["policy_type"]?.string ?? "")
    {
      throw refusal("\(name) \(id): container_project_id is required")
    }
    if name == "ContainerCluster" {
      guard body[path: "infrastructure", "infra_type"]?.string != nil else {
        throw refusal("\(name) \(id): infrastructure.infra_type is required")
      }
    } else if let cluster, body["container_cluster_id"]?.string != cluster {
      throw refusal("\(name) \(id): container_cluster_id is not \(cluster)")
    }
    try members(body)
  }

  /// Checks the members that an object brings.
  static func members(_ body: JSONValue) throws(ManagerFault) {
    let (name, id) = try identity(body)
    guard let type = InventoryType.named(name) else { return }
    for member in body.object?.members ?? []
    where !type.members.contains(member.key) && !InventoryType.common.contains(member.key) {
      throw refusal("\(name) \(id): unknown member \(member.key)")
    }
    try length(body["display_name"], 255, "\(name) \(id): display_name")
    try length(body["description"], 1024, "\(name) \(id): description")
    try tags(body, "\(name) \(id)")
    try properties(body, "\(name) \(id)")
    for (key, values) in enumerations {
      guard let value = body[key], type.members.contains(key) || key == "network_status" else {
        continue
      }
      guard let text = value.string, values.contains(text) else {
        throw refusal("\(name) \(id): invalid value of \(key)")
      }
    }
  }

  private static let enumerations: [(String, Set<String>)] = [
    ("network_status", ["HEALTHY", "UNHEALTHY"]),
    ("status", ["UNKNOWN", "HEALTHY", "UP", "DOWN", "DEGRADED"]),
    ("type", ["CLUSTER_IP", "NODE_PORT", "LOAD_BALANCER", "EXTERNAL_NAME"]),
    ("policy_type", ["NETWORK_POLICY", "ASG", "ACNP", "ANP"]),
    ("cni_type", ["NCP", "Antrea", "Other"]),
    ("cni_agent_status", ["HEALTHY", "UNHEALTHY"]),
    (
      "cluster_type",
      [
        "PAS", "PKS", "Kubernetes", "Openshift", "WCP", "WCP_Guest", "AKS", "EKS", "TKGm", "TKGi",
        "GKE", "Gardener", "Rancher", "TAS", "SupervisorCluster", "WorkloadCluster", "Other",
      ]
    ),
  ]

  private static func tags(_ body: JSONValue, _ name: String) throws(ManagerFault) {
    let tags = body["tags"]?.array ?? []
    guard tags.count <= 30 else { throw refusal("\(name): \(tags.count) tags, at most 30") }
    for tag in tags {
      guard (tag["scope"]?.string ?? "").count <= 128 else {
        throw refusal("\(name): a tag's scope is longer than 128")
      }
      guard (tag["tag"]?.string ?? "").count <= 256 else {
        throw refusal("\(name): a tag is longer than 256")
      }
    }
  }

  private static func properties(_ body: JSONValue, _ name: String) throws(ManagerFault) {
    for property in body["origin_properties"]?.array ?? [] {
      guard let key = property["key"]?.string, !key.isEmpty, key.count <= 255,
        let value = property["value"]?.string, value.count <= 1024
      else { throw refusal("\(name): invalid origin_properties") }
    }
  }

  private static func length(
    _ value: JSONValue?, _ limit: Int, _ name: String
  ) throws(ManagerFault) {
    if let text = value?.string, text.count > limit {
      throw refusal("\(name) is longer than \(limit)")
    }
  }
}
