import AntreaModel
import Documents

extension InventoryMapper {
  func fillApplication(
    _ draft: inout InventoryDraft, _ object: KubernetesObject, _ index: InventoryIndex,
    _ endpoints: InventoryEndpoints
  ) {
    addProject(to: &draft, object, index)
    let spec = object.document["spec"]
    let type = spec?["type"]?.string ?? "ClusterIP"
    let address = spec?["clusterIP"]?.string
    let hasAddress = address?.isEmpty == false && address != "None"
    var state: String?
    if knowsEndpoints(of: object, endpoints) {
      let backing = type == "ExternalName" ? nil : endpoints.backing(of: object)
      let ready = (backing?.readyPods.count ?? 0) + (backing?.readyAddresses.count ?? 0)
      let all = (backing?.pods.count ?? 0) + (backing?.addresses.count ?? 0)
      if backing?.readyPods.isEmpty == false {
        draft["status"] = "UP"
      } else if type == "ExternalName" || backing?.readyAddresses.isEmpty == false {
        // A Service that is only a name in the DNS has no endpoints to judge by,
        // and of addresses that are no Pods nobody says whether they answer.
        draft["status"] = "UNKNOWN"
      } else {
        draft["status"] = "DOWN"
      }
      if type != "ExternalName" { state = "\(ready)/\(all)" }
    }
    draft.properties([
      "type": type, "ip": hasAddress ? address : nil, "endpoints": state,
      "external_name": type == "ExternalName" ? spec?["externalName"]?.string : nil,
    ])
    if cluster.sendsNewMembers { fillNewMembers(&draft, object, type, endpoints) }
  }

  /// Whether it was read what stands behind a Service: its endpoints, or the
  /// Pods that its selector chooses.
  private func knowsEndpoints(
    of object: KubernetesObject, _ endpoints: InventoryEndpoints
  ) -> Bool {
    let hasSelector = object.document[path: "spec", "selector"]?.object?.isEmpty == false
    if hasSelector, !incompleteKinds.contains(.pod) { return true }
    let knowsSlices =
      !incompleteKinds.contains(.endpointSlice) || !incompleteKinds.contains(.endpoints)
    return knowsSlices && (!hasSelector || endpoints.backing(of: object) != nil)
  }

  private func fillNewMembers(
    _ draft: inout InventoryDraft, _ object: KubernetesObject, _ type: String,
    _ endpoints: InventoryEndpoints
  ) {
    let spec = object.document["spec"]
    let types = [
      "ClusterIP": "CLUSTER_IP", "NodePort": "NODE_PORT", "LoadBalancer": "LOAD_BALANCER",
      "ExternalName": "EXTERNAL_NAME",
    ]
    draft["type"] = types[type].map { .string($0) }
    if draft["type"] == nil { draft.note(.valueUnknown, "type", "`\(type)`") }
    let addresses = spec?["clusterIPs"]?.array ?? [spec?["clusterIP"]].compactMap { $0 }
    draft["cluster_ips"] = .array(addresses.filter { $0 != "None" && $0 != "" })
    draft["service_ports"] = .array(
      (spec?["ports"]?.array ?? []).map { port in
        var entry = JSONObject()
        entry["name"] = port["name"]
        entry["protocol"] = port["protocol"] ?? "TCP"
        entry["port"] = port["port"]
        let target = port["targetPort"]
        let text = target?.string ?? target?.integer.map { String($0) }
        entry["target_port"] = text.map {
          .string(draft.fitting($0, limit: 15, "service_ports.target_port"))
        }
        entry["node_port"] = port["nodePort"]
        return .object(entry)
      })
    draft["load_balancer_ingress"] = loadBalancer(&draft, object, "load_balancer_ingress")
    guard !incompleteKinds.contains(.pod) else { return }
    draft["node_port_local_endpoints"] = .array(
      InventoryNodePorts.endpoints(of: object, endpoints.podsWithPorts(of: object)))
  }

  /// The addresses under which a load balancer answers.
  func loadBalancer(
    _ draft: inout InventoryDraft, _ object: KubernetesObject, _ member: String
  ) -> JSONValue {
    var list: [JSONValue] = []
    for entry in object.document["status"]?[path: "loadBalancer", "ingress"]?.array ?? [] {
      var result = JSONObject()
      result["ip"] = entry["ip"]
      result["hostname"] = entry["hostname"]?.string.map {
        .string(draft.fitting($0, limit: 255, member))
      }
      if let ports = entry["ports"]?.array {
        result["ports"] = .array(
          ports.map { ["port": $0["port"] ?? .null, "protocol": $0["protocol"] ?? "TCP"] })
      }
      list.append(.object(result))
    }
    return .array(list)
  }
}
