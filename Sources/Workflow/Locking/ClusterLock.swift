import Failures
import KubernetesClient
import Planning

/// What came of carrying a plan out.
struct Execution: Sendable {
  /// What was done.
  var outcome: PlanOutcome
  /// Why it was cut short, where the lock was lost.
  var lockLoss: LeaseError?

  /// Why it is no success; `nil` where it is one.
  ///
  /// - Parameter cluster: Name of the cluster.
  func failure(cluster: String) -> Failure? {
    lockLoss?.failure ?? outcome.exitKind.map { Run.notAll($0, cluster: cluster) }
  }
}

/// Waits until something may be written, and tells why nothing may be any more.
typealias WritePermission = @Sendable () async -> String?

extension Run {
  /// Does something while holding the Lease of a cluster and owner, where that is
  /// switched on. The Lease is renewed until the work has ended and given back then,
  /// also when the run is stopped: what has begun is finished under it.
  ///
  /// - Parameter body: The work; it asks for permission before it begins anything
  ///   more, and begins nothing once that tells why. It writes by the client that it
  ///   is given, which repeats no request while the Lease may have expired, and lets
  ///   none last until it has.
  /// - Returns: What came of it, and why the Lease was lost meanwhile; `nil` where it
  ///   was not.
  /// - Throws: ``LeaseError`` when another run holds the Lease; nothing was done
  ///   then.
  func underLock<Value: Sendable>(
    of cluster: String, owner: String, client: KubernetesClient,
    _ body:
      @escaping @Sendable (
        _ client: KubernetesClient, _ permission: @escaping WritePermission
      ) async -> Value
  ) async throws -> (value: Value, loss: LeaseError?) {
    guard settings.flag("apply.lock") else {
      return (await body(client) { nil }, nil)
    }
    let lock = lock(of: cluster, owner: owner, client: client)
    let bound = client.retrying(within: { lock.timeLeft }) {
      lock.loss == nil && !lock.isDoubtful
    }
    try await lock.acquire()
    var outcome: Value?
    if !Task.isCancelled {
      // No child of this task, which would end with it while writes go on.
      let keeping = Task { await lock.keep() }
      outcome = await body(bound) {
        do { return try await lock.permission() == nil ? nil : "the lock was lost" } catch {
          return "the run was stopped"
        }
      }
      keeping.cancel()
      await keeping.value
    }
    let loss = lock.loss
    // The next run must not have to wait for the Lease.
    let release = Task { try await lock.release() }
    do { try await release.value } catch {
      log.warning("cluster \(cluster): the lock was not released: \(error)")
    }
    guard let outcome else { throw CancellationError() }
    return (outcome, loss)
  }

  private func lock(of cluster: String, owner: String, client: KubernetesClient) -> LeaseLock {
    var timing = LeaseTiming(
      now: context.clock.now, sleep: context.clock.sleep, wallClock: context.now)
    timing.timeout = settings.duration("apply.lockTimeout") ?? .zero
    timing.requestTimeout = settings.duration("kubernetes.requestTimeout") ?? .seconds(60)
    return LeaseLock(
      client: client, namespace: settings.text("apply.lockNamespace") ?? "kube-system",
      name: "nsx-antrea-\(owner)", holder: context.holder, timing: timing,
      isGone: context.isGone,
      onWait: { holding in
        talk(
          "cluster \(cluster): waiting for the lock that \(holding.holder) has held since \(holding.since ?? "?")"
        )
      })
  }
}
