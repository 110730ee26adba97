import AntreaModel
import Documents
import Failures
import HTTPTransport
import KubernetesClient
import Reporting

extension Run {
  private static let pods = APIResource(
    group: "", version: "v1", kind: "Pod", plural: "pods", isNamespaced: true)

  /// Reads the logs of Antrea's containers.
  func podLogs(_ question: LogsQuestion, _ sink: LogSink) async throws -> ExitStatus {
    let clusters = try clusterSettings(question.source.clusters, in: nil)
    let attempts = await eachCluster(clusters, name: \.name) { run, cluster in
      try await run.podLogs(of: cluster, question, sink)
    }
    try Task.checkCancellation()
    for attempt in attempts {
      if let failure = attempt.failure { tell(failure, cluster: attempt.name) }
    }
    let failures = attempts.map { $0.failure ?? $0.value.flatMap { $0 } }
    return Self.status(of: failures, changed: false)
  }

  /// - Returns: Why some container's log could not be read; `nil` where all could.
  private func podLogs(
    of cluster: ClusterSettings, _ question: LogsQuestion, _ sink: LogSink
  ) async throws -> Failure? {
    let client = try await connectCluster(cluster) { configuration in
      // Followed logs may rest.
      if question.follow { configuration.idleTimeout = nil }
      configuration.maximumConnectionsPerHost = 256
      configuration.gate = nil
    }
    let places = try await antreaContainers(
      client, cluster: cluster.name, question.component, nodes: question.nodes)
    guard !places.isEmpty else {
      throw Failure(
        .failed, subject: "cluster \(cluster.name)", cause: "there is no such pod of Antrea",
        remedy: "check --node and --component; pods are found by the label app=antrea")
    }
    let until = question.until
    let streams = places.map { namespace, place in
      (
        namespace,
        LogStream(place, until: until, sink: sink)
      )
    }
    let failed: Int
    if question.follow {
      failed = try await withThrowingTaskGroup(of: Bool.self) { group in
        for (namespace, stream) in streams {
          group.addTask { try await read(stream, in: namespace, client, question) }
        }
        return try await group.reduce(0) { $0 + ($1 ? 0 : 1) }
      }
    } else {
      var count = 0
      for (namespace, stream) in streams
      where try await !read(stream, in: namespace, client, question) { count += 1 }
      failed = count
    }
    guard failed > 0 else { return nil }
    return Failure(
      failed == streams.count ? .failed : .partial, subject: "cluster \(cluster.name)",
      cause: "the logs of \(failed) of \(streams.count) containers could not be read",
      remedy: "the warnings tell which and why")
  }

  /// - Returns: Whether the log could be read.
  private func read(
    _ stream: LogStream, in namespace: String, _ client: KubernetesClient,
    _ question: LogsQuestion
  ) async throws -> Bool {
    var options = PodLogOptions(
      container: stream.place.container, since: question.since, tail: question.tail,
      follow: question.follow)
    // A follower outlives every limit but its own.
    let limit: Duration =
      question.follow ? .seconds(86_400) : settings.duration("timeout") ?? .seconds(600)
    while true {
      do {
        try await client.podLog(
          namespace: namespace, pod: stream.place.pod, options: options, timeout: limit
        ) { try stream.add($0) }
        try stream.end()
      } catch is LogStream.PastTheEnd {
        return true
      } catch let error as KubernetesAPIError {
        log.warning("\(stream.place.text): \(error.failure.cause)")
        return false
      } catch let error as TransportError where !question.follow {
        log.warning("\(stream.place.text): \(error.failure.cause)")
        return false
      } catch let error as TransportError {
        try stream.end()
        log.info("\(stream.place.text): \(error.failure.cause)")
      }
      guard question.follow else { return true }
      // The server ends a followed log after some hours, and with its container.
      try await context.clock.sleep(.seconds(1))
      options.since = stream.lastSecond ?? options.since
      options.tail = nil
    }
  }

  /// Antrea's containers, those of the controller first, then by node.
  func antreaContainers(
    _ client: KubernetesClient, cluster: String, _ component: LogsQuestion.Component,
    nodes: [String]
  ) async throws -> [(namespace: String, place: LogStream.Place)] {
    let names =
      switch component {
      case .controller: "antrea-controller"
      case .agent: "antrea-agent"
      case .all: "antrea-controller,antrea-agent"
      }
    let pods = try await client.list(
      Self.pods, labelSelector: "app=antrea,component in (\(names))"
    ).objects
    return pods.flatMap { pod -> [(namespace: String, place: LogStream.Place)] in
      let node = pod.document[path: "spec", "nodeName"]?.string ?? ""
      guard nodes.isEmpty || nodes.contains(node) else { return [] }
      return (pod.document[path: "spec", "containers"]?.array ?? []).compactMap { container in
        container["name"]?.string.map {
          (
            pod.namespace ?? "default",
            LogStream.Place(cluster: cluster, node: node, pod: pod.name, container: $0)
          )
        }
      }
    }.sorted { left, right in
      func key(_ place: LogStream.Place) -> String {
        "\(place.pod.hasPrefix("antrea-controller") ? 0 : 1)\(place.text)"
      }
      return utf8Order(key(left.place), key(right.place)) < 0
    }
  }
}
