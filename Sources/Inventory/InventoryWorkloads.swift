import AntreaModel
import Documents

extension InventoryMapper {
  func node(_ object: KubernetesObject) -> JSONValue? {
    guard var result = base(.node, object) else { return nil }
    let status = object.document["status"]
    var addresses: [String] = []
    for type in ["InternalIP", "ExternalIP"] {
      addresses += (status?["addresses"]?.array ?? []).filter { $0["type"]?.string == type }
        .compactMap { $0["address"]?.string }
    }
    result["ip_addresses"] = InventoryText.texts(addresses)
    let conditions = status?["conditions"]
    let ready = (conditions?.array ?? []).contains {
      $0["type"]?.string == "Ready" && $0["status"]?.string == "True"
    }
    result.setHealth(errors: messages(conditions) { _ in true }, isHealthy: ready)
    let info = status?["nodeInfo"]
    result["origin_properties"] = InventoryText.properties([
      "kubelet_version": info?["kubeletVersion"]?.string, "os_image": info?["osImage"]?.string,
    ])
    if cluster.sendsNewMembers {
      let spec = object.document["spec"]
      let list = spec?["podCIDRs"]?.array ?? [spec?["podCIDR"]].compactMap { $0 }
      result["pod_cidrs"] = .array(list)
      // "vsphere://<uuid of the VM>"
      let provider = spec?["providerID"]?.string?.split(separator: "/").last.map(String.init)
      result["provider_id"] = provider.map { .string($0) }
    }
    return .object(result)
  }

  func project(_ object: KubernetesObject) -> JSONValue? {
    guard var result = base(.project, object) else { return nil }
    let failed = (object.document[path: "status", "conditions"]?.array ?? []).filter {
      $0["type"]?.string == "NamespaceNetworkReady" && $0["status"]?.string == "False"
    }
    let errors = failed.map { "\($0["reason"]?.string ?? ""): \($0["message"]?.string ?? "")" }
    result.setHealth(errors: errors)
    return .object(result)
  }

  func instance(_ object: KubernetesObject, _ index: InventoryIndex) -> JSONValue? {
    guard var result = base(.instance, object) else { return nil }
    addProject(to: &result, object, index)
    let status = object.document["status"]
    if let node = object.document[path: "spec", "nodeName"]?.string {
      result["cluster_node_id"] = index.uid("Node", nil, node).map { .string($0) }
    }
    if !incompleteKinds.contains("Service") {
      // Services never select a Pod of the host's network by its own address,
      // but they do select it; NSX shows the same relation.
      result["container_application_ids"] = InventoryText.texts(index.services(selecting: object))
    }
    let phase = status?["phase"]?.string
    result["status"] = phase == "Running" ? "UP" : phase == "Unknown" ? "UNKNOWN" : "DOWN"
    var errors = [status?["message"]?.string].compactMap { $0 }
    errors += messages(status?["conditions"]) { $0["status"]?.string != "True" }
    result.setHealth(errors: errors, isHealthy: phase == "Running" || phase == "Succeeded")
    var addresses = (status?["podIPs"]?.array ?? []).compactMap { $0["ip"]?.string }
    if addresses.isEmpty { addresses = [status?["podIP"]?.string].compactMap { $0 } }
    let onHost = object.document[path: "spec", "hostNetwork"]?.bool == true
    result["origin_properties"] = InventoryText.properties([
      "ip": addresses.isEmpty ? nil : addresses.prefix(2).joined(separator: ","),
      "host_network": onHost ? "true" : nil,
    ])
    return .object(result)
  }
}
