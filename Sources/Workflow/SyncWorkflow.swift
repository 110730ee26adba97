import Documents
import Failures
import KubernetesClient
import NSXClient
import NSXModel
import Observation
import Planning
import Reporting
import Translation

extension Run {
  /// `sync`: pull, render, commit, push, plan, apply, wait and report.
  ///
  /// Nothing is written for a cluster, neither to git nor to it, when NSX was not
  /// read whole, when a rule was refused under `onUnsupported: fail`, or when a
  /// safety rule refuses its plan. A cluster that fails does not keep the others
  /// from being synced.
  public func sync(_ source: DesiredSource) async throws -> ExitStatus {
    try await recorded("sync", .policies, clusters: source.clusters) { try await synced(source) }
  }

  private func synced(_ source: DesiredSource) async throws -> ExitStatus {
    guard let path = repositoryPath(source.repository) else {
      throw Failure(
        .usage, subject: "repository.path", cause: "is not set", remedy: "give --repo DIR or set it"
      )
    }
    try refuseProposal(of: "sync")
    let parts = try syncedReportParts()
    if isIdle(source.clusters) { return .success }
    if parts.contains(.inventory) {
      try refuseSharedInventories(
        settings.clusters.filter { source.clusters.isEmpty || source.clusters.contains($0.name) })
    }
    talk(
      source.snapshot.map { "reading \($0)" }
        ?? "pulling from \(settings.list("nsx.managers").first ?? "NSX")")
    let snapshot = try await wholeSnapshot(source)
    let translated = try await translationAttempts(of: snapshot, clusters: source.clusters)
    tellFindings(translated.compactMap(\.value).map(\.1))
    try refuseGuessedClusters(translated.map(\.name))

    // What a safety rule refuses must not get into the repository either: others
    // may apply from there.
    var prepared = await eachCluster(translated, name: \.name) { run, attempt in
      try await run.prepare(try attempt.result.get(), from: snapshot)
    }
    try Task.checkCancellation()
    if prepared.allSatisfy({ $0.failure != nil }) {
      await reportFailures(of: prepared, parts)
      return finish(prepared)
    }

    let layout = try layout
    let repository = try await openFollowed(
      path, folders: prepared.compactMap(\.value).map { layout.cluster($0.name) })
    prepared = try prepared.map { attempt in
      try attempt.refused { try emptied($0.translation, in: repository) }
    }
    let fit = prepared.compactMap(\.value?.translation)
    if fit.isEmpty {
      await reportFailures(of: prepared, parts)
      return finish(prepared)
    }
    let outcome = try await commitTrees(
      fit, to: repository, push: settings.text("repository.remote") != nil)
    let commit = outcome.commit.map { String($0.prefix(10)) } ?? "none"
    let pushed = outcome.pushed.map { ", \($0)" } ?? ""
    talk(
      outcome.changed
        ? "committed \(commit): \(outcome.added) files added, \(outcome.modified) changed, \(outcome.deleted) removed\(pushed)"
        : "nothing to commit, at \(commit)\(pushed)")
    let several = prepared.count > 1
    let results = await withReportConnection(for: parts) { connection in
      await eachCluster(prepared, name: \.name) { run, attempt in
        guard let cluster = attempt.value else {
          await run.reportFailure(of: attempt, parts, to: connection)
          return ClusterResult(name: attempt.name, failure: attempt.failure)
        }
        if several, cluster.plan?.plan.hasWrites == true { run.talk("cluster \(cluster.name)") }
        return await run.syncCluster(cluster, reporting: parts, to: connection)
      }
    }
    return finish(
      results.map { result in
        result.value ?? ClusterResult(name: result.name, failure: result.failure)
      }, committed: outcome.changed)
  }

  /// Ends a sync in which nothing may be written for any cluster.
  private func finish(_ prepared: [ClusterAttempt<PreparedCluster>]) -> ExitStatus {
    finish(prepared.map { ClusterResult(name: $0.name, failure: $0.failure) }, committed: false)
  }

  /// Runs something with one connection to NSX for the reports of all clusters, where
  /// there are any.
  private func withReportConnection<Value>(
    for parts: Set<ReportPart>, _ body: (Result<NSXConnection, any Error>?) async -> Value
  ) async -> Value {
    guard !parts.isEmpty || !settings.groups.isEmpty else { return await body(nil) }
    do {
      let connection = try connectNSX()
      let value = await body(.success(connection))
      await connection.close()
      return value
    } catch {
      return await body(.failure(error))
    }
  }

  /// Looks at a cluster; one that cannot be reached keeps its failure for later,
  /// because its tree can be committed all the same.
  ///
  /// - Throws: ``Failure`` where nothing may be written for the cluster, neither
  ///   to git nor to it.
  private func prepare(
    _ translated: (ClusterSettings, Translation), from snapshot: NSXSnapshot
  ) async throws -> PreparedCluster {
    let (cluster, translation) = translated
    if let failure = unfitness(translation) { throw failure }
    let wanted = try DesiredCluster(cluster, translation, from: snapshot)
    let plan: ClusterPlan
    let client: KubernetesClient
    do {
      client = try await connectCluster(cluster)
      let judged = settings.text("plan.connectivity") != "off"
      let contents = try await contents(of: wanted, client, judged: judged)
      plan = try await makePlan(wanted, contents, client, judged: judged)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      return PreparedCluster(
        name: cluster.name, translation: translation,
        failure: Self.failure(error, cluster: cluster.name))
    }
    if !isJSON {
      showAsText(
        [ClusterAttempt(name: cluster.name) { plan }], heading: true, withRefusals: false)
    }
    if let refusal = plan.plan.refusals.first {
      throw isJSON || isNDJSON ? refusal.failure : plan.failure(of: refusal)
    }
    return PreparedCluster(
      name: cluster.name, translation: translation, plan: plan, client: client)
  }

  private func syncCluster(
    _ cluster: PreparedCluster, reporting parts: Set<ReportPart>,
    to connection: Result<NSXConnection, any Error>?
  ) async -> ClusterResult {
    var result = ClusterResult(
      name: cluster.name, failure: cluster.failure, connectivity: cluster.plan?.connectivity)
    guard let plan = cluster.plan, let client = cluster.client else {
      await reportFailure(
        of: ClusterAttempt<PreparedCluster>(
          name: cluster.name,
          result: .failure(
            cluster.failure ?? Self.notAll(.failed, cluster: cluster.name))), parts,
        to: connection)
      return result
    }
    do {
      let execution = try await execute(plan, client: client)
      result.outcome = execution.outcome
      result.failure = execution.failure(cluster: cluster.name)
      if plan.plan.hasWrites, result.failure == nil, settings.flag("apply.wait") {
        try await awaitRealization(of: plan, client: client, in: &result)
      }
    } catch {
      result.failure = Self.failure(error, cluster: cluster.name)
    }
    journal.end(.policies, of: cluster.name, result.failure)
    // Addresses of pods change whatever came of the policies; how this ends belongs to
    // the health.
    var groupFailure: Failure?
    if let connection, !settings.groups.isEmpty, !Task.isCancelled {
      do {
        let report = try await reportGroups(of: plan.desired.settings, to: try connection.get())
        if !isJSON, !isNDJSON { context.writeOutput(report.text) }
        groupFailure = report.shortfall
      } catch {
        groupFailure = Self.failure(error, cluster: cluster.name)
      }
    }
    // What went wrong is worth a report as well.
    if let connection, !parts.isEmpty, !Task.isCancelled {
      let (failure, document) = await report(
        parts, of: plan.desired.settings, to: connection, after: result.failure,
        groupFailure: groupFailure)
      result.failure = result.failure ?? failure
      result.report = document
    }
    result.failure = result.failure ?? groupFailure
    return result
  }

  /// Reports the health of clusters for which a sync could do nothing.
  private func reportFailures(
    of attempts: [ClusterAttempt<PreparedCluster>], _ parts: Set<ReportPart>
  ) async {
    guard parts.contains(.health) else { return }
    await withReportConnection(for: parts) { connection in
      _ = await eachCluster(attempts, name: \.name) { run, attempt in
        await run.reportFailure(of: attempt, parts, to: connection)
      }
    }
  }

  /// Reports the health of one of them; that this fails is told, and no more.
  private func reportFailure(
    of attempt: ClusterAttempt<PreparedCluster>, _ parts: Set<ReportPart>,
    to connection: Result<NSXConnection, any Error>?
  ) async {
    guard parts.contains(.health), let connection, let failure = attempt.failure,
      let cluster = settings.clusters.first(where: { $0.name == attempt.name }),
      !Task.isCancelled
    else { return }
    let (shortfall, _) = await report([.health], of: cluster, to: connection, after: failure)
    if let shortfall {
      talk("warning: cluster \(attempt.name): its health was not reported: \(shortfall.cause)")
    }
  }

  /// Reports at the end of a sync.
  ///
  /// - Parameter ended: Why the sync failed for the cluster; `nil` where it did not.
  /// - Returns: Why the report is not whole, `nil` where it is, and what it told.
  private func report(
    _ parts: Set<ReportPart>, of cluster: ClusterSettings,
    to connection: Result<NSXConnection, any Error>, after ended: Failure?,
    groupFailure: Failure? = nil
  ) async -> (failure: Failure?, document: JSONValue?) {
    var failure: Failure?
    var document: JSONValue?
    do {
      let status = ended.map { ExitStatus($0.kind) } ?? .success
      let run = ToolRun(
        part: .policies, command: "sync", time: context.now(), exitCode: status.rawValue,
        outcome: status.meaning, version: Self.version)
      let report = try await report(
        ReportRequest(parts), of: cluster, to: try connection.get(), ending: [run],
        groupFailure: groupFailure)
      for problem in report.problems { talk("warning: cluster \(cluster.name): \(problem)") }
      if !isJSON, !isNDJSON { context.writeOutput(report.text) }
      failure = report.shortfall
      document = report.document
    } catch {
      failure = Self.failure(error, cluster: cluster.name)
    }
    journal.end(.reporting, of: cluster.name, failure)
    return (failure, document)
  }

  /// Steps failed or are blocked.
  static func notAll(_ kind: Failure.Kind, cluster: String) -> Failure {
    Failure(
      kind, subject: "cluster \(cluster)", cause: "not everything was applied",
      remedy: "the steps above tell why; what succeeded stays, and the next run goes on")
  }
}

/// A cluster that a sync has looked at.
private struct PreparedCluster: Sendable {
  let name: String
  let translation: Translation
  var plan: ClusterPlan?
  var client: KubernetesClient?
  var failure: Failure?
}
