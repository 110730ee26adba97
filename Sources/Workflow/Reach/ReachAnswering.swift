import AntreaModel
import Failures
import Reachability
import Reporting

/// Answers questions about a subject.
struct ReachAnswering {
  let subject: ReachSubject
  private let finder: EndpointFinder

  init(_ subject: ReachSubject) {
    self.subject = subject
    finder = EndpointFinder(subject.inventory, workloads: subject.workloads)
  }

  /// Answers a question with at least one end.
  ///
  /// - Parameter traffic: `nil` for all traffic, or for a Service's own ports.
  /// - Throws: ``Failure`` for names that are not known or have several meanings.
  func answer(_ question: ReachQuestion, _ traffic: AskedTraffic?) throws -> ReachAnswer {
    let from = try question.from.map {
      try finder.find($0, option: "--from", takesServices: false)
    }
    let to = try question.to.map { try finder.find($0, option: "--to", takesServices: true) }
    switch (from, to) {
    case (let from?, let to?):
      var isService = false
      if case .service = to { isService = true }
      if question.explains, traffic == nil, !isService {
        throw Failure(
          .usage, subject: "explain", cause: "which traffic is asked about is not said",
          remedy: "give --port, for example 443/tcp, or --protocol")
      }
      return traffic == nil && !isService
        ? try ReachTables(subject).answer(from: from, to: to)
        : try flows(from, to, traffic, explains: question.explains)
    case (let from?, nil):
      return try ReachTables(subject).answer(from: from, traffic)
    case (nil, let to?):
      return try ReachTables(subject).answer(to: to, traffic)
    case (nil, nil):
      throw Failure(.usage, subject: "reach", cause: "nobody is asked about")
    }
  }

  /// Single flows between two ends.
  private func flows(
    _ from: NamedEndpoint, _ to: NamedEndpoint, _ traffic: AskedTraffic?, explains: Bool
  ) throws -> ReachAnswer {
    let flows = try ReachFlows(subject.inventory, from: from, to: to).flows(traffic)
    let rules = SubjectRules(subject, flows.world)
    var groups = RowGroups(subject.workloads)
    for flow in flows.list {
      groups.add(
        flow, traffic?.words(for: flow.traffic) ?? "\(flow.traffic)".lowercased(),
        SidesText(rules.decide(flow), names: subject.names),
        chain: explains ? ChainView.chain(rules.explain(flow), names: subject.names) : [])
    }
    return ReachAnswer(
      subject: subject.title, from: from.label, to: to.label,
      traffic: traffic?.words ?? "the ports of the Service",
      rows: groups.rows, limits: subject.limits + rules.limits,
      notes: rules.notes + unknownNames(from, to) + besideService(to, traffic))
  }
}

extension ReachAnswering {
  /// A Service passes on what is sent to its ports, and nothing else.
  private func besideService(_ to: NamedEndpoint, _ traffic: AskedTraffic?) -> [String] {
    guard case .service = to, let traffic else { return [] }
    if case .transport = traffic.traffic { return [] }
    return ["a Service passes on its ports only: this is about the pods behind it"]
  }

  /// What is not known where rules ask for names in the DNS, and an end is an
  /// address.
  private func unknownNames(_ from: NamedEndpoint, _ to: NamedEndpoint) -> [String] {
    let names = subject.vocabulary.hostNames.sorted()
    guard !names.isEmpty, [from, to].contains(where: { $0.pods.isEmpty }) else { return [] }
    return [
      "rules ask for names in the DNS (\(PeerView.words(of: names))): which of them an address has is only known of headless Services"
    ]
  }
}

extension TrafficSet {
  /// In a few words, in lower case.
  var words: String { text(limit: 6).lowercased() }
}
