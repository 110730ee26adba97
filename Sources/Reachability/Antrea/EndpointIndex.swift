import AntreaModel

/// Finds the endpoints of a world by what policies select: labels, namespaces,
/// service accounts, Services, addresses. Selections are unions and
/// intersections of sets that were made once, so that their cost does not grow
/// with the pods that are not selected.
struct EndpointIndex {
  /// The endpoints that have a label, by its key and value.
  private struct Labels {
    private var values: [String: [String: EndpointSet]] = [:]
    private var keys: [String: EndpointSet] = [:]

    mutating func add(_ labels: [String: String], _ endpoint: Int) {
      for (key, value) in labels {
        values[key, default: [:]][value, default: EndpointSet()].insert(endpoint)
        keys[key, default: EndpointSet()].insert(endpoint)
      }
    }

    /// The endpoints among `all` whose labels meet a selector.
    func select(_ selector: AntreaSelector, from all: EndpointSet) -> EndpointSet {
      var result = all
      for requirement in selector.requirements {
        let key = requirement.key
        switch requirement.condition {
        case .isIn(let values): result = result.intersection(union(key, values))
        case .notIn(let values): result = result.subtracting(union(key, values))
        case .exists: result = result.intersection(keys[key] ?? EndpointSet())
        case .doesNotExist: result = result.subtracting(keys[key] ?? EndpointSet())
        }
      }
      return result
    }

    private func union(_ key: String, _ wanted: Set<String>) -> EndpointSet {
      var result = EndpointSet()
      for value in wanted {
        if let part = values[key]?[value] { result.formUnion(part) }
      }
      return result
    }
  }

  let world: World
  /// The endpoints that labels can select and that policies are enforced at:
  /// pods that are not on their Node's network.
  private(set) var pods = EndpointSet()
  /// The pods of every namespace, with those on their Node's network.
  private(set) var namespaces: [String: EndpointSet] = [:]
  /// The labels of every namespace that has a pod.
  private(set) var namespaceLabels: [String: [String: String]] = [:]
  private var workloads = EndpointSet()
  private var podLabels = Labels()
  private var labelsOfNamespaces = Labels()
  private var accounts: [String: [String: EndpointSet]] = [:]
  private var services: [KubernetesService.Name: EndpointSet] = [:]
  /// All endpoints by address.
  private var byAddress: [(address: IPAddress, endpoint: Int)] = []
  private var named: [Int] = []

  init(_ world: World) {
    self.world = world
    for endpoint in world.endpoints {
      let index = endpoint.index
      byAddress.append((endpoint.address, index))
      if !endpoint.hostNames.isEmpty { named.append(index) }
      guard let pod = endpoint.workload else { continue }
      workloads.insert(index)
      if endpoint.isEnforced { pods.insert(index) }
      namespaces[pod.namespace, default: EndpointSet()].insert(index)
      namespaceLabels[pod.namespace] = pod.namespaceLabels
      podLabels.add(pod.labels, index)
      labelsOfNamespaces.add(pod.namespaceLabels, index)
      accounts[pod.namespace, default: [:]][pod.serviceAccount, default: EndpointSet()]
        .insert(index)
      for service in pod.services {
        let name = KubernetesService.Name(namespace: pod.namespace, name: service)
        services[name, default: EndpointSet()].insert(index)
      }
    }
    byAddress.sort { $0.address < $1.address }
  }

  /// The pods in a namespace, with those on their Node's network.
  func workloads(inNamespace name: String) -> EndpointSet { namespaces[name] ?? EndpointSet() }

  /// The pods whose own labels meet a selector, among others.
  func workloads(_ selector: AntreaSelector, from set: EndpointSet? = nil) -> EndpointSet {
    podLabels.select(selector, from: set ?? workloads)
  }

  /// The pods of the namespaces whose labels meet a selector.
  func workloads(inNamespaces selector: AntreaSelector) -> EndpointSet {
    labelsOfNamespaces.select(selector, from: workloads)
  }

  /// The pods that run under a service account.
  func workloads(ofAccount name: String, in namespace: String) -> EndpointSet {
    accounts[namespace]?[name] ?? EndpointSet()
  }

  /// The pods behind a Service.
  func workloads(behind service: KubernetesService.Name) -> EndpointSet {
    services[service] ?? EndpointSet()
  }

  /// The endpoints with addresses in a network.
  func endpoints(in network: CIDR) -> EndpointSet {
    var result = EndpointSet()
    var low = 0
    var high = byAddress.count
    while low < high {
      let middle = (low + high) / 2
      if byAddress[middle].address < network.address { low = middle + 1 } else { high = middle }
    }
    while low < byAddress.count, byAddress[low].address.family == network.family,
      byAddress[low].address.value <= network.upper
    {
      result.insert(byAddress[low].endpoint)
      low += 1
    }
    return result
  }

  /// The endpoints with the addresses of the Nodes whose labels meet a selector.
  func endpoints(ofNodes selector: AntreaSelector) -> EndpointSet {
    var result = EndpointSet()
    for node in world.nodes where selector.matches(node.labels) {
      for address in node.addresses {
        result.formUnion(endpoints(in: CIDR(address, prefix: address.family.width)))
      }
    }
    return result
  }

  /// The endpoints that are known by a name.
  func endpoints(named pattern: HostNamePattern) -> EndpointSet {
    var result = EndpointSet()
    for index in named where world.endpoints[index].hostNames.contains(where: pattern.matches) {
      result.insert(index)
    }
    return result
  }

  /// The pods of a set by the ports that names stand for at them: `nil` where a
  /// name stands for none.
  func partition(
    _ set: EndpointSet, by names: [(name: String, transport: Traffic.Transport)]
  ) -> [(ports: [Int?], pods: EndpointSet)] {
    var parts: [[Int?]: EndpointSet] = [:]
    set.forEach { index in
      let pod = world.endpoints[index].workload
      let ports = names.map { pod?.port(named: $0.name, $0.transport) }
      parts[ports, default: EndpointSet()].insert(index)
    }
    return parts.map { ($0.key, $0.value) }.sorted { ($0.1.first ?? 0) < ($1.1.first ?? 0) }
  }
}
