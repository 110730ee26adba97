import AntreaModel
import Failures
import Reachability
import Reporting

/// Answers questions about everybody: over classes of endpoints that no rule can
/// tell apart.
struct ReachTables {
  private let subject: ReachSubject
  private let universe: Universe
  private let rules: SubjectRules
  private let naming: EndpointNaming

  /// - Parameter byNamespace: whether pods of different namespaces are told
  ///   apart.
  init(_ subject: ReachSubject, byNamespace: Bool = false) {
    self.subject = subject
    var vocabulary = subject.vocabulary
    if byNamespace { vocabulary.mentionEveryNamespace() }
    universe = Universe(
      pods: subject.inventory.workloads, nodes: subject.inventory.nodes,
      podNetworks: subject.podNetworks, hostNames: subject.inventory.hostNames,
      vocabulary: vocabulary)
    rules = SubjectRules(subject, universe.world)
    naming = EndpointNaming(universe, names: rules.groups)
  }

  /// Whom an end reaches, and by what traffic.
  func answer(from end: NamedEndpoint, _ traffic: AskedTraffic?) throws -> ReachAnswer {
    try check(traffic, end)
    return answer(
      from: end.label, to: "everybody", traffic?.words ?? "all traffic",
      rows(.from, try classes(of: end), traffic, through: nil))
  }

  /// All traffic between two ends.
  func answer(from end: NamedEndpoint, to other: NamedEndpoint) throws -> ReachAnswer {
    let rows = rows(
      .from, try classes(of: end), nil, through: nil, others: try classes(of: other))
    guard !rows.isEmpty else {
      throw ReachFlows(subject.inventory, from: end, to: other).nothing
    }
    return answer(from: end.label, to: other.label, "all traffic", rows)
  }

  /// Who reaches an end; a Service at its pods and the ports that it leads to.
  func answer(to end: NamedEndpoint, _ traffic: AskedTraffic?) throws -> ReachAnswer {
    try check(traffic, end)
    guard case .service(let service, let pods) = end else {
      return answer(
        from: "everybody", to: end.label, traffic?.words ?? "all traffic",
        rows(.to, try classes(of: end), traffic, through: nil))
    }
    let rows = try ReachFlows.targets(service, pods, traffic?.traffic).flatMap { kind, targets in
      self.rows(
        .to, try classes(of: .pods(targets, label: "\(service.id)")),
        AskedTraffic(
          traffic: kind, family: traffic?.family,
          words: traffic?.words(for: kind) ?? "\(kind)".lowercased()), through: service.id)
    }
    return answer(
      from: "everybody", to: end.label,
      traffic?.words ?? "the ports of the Service", rows)
  }

  private func answer(
    from: String, to: String, _ traffic: String, _ rows: [ReachAnswer.Row]
  ) -> ReachAnswer {
    ReachAnswer(
      subject: subject.title, from: from, to: to, traffic: traffic, rows: rows,
      limits: subject.limits + rules.limits, notes: notes)
  }

  /// What a person must know of the answers.
  private var notes: [String] {
    rules.notes
      + (universe.hasNamesEverywhere ? [] : [Universe.namesNote])
  }

  /// Refuses to ask about ICMP of a family that an end does not have.
  private func check(_ traffic: AskedTraffic?, _ end: NamedEndpoint) throws {
    guard let family = traffic?.family else { return }
    try checkPods(family)
    let asked = try classes(of: end).set.members
    guard !asked.contains(where: { universe.world.endpoints[$0].address.family == family }) else {
      return
    }
    throw lacks(family, end.label, "it has no \(family.words) address")
  }

  /// - Parameter remedy: The way out; `nil` for the other ICMP.
  private func checkPods(_ family: IPFamily, _ remedy: String? = nil) throws {
    let has = subject.inventory.workloads.contains { pod in
      pod.addresses.contains { $0.family == family }
    }
    if !has {
      throw lacks(family, subject.title, "no pod has an \(family.words) address", remedy)
    }
  }

  private func lacks(
    _ family: IPFamily, _ what: String, _ cause: String, _ remedy: String? = nil
  ) -> Failure {
    Failure(
      .invalidInput, subject: what, cause: cause,
      remedy: remedy ?? "ask for --protocol \(family.other == .v4 ? "icmp" : "icmpv6")")
  }

  /// What passes between all namespaces, or all groups, and addresses outside.
  ///
  /// - Throws: ``Failure`` for ICMP of a family that no pod has.
  func matrix(_ question: ReachQuestion.Matrix, _ traffic: AskedTraffic?) throws -> MatrixView {
    if let family = traffic?.family { try checkPods(family) }
    var names = question == .namespaces ? ReachMatrix.namespaces(of: universe) : rules.groups
    if question == .namespaces {
      let outside = universe.world.endpoints.filter { $0.workload == nil && $0.node == nil }
      names.append(GroupName("(outside)", members: EndpointSet(outside.map(\.index))))
    }
    names.removeAll { $0.members.isEmpty }
    return MatrixView(
      ReachMatrix(names, in: rules.book(through: nil)), subject: subject.title,
      traffic: traffic?.set, words: traffic?.words,
      limits: subject.limits + rules.limits, notes: notes)
  }

  /// The classes of an end, with the pods that were asked about.
  private struct Asked {
    var set: EndpointSet
    var pods: [Workload]
    var label: String
  }

  private func classes(of end: NamedEndpoint) throws -> Asked {
    var set = EndpointSet()
    switch end {
    case .pods(let pods, _), .service(_, let pods):
      for pod in pods { for endpoint in universe.endpoints(of: pod) { set.insert(endpoint.index) } }
    case .address(let address):
      try checkPods(address.family, "ask about an \(address.family.other.words) address")
      guard let endpoint = universe.endpoint(of: address) else {
        throw Failure(
          .invalidInput, subject: "\(address)", cause: "no pod has it, and it is one of the pods'",
          remedy: "give an address of a pod, or one outside of the pod networks")
      }
      set.insert(endpoint.index)
    }
    return Asked(set: set, pods: end.pods, label: end.label)
  }

  /// - Parameter others: The other ends that are asked about; `nil` for all.
  private func rows(
    _ direction: ReachTable.Direction, _ asked: Asked, _ traffic: AskedTraffic?,
    through service: KubernetesService.Name?, others: Asked? = nil
  ) -> [ReachAnswer.Row] {
    let book = rules.book(through: service)
    var rows: [ReachAnswer.Row] = []
    for index in asked.set.members {
      let endpoint = universe.world.endpoints[index]
      if let family = traffic?.family, family != endpoint.address.family { continue }
      let own = view(EndpointSet([index]), asked)
      for row in ReachTable(direction, endpoint, in: book, naming).rows {
        var peers = PeerView(row.peers)
        if let others {
          let met = row.members.intersection(others.set)
          if met.isEmpty { continue }
          peers = view(met, others)
        }
        for part in row.parts {
          if let traffic, !part.traffic.contains(traffic.traffic, endpoint.address.family) {
            continue
          }
          let answer = ReachAnswer.Row(
            from: direction == .from ? own : peers, to: direction == .from ? peers : own,
            traffic: traffic?.words ?? part.traffic.words,
            sides: SidesText(part.decision, names: subject.names),
            allowed: traffic == nil ? row.passing.words : nil)
          // Both families may say the same.
          if !rows.contains(answer) { rows.append(answer) }
        }
      }
    }
    return rows
  }

  /// The pods of some classes that were asked about; all of them by the name
  /// that they were asked by.
  private func view(_ set: EndpointSet, _ asked: Asked) -> PeerView {
    let pods = asked.pods.filter { pod in
      universe.endpoints(of: pod).contains { set.contains($0.index) }
    }
    if pods.count == asked.pods.count { return PeerView(words: asked.label, pods: pods.count) }
    let names = pods.map { "\($0.namespace)/\($0.name)" }
    return PeerView(words: PeerView.words(of: names), pods: pods.count)
  }
}
