import AntreaModel
import Documents
import Failures
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

  /// Waits until Antrea has realized the policies of a plan.
  ///
  /// - Returns: What is not realized at the deadline, or `nil`.
  func awaitRealization(_ plan: ClusterPlan, client: KubernetesClient) async throws -> Failure? {
    let wanted = Set(
      plan.desired.objects.filter { object in
        // A policy without rules never reports (antrea facts, T12).
        object.kind == "ClusterNetworkPolicy"
          && ["ingress", "egress"].contains {
            object.document[path: "spec", $0]?.array?.isEmpty == false
          }
      }.map(\.name))
    guard !wanted.isEmpty else { return nil }
    let resource = try Self.resource(of: "ClusterNetworkPolicy")
    let limit = settings.duration("apply.waitTimeout") ?? .seconds(60)
    let deadline = ContinuousClock.now + limit
    var pending: [String] = []
    repeat {
      let live = try await client.list(
        resource, labelSelector: "\(Ownership.ownerLabel)=\(plan.plan.owner)"
      ).objects
      let realized = Set(live.filter(Self.isRealized).map(\.name))
      pending = wanted.subtracting(realized).sorted()
      if pending.isEmpty {
        talk("cluster \(plan.desired.settings.name): Antrea has realized \(wanted.count) policies")
        return nil
      }
      try await Task.sleep(for: .seconds(1))
    } while ContinuousClock.now < deadline
    return Failure(
      .partial, subject: "cluster \(plan.desired.settings.name)",
      cause:
        "\(pending.count) of \(wanted.count) policies are not realized after \(limit): \(pending.prefix(3).joined(separator: ", "))",
      remedy: "look at `kubectl get acnp` and the Antrea agents of the nodes that lag behind")
  }

  private static func isRealized(_ object: KubernetesObject) -> Bool {
    let status = object.document["status"]
    return status?["phase"]?.string == "Realized"
      && status?["observedGeneration"]?.integer
        == object.document[path: "metadata", "generation"]?.integer
  }
}
