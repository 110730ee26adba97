import AntreaModel

/// Finds the endpoints of a world by what policies select: labels, namespaces,
/// service accounts, Services, addresses. Selections are unions and
/// intersections of sets that were made once, so that their cost does not grow
/// with the pods that are not selected.
struct EndpointIndex {
  let world: World
  /// The labels of every namespace that has a pod.
  private(set) var namespaceLabels: [String: [String: String]] = [:]
  /// All pods, with those on their Node's network: they are in no group, but
  /// what selects them may still matter.
  private let labels: LabelIndex
  private var accounts: [String: [String: EndpointSet]] = [:]
  private var named: [Int] = []

  init(_ world: World) {
    self.world = world
    labels = LabelIndex(world.endpoints, \.workload)
    for endpoint in world.endpoints {
      if !endpoint.hostNames.isEmpty { named.append(endpoint.index) }
      guard let pod = endpoint.workload else { continue }
      namespaceLabels[pod.namespace] = pod.namespaceLabels
      accounts[pod.namespace, default: [:]][pod.serviceAccount, default: EndpointSet()]
        .insert(endpoint.index)
    }
  }

  /// The endpoints that labels can select and that policies are enforced at:
  /// pods that are not on their Node's network.
  var pods: EndpointSet { world.enforced }

  /// The pods in a namespace, with those on their Node's network.
  func workloads(inNamespace name: String) -> EndpointSet {
    labels.namespaceNames[name] ?? EndpointSet()
  }

  /// The pods whose own labels meet a selector, among others.
  func workloads(_ selector: AntreaSelector, from set: EndpointSet? = nil) -> EndpointSet {
    selector.members(labels.pods, of: set ?? labels.everyone)
  }

  /// The pods of the namespaces whose labels meet a selector.
  func workloads(inNamespaces selector: AntreaSelector) -> EndpointSet {
    selector.members(labels.namespaces, of: labels.everyone)
  }

  /// The pods that run under a service account.
  func workloads(ofAccount name: String, in namespace: String) -> EndpointSet {
    accounts[namespace]?[name] ?? EndpointSet()
  }

  /// The pods behind a Service.
  func workloads(behind service: KubernetesService.Name) -> EndpointSet {
    (labels.services[service.name] ?? EndpointSet())
      .intersection(workloads(inNamespace: service.namespace))
  }

  /// The endpoints with addresses in a network.
  func endpoints(in network: CIDR) -> EndpointSet {
    world.endpoints(in: [AddressRange(network)])
  }

  /// The endpoints with the addresses of the Nodes whose labels meet a selector.
  func endpoints(ofNodes selector: AntreaSelector) -> EndpointSet {
    let addresses = world.nodes.filter { selector.matches($0.labels) }.flatMap(\.addresses)
    return world.endpoints(
      in: addresses.map {
        AddressRange(family: $0.family, lower: $0.value, upper: $0.value)
      })
  }

  /// The endpoints that are known by a name.
  func endpoints(named pattern: HostNamePattern) -> EndpointSet {
    EndpointSet(
      named.filter { world.endpoints[$0].hostNames.contains(where: pattern.matches) })
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
