import AntreaModel
import Failures
import Reachability

/// Turns questions into traces of a cluster.
struct TracePlanning {
  private let inventory: ClusterInventory
  private let finder: EndpointFinder
  /// Random bits, for the source port.
  private let random: @Sendable () -> UInt64

  init(_ subject: ReachSubject, random: @escaping @Sendable () -> UInt64) {
    inventory = subject.inventory
    finder = EndpointFinder(subject.inventory, workloads: subject.workloads)
    self.random = random
  }

  /// Plans one trace.
  ///
  /// - Throws: ``Failure`` for names that are not known, and for what Antrea
  ///   cannot trace.
  func plan(_ question: TraceQuestion) throws -> PlannedTrace {
    try question.check()
    let from = try question.from.map {
      try finder.find($0, option: "--from", takesServices: false)
    }
    let to = try question.to.map { try finder.find($0, option: "--to", takesServices: true) }
    var notes: [String] = []
    let source = try from.map { try self.source($0, question, &notes) }
    let destination = try to.map { try self.destination($0, source, question, &notes) }
    guard let source, let destination, !question.isLive else {
      return try live(question, source, destination, to, notes)
    }
    let family = try family(question, source, destination)
    let asked = try asked(question, family, destination)
    if case .service = destination, case .icmp = asked.traffic {
      throw TraceQuestion.refusal(
        "--to \(question.to ?? "")", "is a Service, which passes on its ports only",
        "give --port, or a pod behind it")
    }
    var plan = PlannedTrace(
      spec: TraceflowSpec(
        source: end(source), destination: end(destination, family),
        packet: packet(asked, family, flags: try question.flags()), timeout: question.timeout),
      from: source.label, to: destination.label, traffic: words(asked, question),
      ends: (source, destination, asked), family: family,
      nodes: (source.pods.first?.node, nil), notes: notes)
    if case .pods(let pods, _) = destination { plan.nodes.destination = pods.first?.node }
    return plan
  }

  /// - Parameter named: The destination as it was named, where a pod stands for a
  ///   Service.
  private func live(
    _ question: TraceQuestion, _ source: NamedEndpoint?, _ destination: NamedEndpoint?,
    _ named: NamedEndpoint?, _ notes: [String]
  ) throws -> PlannedTrace {
    guard [source, destination].contains(where: { $0.map { !$0.pods.isEmpty } ?? false }) else {
      throw TraceQuestion.refusal(
        "traceflow --live", "neither end is a pod", "live traffic is caught at a pod")
    }
    var asked = try question.traffic()
    if case .service(let service, _)? = named, case .pods(let pods, _)? = destination,
      let pod = pods.first, let traffic = asked?.traffic
    {
      // At the pod the packet has the port that the Service leads to.
      let target = try ReachFlows.targets(service, [pod], traffic).first?.traffic
      asked?.traffic = target ?? traffic
    }
    let family = try liveFamily(question, asked, [source, destination].compactMap(\.self))
    var packet: TraceflowPacket?
    if let asked {
      packet = self.packet(asked, family, flags: nil)
      // Whoever opens the connection has a port of their own.
      if question.sourcePort == nil, case .tcp(_, let port, let flags)? = packet?.payload {
        packet?.payload = .tcp(source: nil, destination: port, flags: flags)
      }
      if question.sourcePort == nil, case .udp(_, let port)? = packet?.payload {
        packet?.payload = .udp(source: nil, destination: port)
      }
    } else if family == .v6 {
      throw TraceQuestion.refusal(
        "--live", "needs to know what IPv6 traffic to wait for", "give --port or --protocol icmpv6")
    }
    return PlannedTrace(
      spec: TraceflowSpec(
        source: source.map { end($0) }, destination: destination.map { end($0) }, packet: packet,
        isLive: true,
        isDroppedOnly: question.isDroppedOnly, timeout: question.timeout),
      from: source?.label ?? "anybody", to: destination?.label ?? "anybody",
      traffic: (asked?.words ?? "any traffic")
        + (question.isDroppedOnly ? " that is dropped (live)" : " (live)"),
      ends: nil, family: packet == nil ? nil : family,
      nodes: (source?.pods.first?.node, destination?.pods.first?.node), notes: notes)
  }
}

extension TracePlanning {
  /// One pod, or an address where live traffic is waited for.
  private func source(
    _ end: NamedEndpoint, _ question: TraceQuestion, _ notes: inout [String]
  ) throws -> NamedEndpoint {
    let option = "--from \(question.from ?? "")"
    switch end {
    case .service:
      throw TraceQuestion.refusal(
        option, "is a Service, and Services open no connection", "give a pod")
    case .address(let address):
      guard question.isLive else {
        throw TraceQuestion.refusal(
          option, "is not a pod of the cluster, and packets are sent by pods",
          "give a pod, or wait for a packet from \(address) with --live")
      }
      return end
    case .pods(let pods, let label):
      guard let pod = pods.first(where: { !$0.isHostNetwork }) else {
        throw TraceQuestion.refusal(
          option,
          "shares its Node's network: Antrea sends no packet for it, and enforces no policy",
          "give another pod")
      }
      return one(pod, of: pods, label, &notes)
    }
  }

  /// One pod, a Service or an address.
  private func destination(
    _ end: NamedEndpoint, _ source: NamedEndpoint?, _ question: TraceQuestion,
    _ notes: inout [String]
  ) throws -> NamedEndpoint {
    switch end {
    case .address: return end
    case .service(let service, let pods):
      if question.isLive && source?.pods.isEmpty ?? true || service.clusterIPs.isEmpty {
        // A headless Service has no address of its own, and without a source pod
        // live traffic is caught behind the Service.
        guard let pod = pods.first else { return end }
        return one(pod, of: pods, "Service \(service.id)", &notes)
      }
      return end
    case .pods(let pods, let label):
      let others = pods.filter { pod in !(source?.pods.contains(pod) ?? false) }
      guard let pod = others.first else {
        throw TraceQuestion.refusal(
          "--to \(question.to ?? "")", "is the same pod as --from", "give another one")
      }
      // Such a pod is reached at its Node's address.
      if pod.isHostNetwork, question.isLive, source?.pods.isEmpty ?? true {
        throw TraceQuestion.refusal(
          "--to \(question.to ?? "")", "shares its Node's network: nothing is caught there",
          "give --from too, or another pod")
      }
      if pod.isHostNetwork, let address = pod.addresses.first {
        notes.append(
          "\(pod.namespace)/\(pod.name) shares its Node's network and is traced by its address")
        return .address(address)
      }
      return one(pod, of: pods, label, &notes)
    }
  }

  private func one(
    _ pod: Workload, of pods: [Workload], _ label: String, _ notes: inout [String]
  ) -> NamedEndpoint {
    let name = "\(pod.namespace)/\(pod.name)"
    if pods.count > 1 { notes.append("\(label) has \(pods.count) pods; \(name) is traced") }
    return .pods([pod], label: name)
  }

  /// The family of live traffic: what is asked for, else IPv4 where all ends have
  /// it.
  private func liveFamily(
    _ question: TraceQuestion, _ asked: AskedTraffic?, _ ends: [NamedEndpoint]
  ) throws -> IPFamily {
    var common = Set(IPFamily.allCases)
    for end in ends { common.formIntersection(families(of: end)) }
    let wanted = asked?.family ?? (question.isIPv6 ? .v6 : nil)
    guard let family = wanted.map({ common.contains($0) ? $0 : nil }) ?? common.min() else {
      throw Failure(
        .invalidInput, subject: ends.map(\.label).joined(separator: " -> "),
        cause: "there is no \(wanted.map { "\($0.words) " } ?? "")address for this traffic",
        remedy: "give other ends, or traffic of the other family")
    }
    return family
  }

  private func families(of end: NamedEndpoint) -> Set<IPFamily> {
    switch end {
    case .pods(let pods, _): Set(pods.flatMap { $0.addresses.map(\.family) })
    case .service(let service, _): Set(service.clusterIPs.map(\.family))
    case .address(let address): [address.family]
    }
  }

  /// The family of the packet: what is asked for, else IPv4 where both ends have
  /// it.
  private func family(
    _ question: TraceQuestion, _ source: NamedEndpoint, _ destination: NamedEndpoint
  ) throws -> IPFamily {
    let own = families(of: source)
    let others = families(of: destination)
    let wanted = try question.traffic()?.family ?? (question.isIPv6 ? .v6 : nil)
    let common = own.intersection(others)
    if let wanted {
      guard common.contains(wanted) else {
        throw Failure(
          .invalidInput, subject: "\(source.label) -> \(destination.label)",
          cause: "not both have an \(wanted.words) address",
          remedy: common.first.map { "trace \($0.words)" } ?? "give other ends")
      }
      return wanted
    }
    guard let family = common.min() else {
      throw Failure(
        .invalidInput, subject: "\(source.label) -> \(destination.label)",
        cause: "they have no addresses of one family", remedy: "give other ends")
    }
    return family
  }

  /// What is sent: what is asked for, else the first port of a Service, else an
  /// echo request.
  private func asked(
    _ question: TraceQuestion, _ family: IPFamily, _ destination: NamedEndpoint
  ) throws -> AskedTraffic {
    var asked: AskedTraffic
    if let given = try question.traffic() {
      asked = given
    } else if case .service(let service, _) = destination,
      let port = service.ports.first(where: { $0.transport != .sctp })
    {
      let name = port.transport.rawValue.lowercased()
      asked = AskedTraffic(
        traffic: .transport(
          port.transport, source: TrafficSpace.ephemeralPort, destination: port.port),
        family: nil, words: "\(port.port)/\(name)")
    } else {
      let name = family == .v4 ? "icmp" : "icmpv6"
      return try TrafficQuestion.parse(port: nil, protocol: name)
        ?? AskedTraffic(
          traffic: .icmp(type: family == .v4 ? 8 : 128, code: 0), family: family, words: name)
    }
    // A port that no connection of the pod had lately: what belongs to one that
    // is known passes all policies.
    if question.sourcePort == nil, case .transport(let kind, _, let port) = asked.traffic {
      let own = TrafficSpace.ephemeralPort + Int(random() % 16_384)
      asked.traffic = .transport(kind, source: own, destination: port)
    }
    return asked
  }

  private func words(_ asked: AskedTraffic, _ question: TraceQuestion) -> String {
    guard question.sourcePort == nil else { return "\(asked.traffic)".lowercased() }
    return asked.words
  }

  private func end(_ end: NamedEndpoint, _ family: IPFamily? = nil) -> TraceflowSpec.End {
    switch end {
    case .address(let address): return .address(address)
    case .service(let service, _):
      // Antrea takes the first address of a Service only.
      if let family, service.clusterIPs.first?.family != family,
        let address = service.clusterIPs.first(where: { $0.family == family })
      {
        return .address(address)
      }
      return .service(namespace: service.id.namespace, name: service.id.name)
    case .pods(let pods, let label):
      return pods.first.map { .pod(namespace: $0.namespace, name: $0.name) }
        ?? .pod(namespace: "", name: label)
    }
  }

  private func packet(
    _ asked: AskedTraffic, _ family: IPFamily, flags: Int?
  ) -> TraceflowPacket {
    let payload: TraceflowPacket.Payload =
      switch asked.traffic {
      case .transport(.udp, let source, let destination):
        .udp(source: source, destination: destination)
      case .transport(_, let source, let destination):
        .tcp(source: source, destination: destination, flags: flags)
      default: .echo
      }
    return TraceflowPacket(family: family, payload: payload)
  }
}
