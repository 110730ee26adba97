import Documents

/// What NSX's models say about one member of an inventory object.
indirect enum InventoryShape: Sendable {
  /// A text of at most this many characters.
  case text(Int = .max)
  /// One of these texts.
  case word(Set<String>)
  /// A whole number.
  case number(ClosedRange<Int64>)
  /// A list of texts, of at most this many.
  case texts(Int = .max)
  /// An object with these members, all optional but the required ones.
  case object([String: InventoryShape], required: Set<String> = [])
  /// A list of such objects, of at most this many.
  case list([String: InventoryShape], required: Set<String> = [], limit: Int = .max)

  /// What is wrong with a value, or `nil`.
  func fault(_ value: JSONValue, _ place: String) -> String? {
    switch self {
    case .text(let limit):
      guard let text = value.string else { return "\(place) is not a text" }
      return text.count > limit ? "\(place) is longer than \(limit)" : nil
    case .word(let words):
      return value.string.map(words.contains) == true ? nil : "invalid value of \(place)"
    case .number(let range):
      return value.integer.map(range.contains) == true ? nil : "invalid value of \(place)"
    case .texts(let limit):
      guard let list = value.array, list.allSatisfy({ $0.string != nil }) else {
        return "\(place) is not a list of texts"
      }
      return list.count > limit ? "\(place) has \(list.count) members, at most \(limit)" : nil
    case .object(let members, let required):
      guard let object = value.object else { return "\(place) is not an object" }
      for key in required.sorted() where object[key] == nil { return "\(place).\(key) is required" }
      for member in object.members {
        guard let shape = members[member.key] else {
          return "unknown member \(place).\(member.key)"
        }
        if let fault = shape.fault(member.value, "\(place).\(member.key)") { return fault }
      }
      return nil
    case .list(let members, let required, let limit):
      guard let list = value.array else { return "\(place) is not a list" }
      if list.count > limit { return "\(place) has \(list.count) members, at most \(limit)" }
      let shape = InventoryShape.object(members, required: required)
      for element in list {
        if let fault = shape.fault(element, place) { return fault }
      }
      return nil
    }
  }
}

extension InventoryShape {
  private static let port = InventoryShape.number(0...65535)
  private static let transport = InventoryShape.word(["TCP", "UDP", "SCTP"])
  private static let ingress = InventoryShape.list([
    "ip": .text(), "hostname": .text(255),
    "ports": .list(["port": port, "protocol": transport]),
  ])
  private static let health = InventoryShape.word(["HEALTHY", "UNHEALTHY"])

  /// The members of all types, by name.
  static let members: [String: InventoryShape] = [
    "resource_type": .text(), "external_id": .text(), "display_name": .text(255),
    "description": .text(1024), "_last_sync_time": .number(0...Int64.max),
    "tags": .list(["scope": .text(128), "tag": .text(256)], limit: 30),
    "scope": .list(["scope_id": .text(), "scope_type": .word(["CONTAINER_CLUSTER", "VPC"])]),
    "origin_properties": .list(
      ["key": .text(255), "value": .text(1024)], required: ["key", "value"]),
    "network_status": health,
    "network_errors": .list(["error_code": .text(), "error_message": .text(), "spec": .text()]),
    "container_cluster_id": .text(), "container_project_id": .text(), "cluster_node_id": .text(),
    "container_application_ids": .texts(), "spec": .text(),
    "status": .word(["UNKNOWN", "HEALTHY", "UP", "DOWN", "DEGRADED"]),
    "cluster_type": .word([
      "PAS", "PKS", "Kubernetes", "Openshift", "WCP", "WCP_Guest", "AKS", "EKS", "TKGm", "TKGi",
      "GKE", "Gardener", "Rancher", "TAS", "SupervisorCluster", "WorkloadCluster", "Other",
    ]),
    "cni_type": .word(["NCP", "Antrea", "Other"]),
    "infrastructure": .object(
      [
        "infra_type": .word(["vSphere", "AWS", "Azure", "Google", "VMC", "KVM", "Baremetal"])
      ], required: ["infra_type"]),
    "supervisor_project_id": .text(), "node_port_range": .text(),
    "node_port_local_range": .text(), "cluster_ip_ranges": .texts(2),
    "ip_addresses": .texts(), "external_ip_addresses": .texts(), "provider_id": .text(),
    "cni_agent_status": health, "pod_cidrs": .texts(),
    "type": .word(["CLUSTER_IP", "NODE_PORT", "LOAD_BALANCER", "EXTERNAL_NAME"]),
    "cluster_ips": .texts(),
    "service_ports": .list([
      "name": .text(), "protocol": transport, "port": port, "target_port": .text(15),
      "node_port": port,
    ]),
    "load_balancer_ingress": ingress, "load_balance_ingress": ingress,
    "node_port_local_endpoints": .list([
      "node_ip": .text(), "node_port": port, "protocol": transport,
    ]),
    "policy_type": .word(["NETWORK_POLICY", "ASG", "ACNP", "ANP"]),
    "listeners": .list([
      "name": .text(255), "hostname": .text(255),
      "protocol": .word(["HTTP", "HTTPS", "TCP", "TLS", "UDP"]), "port": port,
    ]),
    "addresses": .list([
      "type": .word(["HOST_NAME", "IP_ADDRESS", "NAMED_ADDRESS"]), "address": .text(255),
    ]),
    "egress_ip": .text(), "ip_version": .word(["4", "6"]),
    "ip_ranges": .list([
      "cidr": .text(), "start": .text(), "end": .text(), "gateway": .text(),
      "prefix_length": .number(0...128), "vlan": .number(0...4095),
    ]),
  ]
}
