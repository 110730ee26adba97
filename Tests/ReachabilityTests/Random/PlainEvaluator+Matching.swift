import AntreaModel
import Documents
import Reachability

extension PlainEvaluator {
  /// Whether an endpoint is meant by a peer or an entry of `appliedTo`.
  ///
  /// - Parameters:
  ///   - own: the pod that the rule is enforced at.
  ///   - namespace: that of the policy, where it has one.
  func match(
    _ entry: JSONValue, _ endpoint: Endpoint, _ own: Endpoint, _ namespace: String?
  ) -> PeerMatch {
    if let block = entry["ipBlock"] { return PeerMatch(isAddress: contains(block, endpoint)) }
    if let name = entry["group"]?.string { return group(name, endpoint, namespace) }
    if let selector = entry["nodeSelector"] { return node(selector, endpoint) }
    if let pattern = entry["fqdn"]?.string {
      return PeerMatch(
        isAddress: endpoint.hostNames.contains { name in
          pattern.hasPrefix("*") ? name.hasSuffix(pattern.dropFirst()) : name == pattern
        })
    }
    guard endpoint.isEnforced, let pod = endpoint.workload else { return PeerMatch() }
    if let account = entry["serviceAccount"] {
      return PeerMatch(
        isPod: pod.serviceAccount == account["name"]?.string
          && pod.namespace == account["namespace"]?.string)
    }
    if let selector = entry["podSelector"], !selects(selector, pod.labels) { return PeerMatch() }
    if let relative = entry["namespaces"] {
      if relative["match"] != nil {
        return PeerMatch(isPod: pod.namespace == own.workload?.namespace)
      }
      let keys = (relative["sameLabels"]?.array ?? []).compactMap(\.string)
      return PeerMatch(
        isPod: keys.allSatisfy { key in
          pod.namespaceLabels[key] != nil
            && pod.namespaceLabels[key] == own.workload?.namespaceLabels[key]
        })
    }
    if let selector = entry["namespaceSelector"] {
      return PeerMatch(isPod: selects(selector, pod.namespaceLabels))
    }
    return PeerMatch(isPod: namespace.map { $0 == pod.namespace } ?? true)
  }

  private func group(_ name: String, _ endpoint: Endpoint, _ namespace: String?) -> PeerMatch {
    let found = objects.first { object in
      object.name == name && object.namespace == namespace
        && object.kind == (namespace == nil ? "ClusterGroup" : "Group")
    }
    guard let spec = found?.document["spec"] else { return PeerMatch() }
    if let children = spec["childGroups"]?.array {
      return children.compactMap(\.string).reduce(into: PeerMatch()) { result, child in
        let inner = group(child, endpoint, namespace)
        result.isPod = result.isPod || inner.isPod
        result.isAddress = result.isAddress || inner.isAddress
      }
    }
    if let blocks = spec["ipBlocks"]?.array {
      return PeerMatch(isAddress: blocks.contains { contains($0, endpoint) })
    }
    if let service = spec["serviceReference"] {
      guard endpoint.isEnforced, let pod = endpoint.workload else { return PeerMatch() }
      return PeerMatch(
        isPod: pod.namespace == service["namespace"]?.string
          && pod.services.contains(service["name"]?.string ?? ""))
    }
    return match(spec, endpoint, endpoint, namespace)
  }

  private func node(_ selector: JSONValue, _ endpoint: Endpoint) -> PeerMatch {
    PeerMatch(
      isAddress: world.nodes.contains {
        $0.addresses.contains(endpoint.address) && selects(selector, $0.labels)
      })
  }

  private func contains(_ block: JSONValue, _ endpoint: Endpoint) -> Bool {
    func covers(_ text: String?) -> Bool {
      guard let cidr = text.flatMap({ CIDR($0) }) else { return false }
      return cidr.contains(CIDR(endpoint.address, prefix: endpoint.address.family.width))
    }
    return covers(block["cidr"]?.string)
      && !(block["except"]?.array ?? []).contains { covers($0.string) }
  }

  /// Kubernetes' rules for selectors.
  func selects(_ selector: JSONValue, _ labels: [String: String]) -> Bool {
    let exact = selector["matchLabels"]?.object?.allSatisfy { labels[$0.key] == $0.value.string }
    let expressions = selector["matchExpressions"]?.array ?? []
    return exact ?? true
      && expressions.allSatisfy { expression in
        let value = labels[expression["key"]?.string ?? ""]
        let isListed = value.map { expression["values"]?.array?.contains(.string($0)) == true }
        switch expression["operator"]?.string {
        case "In": return isListed ?? false
        case "NotIn": return !(isListed ?? false)
        case "Exists": return value != nil
        default: return value == nil
        }
      }
  }

  /// Whether a rule is about the traffic of a flow.
  func carries(_ rule: JSONValue, _ flow: Flow, _ peer: PeerMatch, _ direction: String) -> Bool {
    guard peer.isPod || peer.isAddress else { return false }
    let ports = rule["ports"]?.array ?? []
    let protocols = rule["protocols"]?.array ?? []
    if ports.isEmpty, protocols.isEmpty { return true }
    if case .icmp(let type, let code) = flow.traffic {
      return protocols.contains { entry in
        (entry[path: "icmp", "icmpType"]?.integer).map { $0 == type } ?? true
          && (entry[path: "icmp", "icmpCode"]?.integer).map { $0 == code } ?? true
      }
    }
    guard case .transport(let transport, let source, let destination) = flow.traffic else {
      return false
    }
    return ports.contains { entry in
      guard entry["protocol"]?.string ?? "TCP" == transport.rawValue else { return false }
      if let name = entry["port"]?.string {
        // What leaves for an address has no names of ports.
        guard direction == "ingress" || peer.isPod else { return false }
        return flow.destination.workload?.port(named: name, transport) == destination
      }
      func covers(_ first: String, _ last: String, _ port: Int) -> Bool {
        guard let lower = entry[first]?.integer else { return true }
        return (lower...(entry[last]?.integer ?? lower)).contains(Int64(port))
      }
      return covers("port", "endPort", destination)
        && covers("sourcePort", "sourceEndPort", source)
    }
  }
}
