import AntreaModel
import Documents

extension InventoryReader {
  mutating func service(_ name: String, _ fields: InventoryFields) {
    let spec = fields.document["spec"]
    var selector: [String: String] = [:]
    // An ExternalName is an alias in the DNS: it has no address and no pods.
    let isAlias = spec?["type"]?.string == "ExternalName"
    for member in spec?["selector"]?.object?.members ?? [] where !isAlias {
      if let value = member.value.string { selector[member.key] = value }
    }
    var texts = (spec?["clusterIPs"]?.array ?? []).compactMap(\.string)
    if texts.isEmpty { texts = [fields.text(spec, "clusterIP")].compactMap(\.self) }
    var addresses: [IPAddress] = []
    for text in texts where text != "None" && !text.isEmpty {
      if let address = address(text, fields) { addresses.append(address) }
    }
    var ports: [KubernetesService.Port] = []
    for port in spec?["ports"]?.array ?? [] {
      guard let number = port["port"]?.integer, (1...65535).contains(number),
        let transport = Traffic.Transport(rawValue: fields.text(port, "protocol") ?? "TCP"),
        let target = target(port["targetPort"] ?? .null, default: Int(number))
      else {
        note(fields.reference, "a port cannot be read")
        continue
      }
      ports.append(
        KubernetesService.Port(
          name: fields.text(port, "name") ?? "", transport: transport, port: Int(number),
          target: target))
    }
    inventory.services.append(
      KubernetesService(
        id: KubernetesService.Name(namespace: fields.namespace ?? "", name: name),
        selector: selector, clusterIPs: addresses, ports: ports))
    if !isAlias, texts.contains("None") {
      headless.insert(KubernetesService.Name(namespace: fields.namespace ?? "", name: name))
    }
  }

  /// Port 0 is what the API leaves where no target port was given.
  private func target(_ value: JSONValue, default port: Int) -> KubernetesService.Target? {
    switch value {
    case .null: return .number(port)
    case .string(let name): return .name(name)
    default:
      guard let number = value.integer, (0...65535).contains(number) else { return nil }
      return .number(number == 0 ? port : Int(number))
    }
  }

  /// Tells pods which Services choose them. A Service is held against the pods
  /// that have the rarest of its labels, not against all.
  mutating func joinServices() {
    struct Label: Hashable {
      var namespace: String
      var key: String
      var value: String
    }
    var holders: [Label: [Int]] = [:]
    for (index, pod) in pods.enumerated() {
      for (key, value) in pod.workload.labels {
        let label = Label(namespace: pod.workload.namespace, key: key, value: value)
        holders[label, default: []].append(index)
      }
    }
    for service in inventory.services where !service.selector.isEmpty {
      let lists = service.selector.map { key, value in
        holders[Label(namespace: service.id.namespace, key: key, value: value)] ?? []
      }
      for index in lists.min(by: { $0.count < $1.count }) ?? []
      where service.selects(pods[index].workload) {
        pods[index].workload.services.insert(service.id.name)
        if headless.contains(service.id) { name(pods[index], by: service.id) }
      }
    }
  }

  /// The names that the cluster's resolver answers with a pod's addresses.
  private mutating func name(_ pod: PendingPod, by service: KubernetesService.Name) {
    let domain = "\(service.name).\(service.namespace).svc.\(clusterDomain)"
    for address in pod.workload.addresses {
      inventory.hostNames[address, default: []].insert(domain)
      if pod.subdomain == service.name {
        inventory.hostNames[address, default: []].insert("\(pod.hostname).\(domain)")
      }
    }
  }
}
