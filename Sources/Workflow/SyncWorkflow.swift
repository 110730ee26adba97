import Documents
import Failures
import KubernetesClient
import NSXModel
import Planning
import Reporting
import Translation

extension Run {
  /// `sync`: pull, render, commit, push, plan, apply, wait and report.
  ///
  /// Nothing is written anywhere when NSX was not read whole, or when a rule
  /// was refused under `onUnsupported: fail`. One cluster that fails does not
  /// keep the others from being synced.
  public func sync(_ source: DesiredSource) async throws -> ExitStatus {
    guard let path = repositoryPath(source.repository) else {
      throw Failure(
        .usage, subject: "repository.path", cause: "is not set", remedy: "give --repo DIR or set it"
      )
    }
    try refuseProposal(of: "sync")
    talk(
      source.snapshot.map { "reading \($0)" }
        ?? "pulling from \(settings.list("nsx.managers").first ?? "NSX")")
    let snapshot = try await snapshot(source)
    let translated = try await translations(of: snapshot, clusters: source.clusters)
    tellFindings(translated.map(\.1))
    if let first = translated.first(where: { !$0.1.isComplete }) {
      throw incompleteFailure(first.0.name)
    }
    if let first = translated.first(where: { !$0.1.isApplicable }) { throw refusedFailure(first.1) }

    // What a safety rule refuses must not get into the repository either: others
    // may apply from there.
    try refuseGuessedClusters(translated.map(\.0))
    var prepared: [PreparedCluster] = []
    for (cluster, translation) in translated {
      prepared.append(
        try await prepare(try DesiredCluster(cluster, translation, from: snapshot)))
    }
    for cluster in prepared { show(cluster) }
    if let refusal = prepared.lazy.compactMap({ $0.plan?.plan.refusals.first }).first {
      throw refusal
    }

    let repository = try await openFollowed(
      path, folders: try translated.map { try layout.cluster($0.0.name) })
    let outcome = try await commitTrees(
      translated.map(\.1), to: repository, push: settings.text("repository.remote") != nil)
    let commit = outcome.commit.map { String($0.prefix(10)) } ?? "none"
    let pushed = outcome.pushed.map { ", \($0)" } ?? ""
    talk(
      outcome.changed
        ? "committed \(commit): \(outcome.added) files added, \(outcome.modified) changed, \(outcome.deleted) removed\(pushed)"
        : "nothing to commit, at \(commit)\(pushed)")

    var results: [ClusterResult] = []
    for cluster in prepared {
      try Task.checkCancellation()
      results.append(await syncCluster(cluster))
    }
    return finish(results, committed: outcome.changed)
  }

  /// Looks at a cluster; one that cannot be reached keeps its failure.
  private func prepare(_ wanted: DesiredCluster) async throws -> PreparedCluster {
    let name = wanted.settings.name
    do {
      let client = try await connectCluster(wanted.settings)
      let judged = settings.text("plan.connectivity") != "off"
      let contents = try await contents(of: wanted.settings, client, judged: judged)
      let unsupported = try await featureFaults(of: wanted.objects, with: client, cluster: name)
      return PreparedCluster(
        name: name,
        plan: makePlan(wanted, contents, judged: judged, unsupported: unsupported),
        client: client)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      return PreparedCluster(name: name, failure: Self.failure(error, cluster: name))
    }
  }

  private func show(_ cluster: PreparedCluster) {
    guard let plan = cluster.plan, !isJSON, !isNDJSON else { return }
    context.writeOutput(
      "cluster \(cluster.name)\n\n"
        + PlanText.render(
          plan.plan, color: color, names: names(of: plan.desired), connectivity: plan.connectivity)
        + "\n")
  }

  private func syncCluster(_ cluster: PreparedCluster) async -> ClusterResult {
    var result = ClusterResult(
      name: cluster.name, failure: cluster.failure, connectivity: cluster.plan?.connectivity)
    guard let plan = cluster.plan, let client = cluster.client else { return result }
    do {
      let outcome = try await execute(plan, client: client)
      result.outcome = outcome
      result.failure = outcome.exitKind.map { Self.notAll($0, cluster: cluster.name) }
      if plan.plan.hasWrites, result.failure == nil, settings.flag("apply.wait") {
        result.failure = try await awaitRealization(plan, client: client)
      }
      if settings.flag("inventory.enabled"), result.failure == nil {
        try await withNSX { connection in
          let report = try await reportInventory(
            of: plan.desired.settings, to: connection, dryRun: false)
          if !isJSON, !isNDJSON { context.writeOutput(report.text) }
          if !report.isWhole {
            result.failure = Failure(
              .partial, subject: "cluster \(cluster.name)",
              cause: "the inventory was not reported whole")
          }
        }
      }
    } catch {
      result.failure = Self.failure(error, cluster: cluster.name)
    }
    return result
  }

  /// An error of one cluster's part as a failure.
  static func failure(_ error: any Error, cluster: String) -> Failure {
    (error as? any FailureConvertible)?.failure
      ?? Failure(
        .failed, subject: "cluster \(cluster)",
        cause: error is CancellationError ? "the run was stopped" : "\(error)")
  }

  /// Steps failed or are blocked.
  static func notAll(_ kind: Failure.Kind, cluster: String) -> Failure {
    Failure(
      kind, subject: "cluster \(cluster)", cause: "not everything was applied",
      remedy: "the steps above tell why; what succeeded stays, and the next run goes on")
  }

  /// Prints the results and gives the run's status.
  func finish(_ results: [ClusterResult], committed: Bool) -> ExitStatus {
    for result in results {
      guard let failure = result.failure else { continue }
      let prefix = failure.subject == "cluster \(result.name)" ? "" : "cluster \(result.name): "
      talk("error: \(prefix)\(failure)")
    }
    if isJSON || isNDJSON {
      print(
        text: "",
        json: [
          "schemaVersion": 1,
          "clusters": .array(
            results.map { result in
              [
                "name": .string(result.name), "outcome": result.outcome?.document ?? .null,
                "failure": result.failure.map { .string("\($0.subject): \($0.cause)") } ?? .null,
                "connectivity": result.connectivity?.document ?? .null,
              ]
            }),
        ])
    } else {
      for result in results {
        guard let outcome = result.outcome else { continue }
        context.writeOutput("\(result.name): \(ApplyText.outcome(outcome))")
      }
    }
    guard let first = results.lazy.compactMap(\.failure).first else { return .success }
    let changed = committed || results.contains { ($0.outcome?.changed ?? 0) > 0 }
    return changed ? .partial : ExitStatus(first.kind)
  }
}

/// How one cluster of a run ended.
struct ClusterResult: Sendable {
  let name: String
  var outcome: PlanOutcome?
  var failure: Failure?
  /// What its plan meant; `nil` where that was not judged.
  var connectivity: PlanConnectivity?
}

/// A cluster that a sync has looked at.
private struct PreparedCluster: Sendable {
  let name: String
  var plan: ClusterPlan?
  var client: KubernetesClient?
  var failure: Failure?
}
