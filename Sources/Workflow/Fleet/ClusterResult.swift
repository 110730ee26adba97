import Documents
import Failures
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
  /// Why it failed; `nil` where it did not.
  var failure: Failure?
  /// What its plan meant; `nil` where that was not judged.
  var connectivity: PlanConnectivity?

  /// The result in JSON.
  var document: JSONValue {
    [
      "name": .string(name), "plan": plan?.document ?? .null,
      "outcome": outcome?.document ?? .null, "failure": failure?.document ?? .null,
      "connectivity": connectivity?.document ?? .null,
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
}

extension Run {
  /// Prints the results and gives the run's status.
  ///
  /// - Parameter committed: Whether something was changed besides the clusters.
  func finish(_ results: [ClusterResult], committed: Bool) -> ExitStatus {
    for result in results {
      if let failure = result.failure { tell(failure, cluster: result.name) }
    }
    let status = Self.status(
      of: results.map(\.failure),
      changed: committed || results.contains { ($0.outcome?.changed ?? 0) > 0 })
    if isJSON {
      print(
        text: "", json: ["schemaVersion": 1, "clusters": .array(results.map(\.document))])
    } else if isNDJSON {
      for result in results {
        var event = result.document.object ?? JSONObject()
        event["schemaVersion"] = 1
        event["type"] = "result"
        event["cluster"] = event["name"]
        // They have been printed as events of their own.
        for key in ["name", "plan", "connectivity"] { event[key] = nil }
        context.writeOutput("\(JSONValue.object(event))\n")
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
          results.map { FleetText.Row(name: $0.name, outcome: $0.outcome, failure: $0.failure) },
          color: color))
    }
    return status
  }
}
