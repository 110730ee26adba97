import AntreaModel
import Failures
import HTTPTransport
import KubernetesClient
import Planning
import Reporting

extension Run {
  /// Waits until Antrea has realized what a plan wants, or the deadline.
  ///
  /// It looks soon and then less often, never spends more than a fifth of the time
  /// on reading, and asks only for what was not realized yet. An API server that
  /// is away for a while is waited for as well.
  ///
  /// - Returns: How far it came.
  /// - Throws: An error of the client that waiting does not mend.
  func awaitRealization(
    _ plan: ClusterPlan, client: KubernetesClient
  ) async throws -> RealizationReport {
    let name = plan.desired.settings.name
    var report = RealizationReport(awaiting: plan.desired.objects)
    if report.objects.isEmpty { return report }
    let clock = context.clock
    let limit = settings.duration("apply.waitTimeout") ?? .seconds(60)
    let start = clock.now()
    var progress = WaitProgress(run: self, limit: limit)
    var pause = Duration.seconds(1)
    var hasRead = false
    while true {
      let before = clock.now()
      do {
        try await look(at: &report, owner: plan.plan.owner, client: client)
        hasRead = true
      } catch {
        // It may come back; if not, the deadline tells.
        guard Self.mayPass(error), hasRead || clock.now() - start < limit else { throw error }
        log.info("cluster \(name): the status was not read: \(error)")
      }
      let now = clock.now()
      let text = RealizationText.progress(report)
      if report.isDone || now - start >= limit {
        progress.end()
        if report.isDone {
          let remarks = RealizationText.remarks(report).map { " (\($0))" } ?? ""
          talk("cluster \(name): \(text)\(remarks)")
        }
        return report
      }
      progress.show("cluster \(name): \(text)", elapsed: now - start)
      try await clock.sleep(min(max(pause, (now - before) * 4), limit - (now - start)))
      pause = min(pause * 3 / 2, .seconds(5))
    }
  }

  /// Whether an error is one of a server that is away or overloaded.
  private static func mayPass(_ error: any Error) -> Bool {
    switch error {
    case is TransportError: true
    case let error as KubernetesAPIError: error.code >= 500 || error.code == 429
    default: false
    }
  }

  /// Reads what is not realized yet: single objects where they are few, else the
  /// list of all that are ours.
  private func look(
    at report: inout RealizationReport, owner: String, client: KubernetesClient
  ) async throws {
    for resource in Self.antreaResources {
      let asked = report.pending.map(\.reference).filter { $0.kind == resource.kind }
      if asked.isEmpty { continue }
      var live: [KubernetesObject] = []
      if asked.count <= 4 {
        for reference in asked {
          if let object = try await client.find(resource, name: reference.name) {
            live.append(object)
          }
        }
      } else {
        try await client.list(
          resource, labelSelector: "\(Ownership.ownerLabel)=\(owner)"
        ) { page in
          if page.isRestart { live.removeAll() }
          live += page.objects
        }
      }
      report.update(Set(asked), with: live)
    }
  }

  /// What was not realized in time, as a failure with the objects; `nil` where
  /// everything was.
  func failure(
    of report: RealizationReport, in plan: ClusterPlan, client: KubernetesClient
  ) async -> Failure? {
    let pending = report.pending
    if pending.isEmpty { return nil }
    let name = plan.desired.settings.name
    let names = names(of: plan.desired)
    let shown = 20
    for object in pending.prefix(shown) {
      talk("cluster \(name): not realized: \(RealizationText.line(object, names: names))")
    }
    if pending.count > shown {
      talk("cluster \(name): and \(pending.count - shown) more (--output json has all)")
    }
    let nodes = await idleNodes(client)
    let limit = settings.text("apply.waitTimeout") ?? "60s"
    return Failure(
      .failed, subject: "cluster \(name)",
      cause:
        "\(pending.count) of \(report.objects.count) objects were not realized within \(limit)"
        + (nodes.isEmpty ? "" : "; not ready: \(nodes.joined(separator: ", "))"),
      remedy:
        "look at it later with `nsx-antrea status`, and at the Antrea agents of the nodes that lag behind"
    )
  }

  /// Nodes that are not ready: policies stay unrealized as long as they concern
  /// one. Empty where nodes may not be read.
  private func idleNodes(_ client: KubernetesClient) async -> [String] {
    let nodes = APIResource(
      group: "", version: "v1", kind: "Node", plural: "nodes", isNamespaced: false)
    guard let list = try? await client.list(nodes) else { return [] }
    let idle = list.objects.filter { node in
      let conditions = node.document[path: "status", "conditions"]?.array ?? []
      return conditions.contains { $0["type"]?.string == "Ready" && $0["status"]?.string != "True" }
    }
    let shown = idle.prefix(5).map { "node \($0.name)" }
    return shown + (idle.count > 5 ? ["\(idle.count - 5) more"] : [])
  }
}

/// Tells a person that something is still waited for: on a terminal one line that
/// changes, elsewhere a line every ten seconds.
struct WaitProgress {
  private let run: Run
  private let limit: Duration
  private var nextBeat = Duration.seconds(10)
  private var isShown = false

  init(run: Run, limit: Duration) {
    self.run = run
    self.limit = limit
  }

  /// Shows how far it is.
  mutating func show(_ text: String, elapsed: Duration) {
    let line =
      "\(text), \(elapsed.components.seconds) s of \(limit.components.seconds) s"
    if run.context.talkIsTerminal {
      run.context.writeProgress("\r\u{1B}[K\(line)")
      isShown = true
    } else if elapsed >= nextBeat {
      run.context.writeProgress("\(line)\n")
      // Beats that were missed are not made up for.
      while nextBeat <= elapsed { nextBeat += .seconds(10) }
    }
  }

  /// Takes the line away.
  mutating func end() {
    if isShown { run.context.writeProgress("\r\u{1B}[K") }
    isShown = false
  }
}
