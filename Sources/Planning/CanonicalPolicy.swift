import Documents

/// Canonical spec of an Antrea ClusterNetworkPolicy or NetworkPolicy.
struct CanonicalPolicy {
  /// The namespace of a namespaced policy: the default of `toServices`.
  let namespace: String?

  func spec(_ members: JSONObject) -> JSONObject {
    var spec = members
    spec["tier"] = .string(Self.tierName(spec["tier"]?.string))
    spec.change("appliedTo") { CanonicalList.set($0, Self.peer) }
    for direction in ["ingress", "egress"] {
      spec.change(direction) { rules in
        guard case .array(let list) = rules, !list.isEmpty else { return nil }
        return .array(list.map { rule($0, direction: direction) })
      }
    }
    return spec
  }

  /// The name under which Antrea evaluates a tier: the default for none, lower
  /// case for the six spellings from before tiers were objects.
  static func tierName(_ name: String?) -> String {
    switch name {
    case nil, "": "application"
    case "Emergency", "SecurityOps", "NetworkOps", "Platform", "Application", "Baseline":
      name?.lowercased() ?? "application"
    default: name ?? "application"
    }
  }

  private func rule(_ value: JSONValue, direction: String) -> JSONValue {
    guard case .object(var rule) = value else { return value }
    if let name = rule["name"]?.string, name.isEmpty || isGenerated(name, direction, rule) {
      rule["name"] = nil
    }
    rule.drop("enableLogging", equalTo: false)
    rule.drop("logLabel", equalTo: "")
    for key in ["appliedTo", "from", "to"] {
      rule.change(key) { CanonicalList.set($0, Self.peer) }
    }
    rule.change("ports") { CanonicalList.set($0, Self.port) }
    for key in ["protocols", "l7Protocols"] { rule.change(key) { CanonicalList.set($0) { $0 } } }
    // An empty toServices matches nothing, which an absent one does not.
    rule.change("toServices") { CanonicalList.set($0, keepEmpty: true, service) }
    return .object(rule)
  }

  /// Whether Antrea's webhook made the name up: `ingress-allow-1a2b3c4`.
  private func isGenerated(_ name: String, _ direction: String, _ rule: JSONObject) -> Bool {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 3 && parts[0] == direction
      && parts[1] == (rule["action"]?.string ?? "").lowercased()
      && parts[2].utf8.count == 7
      && parts[2].utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }

  private func service(_ value: JSONValue) -> JSONValue {
    guard case .object(var service) = value else { return value }
    service.drop("scope", equalTo: "Cluster")
    if let namespace, service["namespace"] == nil || service["namespace"] == "" {
      service["namespace"] = .string(namespace)
    }
    return .object(service)
  }

  /// A peer or an entry of appliedTo.
  static func peer(_ value: JSONValue) -> JSONValue {
    guard case .object(var peer) = value else { return value }
    CanonicalList.selectors(of: &peer)
    peer.drop("scope", equalTo: "Cluster")
    peer.change("ipBlock", CanonicalList.block)
    peer.change("namespaces") { value in
      guard case .object(var namespaces) = value else { return value }
      namespaces.change("sameLabels") { CanonicalList.set($0) { $0 } }
      return .object(namespaces)
    }
    return .object(peer)
  }

  private static func port(_ value: JSONValue) -> JSONValue {
    guard case .object(var port) = value else { return value }
    if port["protocol"] == nil { port["protocol"] = "TCP" }
    for (first, last) in [("port", "endPort"), ("sourcePort", "sourceEndPort")]
    where port[last] == port[first] {
      port[last] = nil
    }
    return .object(port)
  }
}
