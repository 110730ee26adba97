import AntreaModel
import Documents

extension InventoryMapper {
  func application(
    _ object: KubernetesObject, _ index: InventoryIndex, _ endpoints: InventoryEndpoints
  ) -> JSONValue? {
    guard var result = base(.application, object) else { return nil }
    addProject(to: &result, object, index)
    let spec = object.document["spec"]
    let type = spec?["type"]?.string ?? "ClusterIP"
    if incompleteKinds.isDisjoint(with: ["EndpointSlice", "Endpoints", "Pod"]) {
      // A Service that is only a name in the DNS has no endpoints to judge by.
      switch endpoints.backing(of: object) {
      case .pods: result["status"] = "UP"
      case .addresses: result["status"] = "UNKNOWN"
      case .none: result["status"] = type == "ExternalName" ? "UNKNOWN" : "DOWN"
      }
    }
    let address = spec?["clusterIP"]?.string
    let hasAddress = address?.isEmpty == false && address != "None"
    result["origin_properties"] = InventoryText.properties([
      "type": type, "ip": hasAddress ? address : nil,
    ])
    if cluster.sendsNewMembers { addNewMembers(to: &result, object, type) }
    return .object(result)
  }

  private func addNewMembers(
    to result: inout JSONObject, _ object: KubernetesObject, _ type: String
  ) {
    let spec = object.document["spec"]
    let types = [
      "ClusterIP": "CLUSTER_IP", "NodePort": "NODE_PORT", "LoadBalancer": "LOAD_BALANCER",
      "ExternalName": "EXTERNAL_NAME",
    ]
    result["type"] = types[type].map { .string($0) }
    let addresses = spec?["clusterIPs"]?.array ?? [spec?["clusterIP"]].compactMap { $0 }
    result["cluster_ips"] = .array(addresses.filter { $0 != "None" && $0 != "" })
    result["service_ports"] = .array(
      (spec?["ports"]?.array ?? []).map { port in
        var entry = JSONObject()
        entry["name"] = port["name"]
        entry["protocol"] = port["protocol"] ?? "TCP"
        entry["port"] = port["port"]
        let target = port["targetPort"]
        let text = target?.string ?? target?.integer.map { String($0) }
        entry["target_port"] = text.map { .string(InventoryText.prefix($0, 15)) }
        entry["node_port"] = port["nodePort"]
        return .object(entry)
      })
    result["load_balancer_ingress"] = loadBalancer(object)
  }

  /// The addresses under which a load balancer answers.
  func loadBalancer(_ object: KubernetesObject) -> JSONValue {
    let list = object.document["status"]?[path: "loadBalancer", "ingress"]?.array ?? []
    return .array(
      list.map { entry in
        var result = JSONObject()
        result["ip"] = entry["ip"]
        result["hostname"] = entry["hostname"]?.string
          .map { .string(InventoryText.prefix($0, 255)) }
        if let ports = entry["ports"]?.array {
          result["ports"] = .array(
            ports.map {
              ["port": $0["port"] ?? .null, "protocol": $0["protocol"] ?? "TCP"]
            })
        }
        return .object(result)
      })
  }
}
