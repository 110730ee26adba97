import AntreaModel
import Failures
import Reachability

/// The flows between two named ends.
struct ReachFlows {
  /// Flows, with the world that their endpoints are in.
  struct Result {
    var world: World
    var list: [Flow]
  }

  private let from: NamedEndpoint
  private let to: NamedEndpoint
  /// The ends, and the Nodes.
  let world: World

  init(_ inventory: ClusterInventory, from: NamedEndpoint, to: NamedEndpoint) {
    self.from = from
    self.to = to
    var addresses: [IPAddress] = []
    for case .address(let address) in [from, to] { addresses.append(address) }
    let pods = from.pods + to.pods.filter { !from.pods.contains($0) }
    let names = inventory.hostNames.filter { name in
      addresses.contains(name.key) || pods.contains { $0.addresses.contains(name.key) }
    }
    world = World(
      workloads: pods, addresses: addresses, nodes: inventory.nodes, hostNames: names)
  }

  /// The flows of one kind of traffic, or of a Service's ports.
  ///
  /// - Throws: ``Failure`` where no flow can be.
  func flows(_ asked: AskedTraffic?) throws -> Result {
    let traffic = asked?.traffic
    var list: [Flow] = []
    var hasOtherFamily = false
    for source in sources {
      for destination in destinations
      where source.address.family == destination.address.family
        && source.index != destination.index
      {
        if let pod = source.workload, pod == destination.workload { continue }
        if let family = asked?.family, family != source.address.family {
          hasOtherFamily = true
          continue
        }
        for kind in try kinds(traffic, at: destination) {
          list.append(
            Flow(source: source, destination: destination, traffic: kind, service: service))
        }
      }
    }
    if list.isEmpty {
      if hasOtherFamily, let family = asked?.family { throw lacks(family) }
      throw nothing
    }
    return Result(world: world, list: list)
  }

  /// The endpoints that open connections.
  var sources: [Endpoint] { endpoints(of: from) }
  /// The endpoints that are spoken to.
  var destinations: [Endpoint] { endpoints(of: to) }

  /// Why there is no answer where no flow can be.
  var nothing: Failure {
    Failure(
      .invalidInput, subject: "\(from.label) -> \(to.label)",
      cause: "there is no flow between them that a policy decides",
      remedy: "they are one pod, have no addresses of one family, or none of them is a pod")
  }

  /// Why there is no answer where ICMP of one family is asked for, and only the
  /// other is there.
  private func lacks(_ family: IPFamily) -> Failure {
    let without = [(from, sources), (to, destinations)].filter { end in
      !end.1.contains { $0.address.family == family }
    }.map(\.0.label)
    return Failure(
      .invalidInput, subject: "\(from.label) -> \(to.label)",
      cause:
        "\(without.joined(separator: " and ")) \(without.count == 1 ? "has" : "have") no \(family.words) address",
      remedy: "ask for --protocol \(family.other == .v4 ? "icmp" : "icmpv6")")
  }

  private var service: KubernetesService.Name? {
    if case .service(let service, _) = to { service.id } else { nil }
  }

  private func endpoints(of end: NamedEndpoint) -> [Endpoint] {
    switch end {
    case .pods(let pods, _), .service(_, let pods):
      world.endpoints.filter { endpoint in endpoint.workload.map(pods.contains) ?? false }
    case .address(let address): world.endpoints.filter { $0.address == address }
    }
  }

  /// The traffic as it arrives at an endpoint: behind a Service at the port that
  /// it leads to.
  private func kinds(_ traffic: Traffic?, at endpoint: Endpoint) throws -> [Traffic] {
    guard case .service(let service, _) = to, let pod = endpoint.workload else {
      return traffic.map { [$0] } ?? []
    }
    return try Self.targets(service, [pod], traffic).map(\.traffic)
  }

  /// What the ports of a Service lead to, with the pods that answer there.
  ///
  /// - Throws: ``Failure`` where the Service does not have the port.
  static func targets(
    _ service: KubernetesService, _ pods: [Workload], _ traffic: Traffic?
  ) throws -> [(traffic: Traffic, pods: [Workload])] {
    var ports = service.ports
    var source = TrafficSpace.ephemeralPort
    if let traffic {
      guard case .transport(let transport, let own, let number) = traffic else {
        return [(traffic, pods)]
      }
      source = own
      ports = ports.filter { $0.transport == transport && $0.port == number }
      guard !ports.isEmpty else {
        let known = service.ports.map { "\($0.port)/\($0.transport.rawValue.lowercased())" }
        throw Failure(
          .invalidInput, subject: "Service \(service.id)",
          cause: "has no port \("\(traffic)".lowercased())",
          remedy: "its ports are \(known.joined(separator: ", "))")
      }
    }
    var result: [(traffic: Traffic, pods: [Workload])] = []
    for port in ports {
      for pod in pods {
        // A pod without the named port does not answer for the Service.
        guard let target = port.target(at: pod) else { continue }
        let kind = Traffic.transport(
          port.transport, source: source, destination: target)
        if let index = result.firstIndex(where: { $0.traffic == kind }) {
          result[index].pods.append(pod)
        } else {
          result.append((kind, [pod]))
        }
      }
    }
    return result
  }
}

extension IPFamily {
  /// `IPv4` or `IPv6`.
  var words: String { self == .v4 ? "IPv4" : "IPv6" }
  /// The other family.
  var other: IPFamily { self == .v4 ? .v6 : .v4 }
}
