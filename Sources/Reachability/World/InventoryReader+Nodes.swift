import AntreaModel
import Documents

extension InventoryReader {
  /// Where Antrea finds the address that tunnels to a Node use.
  private static let transportAnnotation = "node.antrea.io/transport-addresses"

  /// Of each family the first address of the Node, of the gateway and of the
  /// transport interface: what Antrea takes for a Node that a policy selects.
  mutating func node(_ name: String, _ fields: InventoryFields) {
    let status = fields.document["status"]?["addresses"]?.array ?? []
    func texts(_ type: String) -> [String] {
      status.filter { $0["type"]?.string == type }.compactMap { fields.text($0, "address") }
    }
    // External addresses count only where there is no internal one.
    let own = texts("InternalIP").isEmpty ? texts("ExternalIP") : texts("InternalIP")
    var addresses = firstOfEachFamily(own, fields)
    if addresses.isEmpty { note(fields.reference, "has no address") }
    let spec = fields.document["spec"]
    var networks = (spec?["podCIDRs"]?.array ?? []).compactMap(\.string)
    if networks.isEmpty { networks = [fields.text(spec, "podCIDR")].compactMap(\.self) }
    for text in networks {
      guard let network = CIDR(text), network.address.value < network.upper else {
        note(fields.reference, "\(text) is no network of pods")
        continue
      }
      addresses.append(IPAddress(family: network.family, value: network.address.value + 1))
    }
    let transport = fields.text(fields.metadata?["annotations"], Self.transportAnnotation) ?? ""
    addresses += firstOfEachFamily(
      transport.split(separator: ",").map(String.init), fields)
    var distinct: [IPAddress] = []
    for address in addresses where !distinct.contains(address) { distinct.append(address) }
    inventory.nodes.append(Node(name: name, labels: labels(fields), addresses: distinct))
  }

  private mutating func firstOfEachFamily(
    _ texts: [String], _ fields: InventoryFields
  ) -> [IPAddress] {
    var result: [IPAddress] = []
    for text in texts {
      if let address = address(text, fields),
        !result.contains(where: { $0.family == address.family })
      {
        result.append(address)
      }
    }
    return result
  }
}
