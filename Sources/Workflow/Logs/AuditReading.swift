import Documents
import Failures
import HTTPTransport
import KubernetesClient

extension Run {
  /// Reads the audit logs of clusters: what agents write on their nodes, by way of
  /// the kubelets.
  func nodeLogs(_ question: LogsQuestion, _ sink: LogSink) async throws -> ExitStatus {
    let clusters = try clusterSettings(question.source.clusters, in: nil)
    let isOne = clusters.count == 1
    let attempts = await eachCluster(clusters, name: \.name) { run, cluster in
      try await run.nodeLogs(of: cluster, question, sink, isOne: isOne)
    }
    try Task.checkCancellation()
    for attempt in attempts {
      if let failure = attempt.failure { tell(failure, cluster: attempt.name) }
    }
    let failures = attempts.map { $0.failure ?? $0.value.flatMap { $0 } }
    if sink.summary.auditLines == 0, failures.allSatisfy({ $0 == nil }) {
      talk(
        "no audit line is in /var/log/\(AuditFolder.path) of the nodes: agents write them for "
          + "rules that are logged in NSX")
    }
    return Self.status(of: failures, changed: false)
  }

  /// - Returns: Why some node's log could not be read; `nil` where all could.
  private func nodeLogs(
    of cluster: ClusterSettings, _ question: LogsQuestion, _ sink: LogSink, isOne: Bool
  ) async throws -> Failure? {
    let client = try await connectCluster(cluster) { configuration in
      configuration.maximumConnectionsPerHost = 256
      configuration.gate = nil
    }
    let nodes = try await agentNodes(client, cluster: cluster.name, question.nodes)
    guard !nodes.isEmpty else {
      throw Failure(
        .failed, subject: "cluster \(cluster.name)", cause: "there is no such pod of Antrea",
        remedy: "check --node; agents are found by the labels app=antrea, component=antrea-agent")
    }
    let limit: Duration =
      question.follow ? .seconds(86_400) : settings.duration("timeout") ?? .seconds(600)
    let readings = nodes.map { node in
      NodeLogReading(
        log: NodeAuditLog(node: node, client: client),
        stream: NodeLogStream(
          place: isOne ? node : "\(cluster.name)/\(node)", until: question.until,
          tail: question.tail, sink: sink),
        since: question.since, until: question.until, tail: question.tail, timeout: limit)
    }
    // Lines of one node stand together where they are shown.
    let atOnce = question.follow ? readings.count : question.summary ? 8 : 1
    let gaps = try await gaps(readings, atOnce: atOnce) { reading in
      question.follow
        ? try await follow(reading, cluster: cluster.name) : try await once(reading)
    }
    return tell(gaps, of: nodes.count, cluster: cluster.name)
  }

  /// The nodes on which agents run.
  func agentNodes(
    _ client: KubernetesClient, cluster: String, _ wanted: [String]
  ) async throws -> [String] {
    let places = try await antreaContainers(client, cluster: cluster, .agent, nodes: wanted)
    return Set(places.map(\.place.node)).filter { !$0.isEmpty }.sorted { utf8Order($0, $1) < 0 }
  }

  private func gaps(
    _ readings: [NodeLogReading], atOnce: Int,
    _ body: @escaping @Sendable (NodeLogReading) async throws -> NodeLogGap?
  ) async throws -> [(node: String, gap: NodeLogGap)] {
    try await withThrowingTaskGroup(of: (String, NodeLogGap?).self) { group in
      var next = 0
      func start() {
        guard next < readings.count else { return }
        let reading = readings[next]
        next += 1
        group.addTask { (reading.log.node, try await body(reading)) }
      }
      for _ in 0..<max(1, atOnce) { start() }
      var gaps: [(node: String, gap: NodeLogGap)] = []
      while let (node, gap) = try await group.next() {
        if let gap { gaps.append((node, gap)) }
        start()
      }
      return gaps
    }
  }

  private func once(_ reading: NodeLogReading) async throws -> NodeLogGap? {
    do {
      var position = NodeLogReading.Position()
      try await reading.read(&position)
      try reading.stream.end()
      return nil
    } catch {
      guard !(error is CancellationError), let gap = NodeLogGap(error) else { throw error }
      return gap
    }
  }

  /// Goes on until it is stopped, also over a kubelet that is away for a while.
  private func follow(_ reading: NodeLogReading, cluster: String) async throws -> NodeLogGap? {
    var position = NodeLogReading.Position()
    var told: NodeLogGap?
    while true {
      do {
        try await reading.read(&position)
        told = nil
      } catch {
        guard !(error is CancellationError), let gap = NodeLogGap(error) else { throw error }
        if gap.isLasting { return gap }
        if gap != told { log.warning("\(reading.stream.place): \(gap.cause)") }
        told = gap
      }
      try await context.clock.sleep(.seconds(1))
    }
  }

  /// Tells what could not be read, each reason once.
  private func tell(
    _ gaps: [(node: String, gap: NodeLogGap)], of count: Int, cluster: String
  ) -> Failure? {
    guard let first = gaps.first else { return nil }
    let reasons = Dictionary(grouping: gaps, by: \.gap).sorted {
      utf8Order($0.key.cause, $1.key.cause) < 0
    }
    for (gap, nodes) in reasons {
      let names = nodes.map(\.node).sorted { utf8Order($0, $1) < 0 }
      let more = names.count > 5 ? " and \(names.count - 5) more" : ""
      tell(
        Failure(
          gap.kind, subject: "audit log of \(names.prefix(5).joined(separator: ", "))\(more)",
          cause: gap.cause, remedy: gap.remedy), cluster: cluster)
    }
    let isAll = gaps.count == count
    return Failure(
      isAll ? first.gap.kind : .partial, subject: "cluster \(cluster)",
      cause: "the audit logs of \(gaps.count) of \(count) nodes could not be read")
  }
}
