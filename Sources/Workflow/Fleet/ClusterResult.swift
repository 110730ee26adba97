import Documents
import Failures
import KubernetesClient
import Planning
import Reporting

/// How one cluster of a run ended.
struct ClusterResult: Sendable {
  /// Name of the cluster.
  let name: String
  /// What it was planned to be done; `nil` where it did not come to a plan.
  var plan: Plan?
  /// What was done; `nil` where it did not come to that.
  var outcome: PlanOutcome?
  /// How far it is realized; `nil` where that was not waited for.
  var realization: RealizationReport?
  /// Why it failed; `nil` where it did not.
  var failure: Failure?
  /// What its plan meant; `nil` where that was not judged.
  var connectivity: PlanConnectivity?
  /// What NSX was told at the end; `nil` where nothing was.
  var report: JSONValue?

  /// The result in JSON.
  var document: JSONValue {
    [
      "name": .string(name), "plan": plan?.document ?? .null,
      "outcome": outcome?.document ?? .null,
      "realization": realization?.document ?? .null, "failure": failure?.document ?? .null,
      "connectivity": connectivity?.document ?? .null, "report": report ?? .null,
    ]
  }
}

extension ClusterResult {
  /// What is known before anything was carried out.
  init(_ attempt: ClusterAttempt<ClusterPlan>) {
    self.init(
      name: attempt.name, plan: attempt.value?.plan, failure: attempt.failure,
      connectivity: attempt.value?.connectivity)
  }

  /// The row of the table at the end.
  var row: FleetText.Row {
    let realized = realization.map { report in
      "\(report.policies.count { $0.isDone }) of \(report.policies.count)"
    }
    return FleetText.Row(name: name, outcome: outcome, realized: realized, failure: failure)
  }
}

extension Run {
  /// Waits until a plan is realized, and notes how far it came.
  func awaitRealization(
    of plan: ClusterPlan, client: KubernetesClient, in result: inout ClusterResult
  ) async throws {
    let report = try await awaitRealization(plan, client: client)
    result.realization = report
    result.failure = await failure(of: report, in: plan, client: client)
  }

  /// Prints the results and gives the run's status.
  ///
  /// - Parameter committed: Whether something was changed besides the clusters.
  func finish(_ results: [ClusterResult], committed: Bool) -> ExitStatus {
    for result in results {
      if let failure = result.failure { tell(failure, cluster: result.name) }
      // What was reported afterwards is another part of the run.
      if journal.entry(.policies, of: result.name)?.status == nil {
        journal.end(.policies, of: result.name, result.failure)
      }
    }
    let status = Self.status(
      of: results.map(\.failure),
      changed: committed || results.contains { ($0.outcome?.changed ?? 0) > 0 })
    if isJSON {
      print(
        text: "", json: ["schemaVersion": 1, "clusters": .array(results.map(\.document))])
    } else if isNDJSON {
      for result in results {
        var content = result.document.object
        // They have been printed as events of their own.
        for key in ["name", "plan", "connectivity"] { content?[key] = nil }
        event("result", result.name, content)
      }
    } else if results.count == 1 {
      for result in results {
        guard let outcome = result.outcome else { continue }
        context.writeOutput("\(result.name): \(ApplyText.outcome(outcome))")
      }
    } else {
      for result in results {
        for failed in result.outcome?.failures ?? [] {
          context.writeOutput("\(result.name): failed \(failed.reference): \(failed.reason)\n")
        }
      }
      context.writeOutput(
        FleetText.outcomes(
          results.map(\.row), color: color))
    }
    return status
  }
}
