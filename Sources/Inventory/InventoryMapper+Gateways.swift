import AntreaModel
import Documents

extension InventoryMapper {
  private static let listenerProtocols: Set<String> = ["HTTP", "HTTPS", "TCP", "TLS", "UDP"]
  private static let addressTypes = [
    "IPAddress": "IP_ADDRESS", "Hostname": "HOST_NAME", "NamedAddress": "NAMED_ADDRESS",
  ]

  func fillGateway(
    _ draft: inout InventoryDraft, _ object: KubernetesObject, _ index: InventoryIndex
  ) {
    addProject(to: &draft, object, index)
    draft.spec()
    let spec = object.document["spec"]
    var listeners: [JSONValue] = []
    for listener in spec?["listeners"]?.array ?? [] {
      var entry = JSONObject()
      entry["name"] = listener["name"]
      entry["hostname"] = listener["hostname"]
      entry["port"] = listener["port"]
      let name = listener["protocol"]?.string ?? ""
      if Self.listenerProtocols.contains(name) {
        entry["protocol"] = .string(name)
      } else {
        draft.note(.valueUnknown, "listeners.protocol", "`\(name)`")
      }
      listeners.append(.object(entry))
    }
    draft["listeners"] = .array(listeners)
    // Those that are bound, not those that were asked for.
    var addresses: [JSONValue] = []
    for address in object.document[path: "status", "addresses"]?.array ?? [] {
      let name = address["type"]?.string ?? "IPAddress"
      guard let type = Self.addressTypes[name], let value = address["value"]?.string else {
        draft.note(.valueUnknown, "addresses.type", "`\(name)`")
        continue
      }
      addresses.append([
        "type": .string(type), "address": .string(draft.fitting(value, limit: 255, "addresses")),
      ])
    }
    draft["addresses"] = .array(addresses)
    let conditions = object.document[path: "status", "conditions"]?.array ?? []
    func state(_ type: String) -> String? {
      conditions.first { $0["type"]?.string == type }?["status"]?.string
    }
    // NSX has no `network_status` for gateways.
    draft.properties([
      "gateway_class": spec?["gatewayClassName"]?.string, "accepted": state("Accepted"),
      "programmed": state("Programmed"),
    ])
  }
}
