import AntreaModel
import Documents

extension InventoryMapper {
  func fillEgress(_ draft: inout InventoryDraft, _ object: KubernetesObject) {
    draft.spec()
    let spec = object.document["spec"]
    let status = object.document["status"]
    func text(_ value: JSONValue?) -> String? { value?.string.flatMap { $0.isEmpty ? nil : $0 } }
    let addresses = ([text(spec?["egressIP"])] + (spec?["egressIPs"]?.array ?? []).map(text))
      .compactMap { $0 }
    // The address in use, else the one that is asked for.
    draft.text("egress_ip", text(status?["egressIP"]) ?? addresses.first, limit: 255)
    if draft["egress_ip"] == nil { draft["egress_ip"] = "" }
    if addresses.count > 1 {
      draft.note(
        .listCut, "egress_ip", "one of \(addresses.joined(separator: ", "))")
    }
    let pools =
      ([text(spec?["externalIPPool"])] + (spec?["externalIPPools"]?.array ?? []).map(text))
      .compactMap { $0 }
    draft.properties([
      "externalIPPool": pools.isEmpty ? nil : pools.joined(separator: ","),
      "egressNode": text(status?["egressNode"]),
    ])
  }

  /// An IPPool or ExternalIPPool, in the form of any version of Antrea.
  func fillPool(_ draft: inout InventoryDraft, _ object: KubernetesObject) {
    draft.spec()
    let spec = object.document["spec"]
    let subnet = spec?["subnetInfo"]
    var versions: Set<String> = []
    var ranges: [JSONValue] = []
    for range in spec?["ipRanges"]?.array ?? [] {
      var entry = JSONObject()
      entry["cidr"] = range["cidr"]
      entry["start"] = range["start"]
      entry["end"] = range["end"]
      // Inside each range before v1beta1.
      entry["gateway"] = range["gateway"] ?? subnet?["gateway"]
      entry["prefix_length"] = range["prefixLength"] ?? subnet?["prefixLength"]
      entry["vlan"] = range["vlan"] ?? subnet?["vlan"]
      ranges.append(.object(entry))
      if let text = range["cidr"]?.string ?? range["start"]?.string {
        versions.insert(text.contains(":") ? "6" : "4")
      }
    }
    draft["ip_ranges"] = .array(ranges)
    let version = spec?["ipVersion"]?.integer.map { String($0) } ?? versions.first
    if versions.count > 1 {
      draft.note(.valueUnknown, "ip_version", "the ranges are of both families")
    } else {
      draft["ip_version"] = version.map { .string($0) }
    }
    let usage = object.document[path: "status", "usage"]
    draft.properties([
      "kind": object.kind, "total": usage?["total"]?.integer.map { String($0) },
      "used": usage?["used"]?.integer.map { String($0) },
    ])
  }
}
