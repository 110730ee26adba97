import KubernetesClient
import Planning
import Reporting
import Synchronization

extension Run {
  /// Carries a plan out under the cluster's lock, where the cluster is still as it
  /// was when the plan was made.
  ///
  /// - Throws: ``LeaseError`` when another run holds the lock; nothing was
  ///   changed then.
  func execute(_ plan: ClusterPlan, client: KubernetesClient) async throws -> Execution {
    journal.note(
      digest: plan.desired.provenance["digest"]?.string, of: plan.desired.settings.name)
    guard plan.plan.hasWrites else { return Execution(outcome: PlanExecution(plan.plan).outcome) }
    let obstacle = Obstacle()
    let (outcome, loss) = try await underLock(
      of: plan.desired.settings.name, owner: plan.plan.owner, client: client
    ) { bound, permission in
      let again: ClusterPlan
      // A look may be repeated as often as it takes.
      do { again = try await lookedAtAgain(plan, client: client) } catch {
        obstacle.error.withLock { $0 = error }
        return PlanExecution(plan.plan).outcome
      }
      return await carryOutAsSet(again, client: bound, obstacle, permission: permission)
    }
    if let error = obstacle.error.withLock({ $0 }) { throw error }
    return Execution(outcome: outcome, lockLoss: outcome.isComplete ? nil : loss)
  }

  /// Carries a plan out, with the ApplySet's parent widened before and narrowed
  /// after it.
  private func carryOutAsSet(
    _ plan: ClusterPlan, client: KubernetesClient, _ obstacle: Obstacle,
    permission: @escaping WritePermission
  ) async -> PlanOutcome {
    let name = plan.desired.settings.name
    var execution = PlanExecution(plan.plan)
    guard plan.plan.hasWrites else { return execution.outcome }
    if let reason = await Self.stop(permission) {
      execution.stop(because: reason)
      return execution.outcome
    }
    let named: Set<String>?
    do {
      named = try await widenApplySet(of: plan.plan, cluster: name, client)
    } catch {
      obstacle.error.withLock { $0 = error }
      return PlanExecution(plan.plan).outcome
    }
    let outcome = await carryOut(plan, client: client, permission: permission)
    if let named, outcome.isComplete, await permission() == nil {
      await narrowApplySet(of: plan.plan, named: named, cluster: name, client)
    }
    return outcome
  }

  /// Why nothing more may be begun; `nil` where it may.
  private static func stop(_ permission: WritePermission) async -> String? {
    Task.isCancelled ? "the run was stopped" : await permission()
  }

  /// Runs the steps: at most eight at a time, in the order of the plan.
  private func carryOut(
    _ plan: ClusterPlan, client: KubernetesClient, permission: @escaping WritePermission
  ) async -> PlanOutcome {
    var execution = PlanExecution(plan.plan)
    var trail = WriteTrail(of: execution.steps)
    let names = names(of: plan.desired)
    await withTaskGroup(of: (PlanStep, StepEnd).self) { group in
      func startSteps() {
        for step in execution.start(limit: max(0, 8 - execution.running.count)) {
          let bound = trail.bound(step)
          group.addTask {
            (
              step,
              await perform(
                bound, in: plan.plan.scope, client: client, permission: permission)
            )
          }
        }
      }
      // A Lease may expire, and a run be stopped, before the first step.
      if let reason = await Self.stop(permission) { execution.stop(because: reason) }
      startSteps()
      while let (step, end) = await group.next() {
        execution.finish(step.id, end.result)
        trail.note(end.object, of: step)
        talk(ApplyText.step(step, end.result, color: false, names: names))
        if let reason = await Self.stop(permission) { execution.stop(because: reason) }
        startSteps()
      }
    }
    return execution.outcome
  }
}

/// Why nothing of a plan was carried out.
private final class Obstacle: Sendable {
  let error = Mutex<(any Error)?>(nil)
}
