import AntreaModel
import Documents

extension InventoryMapper {
  func fillInstance(
    _ draft: inout InventoryDraft, _ object: KubernetesObject, _ index: InventoryIndex,
    _ endpoints: InventoryEndpoints
  ) {
    addProject(to: &draft, object, index)
    let status = object.document["status"]
    if let node = object.document[path: "spec", "nodeName"]?.string {
      draft["cluster_node_id"] = index.uid(.node, nil, node).map { .string($0) }
    }
    if !incompleteKinds.contains(.service) {
      draft.texts("container_application_ids", endpoints.services(of: object))
    }
    let phase = status?["phase"]?.string ?? "Unknown"
    draft["status"] = phase == "Running" ? "UP" : phase == "Unknown" ? "UNKNOWN" : "DOWN"
    let reasons = Self.reasons(status)
    var errors = [status?["message"]?.string].compactMap { $0 }
    errors += messages(status?["conditions"]) { $0["status"]?.string != "True" }
    errors += reasons
    let isWell = phase == "Running" || phase == "Succeeded"
    if !isWell, errors.isEmpty { errors = ["\(phase)"] }
    draft.health(errors, isHealthy: isWell)
    // What a Pod that has ended had may be another one's by now.
    let hasEnded = phase == "Succeeded" || phase == "Failed"
    var addresses = (status?["podIPs"]?.array ?? []).compactMap { $0["ip"]?.string }
    if addresses.isEmpty { addresses = [status?["podIP"]?.string].compactMap { $0 } }
    let onHost = object.document[path: "spec", "hostNetwork"]?.bool == true
    draft.properties([
      "ip": addresses.isEmpty || hasEnded ? nil : addresses.prefix(2).joined(separator: ","),
      "host_network": onHost ? "true" : nil,
      "reason": isWell && !reasons.isEmpty ? reasons.joined(separator: ", ") : nil,
    ])
  }

  /// Why a Pod or its containers do not run: the Pod's own reason, and each
  /// container that waits or has failed.
  private static func reasons(_ status: JSONValue?) -> [String] {
    var result: [String] = []
    if let reason = status?["reason"]?.string, !reason.isEmpty { result.append(reason) }
    for member in ["initContainerStatuses", "containerStatuses"] {
      for container in status?[member]?.array ?? [] {
        let state = container["state"]
        let waiting = state?[path: "waiting", "reason"]?.string
        let code = state?[path: "terminated", "exitCode"]?.integer ?? 0
        let failed =
          code == 0 ? nil : state?[path: "terminated", "reason"]?.string ?? "exit \(code)"
        guard let reason = waiting ?? failed else { continue }
        result.append("container \(container["name"]?.string ?? "?"): \(reason)")
      }
    }
    return result
  }
}
