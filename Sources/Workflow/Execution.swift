import KubernetesClient
import Planning
import Reporting

extension Run {
  /// Carries a plan out under the cluster's lock.
  ///
  /// - Throws: ``LeaseError`` when another run holds the lock; nothing was
  ///   changed then.
  func execute(_ plan: ClusterPlan, client: KubernetesClient) async throws -> Execution {
    guard plan.plan.hasWrites else { return Execution(outcome: PlanExecution(plan.plan).outcome) }
    return try await underLock(
      of: plan.desired.settings.name, owner: plan.plan.owner, client: client
    ) { stopReason in
      await carryOut(plan, client: client, stopReason: stopReason)
    }
  }

  /// Runs the steps: at most eight at a time, in the order of the plan.
  private func carryOut(
    _ plan: ClusterPlan, client: KubernetesClient, stopReason: @Sendable () -> String?
  ) async -> PlanOutcome {
    var execution = PlanExecution(plan.plan)
    var trail = WriteTrail(of: execution.steps)
    let names = names(of: plan.desired)
    await withTaskGroup(of: (PlanStep, StepEnd).self) { group in
      func startSteps() {
        for step in execution.start(limit: max(0, 8 - execution.running.count)) {
          let bound = trail.bound(step)
          // A write that has begun is finished, also when the run is stopped.
          let write = Task { await perform(bound, of: plan.plan.owner, client: client) }
          group.addTask { (step, await write.value) }
        }
      }
      startSteps()
      while let (step, end) = await group.next() {
        execution.finish(step.id, end.result)
        trail.note(end.object, of: step)
        talk(ApplyText.step(step, end.result, color: false, names: names))
        if Task.isCancelled { execution.stop(because: "the run was stopped") }
        if let reason = stopReason() { execution.stop(because: reason) }
        startSteps()
      }
    }
    return execution.outcome
  }
}
