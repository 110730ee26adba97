import Documents
import Failures
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
    talk(
      source.snapshot.map { "reading \($0)" }
        ?? "pulling from \(settings.list("nsx.managers").first ?? "NSX")")
    let translated = try await translations(source)
    tellFindings(translated.map(\.1))
    if let first = translated.first(where: { !$0.1.isComplete }) {
      throw incompleteFailure(first.0.name)
    }
    if let first = translated.first(where: { !$0.1.isApplicable }) { throw refusedFailure(first.1) }

    let repository = try await openFollowed(
      path, folders: translated.map { "clusters/\($0.0.name)" })
    let outcome = try await commitTrees(
      translated.map(\.1), to: repository, push: settings.text("repository.remote") != nil)
    let commit = outcome.commit.map { String($0.prefix(10)) } ?? "none"
    let pushed = outcome.pushed.map { ", \($0)" } ?? ""
    talk(
      outcome.changed
        ? "committed \(commit): \(outcome.added) files added, \(outcome.modified) changed, \(outcome.deleted) removed\(pushed)"
        : "nothing to commit, at \(commit)\(pushed)")

    var results: [ClusterResult] = []
    for (cluster, translation) in translated {
      try Task.checkCancellation()
      var wanted = try DesiredCluster(cluster, translation)
      wanted.commit = outcome.commit
      results.append(await syncCluster(wanted))
    }
    return finish(results, committed: outcome.changed)
  }

  private func syncCluster(_ wanted: DesiredCluster) async -> ClusterResult {
    var result = ClusterResult(name: wanted.settings.name)
    do {
      let client = try await connectCluster(wanted.settings)
      let plan = makePlan(wanted, live: try await liveObjects(client, wanted.settings))
      if !isJSON, !isNDJSON {
        context.writeOutput(
          "cluster \(result.name)\n\n"
            + PlanText.render(plan.plan, color: color, names: names(of: wanted)) + "\n")
      }
      if let refusal = plan.plan.refusals.first { throw refusal }
      if plan.plan.hasWrites {
        let outcome = try await execute(plan, client: client)
        result.outcome = outcome
        result.failure = outcome.exitKind.map {
          Failure($0, subject: "cluster \(result.name)", cause: "not everything was applied")
        }
        if result.failure == nil, settings.flag("apply.wait") {
          result.failure = try await awaitRealization(plan, client: client)
        }
      } else {
        result.outcome = PlanOutcome(planned: plan.plan.counts)
      }
      if settings.flag("inventory.enabled"), result.failure == nil {
        try await withNSX { connection in
          let report = try await reportInventory(of: wanted.settings, to: connection, dryRun: false)
          if !isJSON, !isNDJSON { context.writeOutput(report.text) }
          if !report.isWhole {
            result.failure = Failure(
              .partial, subject: "cluster \(result.name)",
              cause: "the inventory was not reported whole")
          }
        }
      }
    } catch {
      result.failure =
        (error as? any FailureConvertible)?.failure
        ?? Failure(.failed, subject: "cluster \(result.name)", cause: "\(error)")
    }
    return result
  }

  /// Prints the results and gives the run's status.
  func finish(_ results: [ClusterResult], committed: Bool) -> ExitStatus {
    for result in results {
      if let failure = result.failure { talk("error: cluster \(result.name): \(failure)") }
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
}
