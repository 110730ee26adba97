import AntreaModel
import Documents
import Reachability

/// A packet on its way: its ends after a Service's address was replaced.
struct TraceflowProbe: Sendable {
  /// One end.
  struct End: Sendable {
    var address: IPAddress
    var pod: Workload?
  }

  /// Who sends it.
  var source: End
  /// Who gets it; `nil` for a Service that has nobody.
  var destination: End?
  /// What it carries, as the destination gets it.
  var traffic: Traffic
  /// The Service that it was sent to.
  var service: Reachability.KubernetesService?
  /// The packet as it was sent, before an address of a Service was replaced.
  private var sent: (address: IPAddress, traffic: Traffic)?

  /// The packet that a trace sends.
  ///
  /// - Throws: ``TraceflowProblem`` where an Agent cannot send it.
  init(_ spec: TraceflowSpec, _ inventory: ClusterInventory, seed: Int) throws(TraceflowProblem) {
    guard case .pod(let namespace, let name) = spec.source else {
      throw TraceflowProblem(reason: "source Pod is not given")
    }
    guard let pod = inventory.pod(namespace, name) else {
      throw TraceflowProblem(reason: "requested source Pod \(namespace)/\(name) not found")
    }
    guard !pod.isHostNetwork else {
      throw TraceflowProblem(
        reason: "using hostNetwork Pod as source in non-live-traffic Traceflow is not supported")
    }
    let packet = spec.packet ?? TraceflowPacket(family: .v4, payload: .echo)
    func refuse(_ text: String) -> TraceflowProblem {
      TraceflowProblem(reason: "Node: \(pod.node ?? ""), error: \(text)")
    }
    guard let own = pod.addresses.first(where: { $0.family == packet.family }) else {
      throw refuse("source Pod has no address of the packet's family")
    }
    source = End(address: own, pod: pod)
    switch spec.destination {
    case .pod(let namespace, let name):
      guard let peer = inventory.pod(namespace, name) else {
        throw refuse("failed to get the destination Pod \(namespace)/\(name)")
      }
      guard let address = peer.addresses.first(where: { $0.family == packet.family }) else {
        throw refuse("destination Pod has no address of the packet's family")
      }
      traffic = try Self.traffic(packet, port: nil, refuse)
      destination = End(address: address, pod: peer)
    case .service(let namespace, let name):
      guard let found = inventory.service(.init(namespace: namespace, name: name)) else {
        throw refuse("failed to get the destination Service \(namespace)/\(name)")
      }
      // The Agents know the first address of a Service only.
      guard let address = found.clusterIPs.first, address.family == packet.family else {
        throw refuse("destination Service does not have a ClusterIP of the packet's family")
      }
      traffic = try Self.traffic(packet, port: found.ports.first?.port, refuse)
      destination = End(address: address, pod: nil)
    case .address(let address):
      guard address.family == packet.family else {
        throw refuse("the address of the destination is not of the packet's family")
      }
      traffic = try Self.traffic(packet, port: nil, refuse)
      destination = End(address: address, pod: inventory.pod(at: address))
    case nil: throw refuse("destination is not given")
    }
    translate(inventory, seed: seed)
  }

  /// A connection that others open.
  init?(_ connection: LiveConnection, _ inventory: ClusterInventory) {
    func end(_ text: String) -> End? {
      if let address = IPAddress(text) {
        return End(address: address, pod: inventory.pod(at: address))
      }
      let parts = text.split(separator: "/").map(String.init)
      guard parts.count == 2, let pod = inventory.pod(parts[0], parts[1]),
        let address = pod.addresses.first
      else { return nil }
      return End(address: address, pod: pod)
    }
    guard let source = end(connection.source), let destination = end(connection.destination) else {
      return nil
    }
    self.source = source
    self.destination = destination
    if let transport = Traffic.Transport(rawValue: connection.transport) {
      traffic = .transport(
        transport, source: TrafficSpace.ephemeralPort, destination: connection.port)
    } else {
      traffic = Self.echo(source.address.family)
    }
    sent = (destination.address, traffic)
    translate(inventory, seed: 0)
  }

  private static func echo(_ family: IPFamily) -> Traffic {
    .icmp(type: family == .v4 ? 8 : 128, code: 0)
  }

  private static func traffic(
    _ packet: TraceflowPacket, port first: Int?, _ refuse: (String) -> TraceflowProblem
  ) throws(TraceflowProblem) -> Traffic {
    let (transport, source, destination): (Traffic.Transport, Int?, Int?)
    switch packet.payload {
    case .echo: return echo(packet.family)
    case .tcp(let from, let to, _): (transport, source, destination) = (.tcp, from, to)
    case .udp(let from, let to): (transport, source, destination) = (.udp, from, to)
    }
    guard let port = destination ?? first else { throw refuse("destination port is not given") }
    return .transport(
      transport, source: source ?? TrafficSpace.ephemeralPort, destination: port)
  }

  /// Replaces the address and port of a Service by those of a pod behind it.
  private mutating func translate(_ inventory: ClusterInventory, seed: Int) {
    guard let end = destination, end.pod == nil,
      let found = inventory.services.first(where: { $0.clusterIPs.contains(end.address) })
    else { return }
    guard case .transport(let transport, let own, let number) = traffic,
      let port = found.ports.first(where: { $0.transport == transport && $0.port == number })
    else {
      destination = nil
      return
    }
    let backends = inventory.workloads.filter { pod in
      found.selects(pod) && port.target(at: pod) != nil
        && pod.addresses.contains { $0.family == end.address.family }
    }
    guard !backends.isEmpty else {
      destination = nil
      return
    }
    let pod = backends[seed % backends.count]
    guard let address = pod.addresses.first(where: { $0.family == end.address.family }),
      let target = port.target(at: pod)
    else { return }
    service = found
    destination = End(address: address, pod: pod)
    traffic = .transport(transport, source: own, destination: target)
  }

  /// Whether a trace of live traffic is about it. At the Node of a source pod the
  /// packet is matched as it was sent, elsewhere as it arrives.
  func meets(_ spec: TraceflowSpec) -> Bool {
    let isSender: Bool
    switch spec.source {
    case .pod(let namespace, let name):
      guard source.pod?.namespace == namespace, source.pod?.name == name else { return false }
      isSender = true
    case .address(let address):
      guard source.address == address else { return false }
      isSender = false
    case .service, nil: isSender = false
    }
    let address = isSender ? sent?.address : destination?.address
    switch spec.destination {
    case nil: break
    case .pod(let namespace, let name):
      guard let pod = destination?.pod, pod.namespace == namespace, pod.name == name,
        address.map(pod.addresses.contains) == true
      else { return false }
    case .service(let namespace, let name):
      guard isSender, service?.id == .init(namespace: namespace, name: name) else { return false }
    case .address(let wanted):
      guard address == wanted else { return false }
    }
    guard let packet = spec.packet else { return source.address.family == .v4 }
    guard packet.family == source.address.family else { return false }
    func same(_ wanted: Int?, _ port: Int) -> Bool { wanted.map { $0 == port } ?? true }
    switch (packet.payload, isSender ? sent?.traffic ?? traffic : traffic) {
    case (.echo, .icmp): return true
    case (.tcp(let from, let to, _), .transport(.tcp, let source, let destination)),
      (.udp(let from, let to), .transport(.udp, let source, let destination)):
      return same(from, source) && same(to, destination)
    default: return false
    }
  }

  /// `capturedPacket` of live traffic, as it was sent where the Node of a source
  /// pod caught it.
  func captured(atSource: Bool) -> JSONValue {
    let sent = atSource ? self.sent : nil
    var transport = JSONObject()
    var number: Int64 = source.address.family == .v4 ? 1 : 58
    if case .transport(let kind, let own, let port) = sent?.traffic ?? traffic {
      number = kind == .tcp ? 6 : 17
      transport[kind.rawValue.lowercased()] = [
        "srcPort": .integer(Int64(own)), "dstPort": .integer(Int64(port)),
      ]
    }
    var packet: JSONValue = [
      "srcIP": .string("\(source.address)"),
      "dstIP": .string("\(sent?.address ?? destination?.address ?? source.address)"),
      "length": 60,
      "transportHeader": .object(transport),
    ]
    if source.address.family == .v4 {
      packet.setMember(at: ["ipHeader", "protocol"], to: .integer(number))
    } else {
      packet.setMember(at: ["ipv6Header", "nextHeader"], to: .integer(number))
    }
    return packet
  }
}

extension ClusterInventory {
  /// A pod by its name.
  fileprivate func pod(_ namespace: String, _ name: String) -> Workload? {
    workloads.first { $0.namespace == namespace && $0.name == name }
  }

  /// The pod with an address of its own.
  fileprivate func pod(at address: IPAddress) -> Workload? {
    workloads.first { !$0.isHostNetwork && $0.addresses.contains(address) }
  }
}
