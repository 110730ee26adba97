import Failures
import KubernetesClient
import Planning
import Reporting

extension Run {
  /// `apply`: makes the clusters as the tree says, or exactly as an approved
  /// plan says. A cluster that fails, or that a safety rule keeps, does not keep
  /// the others.
  public func apply(
    _ source: DesiredSource, planFile: String?, approved: Bool, wait: Bool
  ) async throws -> ExitStatus {
    try await recorded("apply", .policies, clusters: source.clusters) {
      try await applied(source, planFile: planFile, approved: approved, wait: wait)
    }
  }

  private func applied(
    _ source: DesiredSource, planFile: String?, approved: Bool, wait: Bool
  ) async throws -> ExitStatus {
    if planFile == nil, isIdle(source.clusters) { return .success }
    var attempts: [ClusterAttempt<ClusterPlan>]
    if let planFile {
      attempts = try await approvedPlans(planFile, source)
    } else {
      attempts = try await planAttempts(source, clusterObjects: nil)
      tellFindings(attempts.compactMap(\.value?.desired))
    }
    if !isJSON { showAsText(attempts, withRefusals: false) }
    attempts = attempts.map { attempt in attempt.refused { unfitness($0) } }
    let plans = attempts.compactMap(\.value)
    guard !plans.isEmpty else { return finish(attempts.map(ClusterResult.init), committed: false) }
    if plans.contains(where: { $0.plan.hasWrites }) {
      for attempt in attempts {
        if let failure = attempt.failure { tell(failure, cluster: attempt.name) }
      }
      guard try approved || confirmed(plans) else { return .failed }
    }
    return await carryOut(attempts, wait: wait, committed: false)
  }

  /// Why a plan is not carried out: a safety rule forbids it, or its tree is not
  /// to be applied; `nil` where it may be.
  func unfitness(_ plan: ClusterPlan) -> Failure? {
    let name = plan.desired.settings.name
    if let refusal = plan.plan.refusals.first { return plan.failure(of: refusal) }
    if !plan.desired.incomplete.isEmpty { return incompleteFailure(name) }
    if !plan.desired.isApplicable {
      return Failure(
        .invalidInput, subject: "cluster \(name)",
        cause: "rules were refused in translation, and onUnsupported is fail",
        remedy:
          "see \(plan.desired.placeOfFindings), or choose --on-unsupported skip-policy or fail-closed"
      )
    }
    return nil
  }

  /// Refuses plans of which one is not to be carried out; they are shown then.
  func refuseUnfit(_ plans: [ClusterAttempt<ClusterPlan>]) throws {
    for plan in plans.compactMap(\.value) {
      guard let failure = unfitness(plan) else { continue }
      if isJSON { show(plans) } else { showAsText(plans, withRefusals: false) }
      throw failure
    }
  }

  /// Asks with what the plans do and what that means for connectivity. Where
  /// nobody can answer, only plans that delete nothing are carried out.
  private func confirmed(_ plans: [ClusterPlan]) throws -> Bool {
    let lines = plans.filter(\.plan.hasWrites).map { plan in
      let connectivity =
        isJSON || isNDJSON ? plan.saved.connectivityText : plan.connectivitySummary
      return "cluster \(plan.desired.settings.name): \(PlanText.summary(plan.plan.counts))\n"
        + (connectivity ?? "what it means for connectivity was not judged\n")
    }
    let deletes = plans.reduce(0) { $0 + $1.plan.counts.delete }
    guard let answer = context.confirm(lines.joined() + "Apply?") else {
      guard deletes > 0 else { return true }
      throw Failure(
        .refused, subject: "apply",
        cause: "\(deletes) objects would be deleted, and there is nobody to ask",
        remedy: "give --yes")
    }
    if !answer { talk("nothing was changed") }
    return answer
  }

  /// Asks, and says so when the answer is no.
  ///
  /// - Throws: ``Failure`` of kind refused where nobody can answer.
  func confirmed(_ question: String, of command: String) throws -> Bool {
    switch context.confirm(question) {
    case true?: return true
    case false?:
      talk("nothing was changed")
      return false
    case nil:
      throw Failure(
        .refused, subject: command, cause: "there is nobody to ask", remedy: "give --yes")
    }
  }

  /// Carries plans out, several clusters at a time, and waits for realization
  /// where asked. What has no plan keeps its failure.
  ///
  /// - Parameter committed: Whether something was changed before.
  func carryOut(
    _ attempts: [ClusterAttempt<ClusterPlan>], wait: Bool, committed: Bool
  ) async -> ExitStatus {
    let several = attempts.count > 1
    let results = await eachCluster(attempts, name: \.name) { run, attempt in
      if several, attempt.value?.plan.hasWrites == true { run.talk("cluster \(attempt.name)") }
      return await run.carryOut(attempt, wait: wait)
    }
    return finish(
      zip(attempts, results).map { attempt, result in
        result.value ?? ClusterResult(name: attempt.name, failure: result.failure)
      }, committed: committed)
  }

  private func carryOut(_ attempt: ClusterAttempt<ClusterPlan>, wait: Bool) async -> ClusterResult {
    var result = ClusterResult(attempt)
    guard let plan = attempt.value else { return result }
    do {
      let client = try await connectCluster(plan.desired.settings)
      let execution = try await execute(plan, client: client)
      result.outcome = execution.outcome
      // What is blocked is told, and is no success.
      result.failure = execution.failure(cluster: result.name)
      if wait, result.failure == nil {
        try await awaitRealization(of: plan, client: client, in: &result)
      }
    } catch {
      result.failure = Self.failure(error, cluster: result.name)
    }
    return result
  }
}
