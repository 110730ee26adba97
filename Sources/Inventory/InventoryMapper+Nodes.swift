import AntreaModel
import Documents

extension InventoryMapper {
  func fillNode(_ draft: inout InventoryDraft, _ object: KubernetesObject) {
    let status = object.document["status"]
    func addresses(_ type: String) -> [String] {
      (status?["addresses"]?.array ?? []).filter { $0["type"]?.string == type }
        .compactMap { $0["address"]?.string }
    }
    let external = addresses("ExternalIP")
    draft.texts("ip_addresses", addresses("InternalIP") + external)
    let conditions = status?["conditions"]
    let ready = (conditions?.array ?? []).contains {
      $0["type"]?.string == "Ready" && $0["status"]?.string == "True"
    }
    draft.health(messages(conditions) { _ in true }, isHealthy: ready)
    let info = status?["nodeInfo"]
    let states = (conditions?.array ?? []).compactMap { condition in
      condition["type"]?.string.map { "\($0)=\(condition["status"]?.string ?? "Unknown")" }
    }
    draft.properties([
      "kubelet_version": info?["kubeletVersion"]?.string, "os_image": info?["osImage"]?.string,
      "conditions": states.isEmpty
        ? nil : states.sorted { utf8Order($0, $1) < 0 }.joined(separator: ","),
    ])
    guard cluster.sendsNewMembers else { return }
    draft.texts("external_ip_addresses", external)
    let spec = object.document["spec"]
    let list = spec?["podCIDRs"]?.array ?? [spec?["podCIDR"]].compactMap { $0 }
    draft["pod_cidrs"] = .array(list)
    // "vsphere://<uuid of the VM>", "aws:///<zone>/<instance>"
    let provider = spec?["providerID"]?.string?.split(separator: "/").last.map(String.init)
    draft.text("provider_id", provider, limit: 255)
    if let works = observations.agents[object.name] {
      draft["cni_agent_status"] = works ? "HEALTHY" : "UNHEALTHY"
    }
  }

  func fillProject(_ draft: inout InventoryDraft, _ object: KubernetesObject) {
    let failed = (object.document[path: "status", "conditions"]?.array ?? []).filter {
      $0["type"]?.string == "NamespaceNetworkReady" && $0["status"]?.string == "False"
    }
    draft.health(failed.map { "\($0["reason"]?.string ?? ""): \($0["message"]?.string ?? "")" })
  }
}
