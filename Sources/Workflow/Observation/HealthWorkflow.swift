import AntreaModel
import Documents
import Failures
import KubernetesClient
import Observation
import Reporting

/// What `health` is asked for.
public struct HealthQuestion: Sendable, Hashable {
  /// The clusters; empty for all.
  public var clusters: [String]
  /// Whether to exit with 2 unless every cluster is healthy.
  public var exitCode: Bool
  /// Whether to print Prometheus' text format.
  public var isPrometheus: Bool

  /// Creates a question.
  public init(clusters: [String] = [], exitCode: Bool = false, isPrometheus: Bool = false) {
    self.clusters = clusters
    self.exitCode = exitCode
    self.isPrometheus = isPrometheus
  }
}

extension Run {
  /// `health`: how controller, agents and the tool's own runs are. It changes
  /// nothing.
  public func health(_ question: HealthQuestion) async throws -> ExitStatus {
    let clusters = try clusterSettings(question.clusters, in: nil)
    if isIdle(question.clusters) { return .success }
    let attempts = await eachCluster(clusters, name: \.name) { run, cluster in
      try await run.health(of: cluster, try await run.connectCluster(cluster))
    }
    try Task.checkCancellation()
    let healths = attempts.map { attempt in
      (
        name: attempt.name,
        health: attempt.value
          ?? ClusterHealth(unreachable: attempt.failure?.cause ?? "it could not be asked")
      )
    }
    show(healths, attempts, isPrometheus: question.isPrometheus)
    for attempt in attempts {
      if let failure = attempt.failure { tell(failure, cluster: attempt.name) }
    }
    let status = Self.status(of: attempts.map(\.failure), changed: false)
    if status != .success { return status }
    let isGood = healths.allSatisfy { $0.health.status == .healthy }
    return question.exitCode && !isGood ? .differences : .success
  }

  /// The rules by which health is judged.
  var healthRules: HealthRules {
    HealthRules(
      heartbeat: settings.duration("health.heartbeatInterval")?.components.seconds ?? 60,
      runInterval: settings.duration("health.runInterval")?.components.seconds ?? 3600)
  }

  /// How a cluster is.
  ///
  /// - Parameter runs: Runs that end now, in the place of what the cluster remembers.
  /// - Throws: ``Failure`` where what Antrea reports cannot be read.
  func health(
    of cluster: ClusterSettings, _ client: KubernetesClient, ending runs: [ToolRun] = []
  ) async throws -> ClusterHealth {
    let agents: [KubernetesObject]
    do {
      agents = try await client.list(Self.agentInfo).objects
    } catch let error as KubernetesAPIError where error.isNotFound {
      throw Failure(
        .failed, subject: "cluster \(cluster.name)",
        cause: "its API server has no AntreaAgentInfo of crd.antrea.io/v1beta1",
        remedy: "is Antrea 1.13 or later installed there?")
    }
    let controller = try await client.find(Self.controllerInfo, name: "antrea-controller")
    let (remembered, missing) = try await lastRuns(of: cluster.name, client)
    return ClusterHealth(
      .init(
        controller: controller, agents: agents, runs: runs + remembered, missingRuns: missing),
      now: context.now(), rules: healthRules)
  }

  /// The tool's last runs for a cluster, or why they are not known.
  private func lastRuns(
    of cluster: String, _ client: KubernetesClient
  ) async throws -> ([ToolRun], missing: String?) {
    guard settings.flag("health.recordRuns") else {
      return ([], "the tool's last runs are not known: health.recordRuns is off")
    }
    let namespace = settings.text("apply.lockNamespace") ?? "kube-system"
    do {
      let map = try await client.find(
        Self.configMaps, namespace: namespace, name: RunRecord.name)
      return (
        RunRecord.runs(
          in: map?.document["data"], cluster: cluster, source: runSource(of: cluster)), nil
      )
    } catch let error as KubernetesAPIError where error.isForbidden {
      return (
        [],
        "the tool's last runs are not known: ConfigMap \(namespace)/\(RunRecord.name) may not be read"
      )
    }
  }

  private func show(
    _ healths: [(name: String, health: ClusterHealth)],
    _ attempts: [ClusterAttempt<ClusterHealth>], isPrometheus: Bool
  ) {
    if isPrometheus {
      var text = PrometheusText()
      text.add(healths)
      context.writeOutput(text.output)
      return
    }
    let documents = zip(healths, attempts).map { entry, attempt in
      var object = entry.health.document
      object["name"] = .string(entry.name)
      object["failure"] = attempt.failure?.document ?? .null
      return object
    }
    if isNDJSON {
      for (entry, document) in zip(healths, documents) {
        var content = document
        content["name"] = nil
        event("health", entry.name, content)
      }
      return
    }
    print(
      text: HealthText.render(healths, color: color),
      json: [
        "schemaVersion": 1, "time": .string(UTCTime.text(seconds: context.now())),
        "clusters": .array(documents.map { .object($0) }),
      ])
  }
}
