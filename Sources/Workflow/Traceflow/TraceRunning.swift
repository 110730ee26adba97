import AntreaModel
import Documents
import Failures
import KubernetesClient
import Reachability
import Reporting

/// A cluster that traces run in, with what is known of it.
struct TraceSite: Sendable {
  let run: Run
  let cluster: ClusterSettings
  let client: KubernetesClient
  let provenance: JSONValue
  /// The objects of the cluster and its names.
  let subject: ReachSubject
  /// `metadata.uid` of pods and Services by the names that `--from` and `--to`
  /// take.
  let identities: [String: String]
  /// The same cluster later, read once for many.
  let refresh = TraceRefresh()

  var session: TraceSession {
    TraceSession(run: run, cluster: cluster.name, client: client)
  }

  var names: TraceNames {
    var revisions: [String: Int64] = [:]
    for member in provenance["objects"]?.object?.members ?? [] {
      revisions[member.key] = member.value["revision"]?.integer
    }
    return TraceNames(subject.names, revisions: revisions)
  }

  /// The same cluster as it is now.
  func again() async throws -> TraceSite {
    try await run.traceSite(cluster, client, provenance)
  }
}

extension Run {
  /// Reads the one cluster that a question is about.
  func traceSite(_ source: DesiredSource) async throws -> TraceSite {
    let cluster = try onlyCluster(source.clusters, hasFile: false)
    return try await traceSite(
      cluster, try await connectCluster(cluster), provenance(of: cluster, source))
  }

  fileprivate func traceSite(
    _ cluster: ClusterSettings, _ client: KubernetesClient, _ provenance: JSONValue
  ) async throws -> TraceSite {
    let contents = try await readCluster(client, withConnectivity: true)
    let subject = try subject(
      .objects(contents.objects), contents, cluster, title: "cluster \(cluster.name) as it is",
      names: RuleNames(provenance: provenance, objects: contents.policyObjects))
    var identities: [String: String] = [:]
    for object in contents.objects where object.reference.group.isEmpty {
      guard let uid = object.uid, let namespace = object.namespace else { continue }
      if object.kind == "Pod" { identities[uid] = "pod:\(namespace)/\(object.name)" }
      if object.kind == "Service" { identities[uid] = "svc:\(namespace)/\(object.name)" }
    }
    return TraceSite(
      run: self, cluster: cluster, client: client, provenance: provenance, subject: subject,
      identities: identities)
  }
}

extension TraceSite {
  /// Runs one trace and holds it against the policies.
  ///
  /// - Parameter tellsPhases: Whether each phase is told as it comes.
  /// - Returns: The report, and why the object may still be there.
  /// - Throws: An error of the client, or `CancellationError`.
  func report(
    _ trace: PlannedTrace, tellsPhases: Bool = false
  ) async throws -> (TraceReport, leftover: Failure?) {
    var session = session
    session.tellsPhases = tellsPhases
    let name = session.newName(trace)
    let outcome = try await session.trace(trace.spec, name: name)
    let status = outcome.status
    var report = report(trace, status, name)
    if report.agreement.isFinding {
      // Policies that changed meanwhile are no disagreement.
      do {
        let now = try await refresh.site(self).report(trace, status, name)
        if !now.agreement.isFinding {
          report = now
          report.notes.append(
            "the policies changed while the trace ran: compared with the new ones")
        }
      } catch {
        // What was found is not lost for this.
        report.notes.append(
          "whether the policies changed meanwhile is not known: they could not be read again")
      }
    }
    if report.result == .inconclusive {
      report.causes = await TraceDiagnosis(
        session: session, trace: located(trace, status)
      ).causes(status, elapsed: outcome.elapsed)
    }
    report.notes = trace.notes + report.notes
    return (report, outcome.leftover)
  }

  private func report(
    _ trace: PlannedTrace, _ status: TraceflowStatus, _ name: String
  ) -> TraceReport {
    var prediction: SidesText?
    var agreement: TraceAgreement
    var limits: [String] = []
    switch TracePrediction(subject).decide(trace, status) {
    case .none(let reason): agreement = .notCompared(reason)
    case .decision(let decision, let missing):
      limits = missing
      prediction = SidesText(decision, names: subject.names)
      agreement =
        status.phase == .succeeded
        ? TraceAgreement(TraceflowVerdict(status), predicted: decision)
        : .notCompared("the trace has no result")
    }
    let isInside = isInside(trace, status)
    if isInside, TraceflowVerdict(status).end == .left {
      agreement = .notCompared("the packet left the cluster's network on its way to a pod")
    }
    var report = TraceReport(
      cluster: cluster.name, name: name, from: trace.from, to: trace.to, traffic: trace.traffic,
      status: status, prediction: prediction, agreement: agreement,
      isInside: isInside, names: names)
    report.notes = limits.map { "the prediction is limited: \($0)" }
    return report
  }

  /// Whether the packet goes to a pod that lives in the pods' network: a Service
  /// may lead to one in its Node's network, where leaving is right.
  private func isInside(_ trace: PlannedTrace, _ status: TraceflowStatus) -> Bool {
    switch trace.spec.destination {
    case .pod: return true
    case .address, nil: return false
    case .service:
      guard let address = TraceflowVerdict(status).translatedDestination else { return false }
      return subject.inventory.workloads.contains {
        $0.addresses.contains(address) && !$0.isHostNetwork
      }
    }
  }

  /// The trace with the Node of the pod that a Service led to.
  private func located(_ trace: PlannedTrace, _ status: TraceflowStatus) -> PlannedTrace {
    guard let address = TraceflowVerdict(status).translatedDestination else { return trace }
    var trace = trace
    trace.nodes.destination =
      subject.inventory.workloads.first {
        $0.addresses.contains(address)
      }?.node
    return trace
  }
}

/// Reads a cluster again at most every few seconds, for all traces that ask for it.
actor TraceRefresh {
  private static let age = Duration.seconds(10)
  private var last: (time: Duration, task: Task<TraceSite, any Error>)?

  /// The cluster as it is now, or was a few seconds ago.
  func site(_ site: TraceSite) async throws -> TraceSite {
    let now = site.run.context.clock.now()
    if let last, now - last.time < Self.age { return try await last.task.value }
    let task = Task { try await site.again() }
    last = (now, task)
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }
}
