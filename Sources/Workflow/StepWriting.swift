import AntreaModel
import Documents
import Failures
import HTTPTransport
import KubernetesClient
import Planning
import Synchronization

/// How a step ended, and the object as the cluster stored it.
struct StepEnd: Sendable {
  var result: StepResult
  var object: KubernetesObject?

  init(_ result: StepResult, _ object: KubernetesObject? = nil) {
    self.result = result
    self.object = object
  }
}

/// Whether a request was not sent again for want of permission.
private final class Withholding: Sendable {
  private let noted = Mutex(false)

  var isNoted: Bool { noted.withLock { $0 } }
  func note() { noted.withLock { $0 = true } }
}

/// What a run wrote, of objects that it writes more than once: a later step is
/// bound to what the one before it left, not to what was planned from.
struct WriteTrail {
  private let repeated: Set<KubernetesObject.Reference>
  private var written: [KubernetesObject.Reference: KubernetesObject] = [:]

  init(of steps: [PlanStep]) {
    var once: Set<KubernetesObject.Reference> = []
    repeated = Set(steps.map(\.reference).filter { !once.insert($0).inserted })
  }

  /// The step as it has to be sent now.
  func bound(_ step: PlanStep) -> PlanStep {
    written[step.reference].map { step.rebased(on: $0) } ?? step
  }

  /// Takes what a step stored.
  mutating func note(_ object: KubernetesObject?, of step: PlanStep) {
    if let object, repeated.contains(step.reference) { written[step.reference] = object }
  }
}

extension Run {
  /// How often a step's object is looked at again when somebody keeps writing
  /// to it.
  private static let looks = 10

  /// How long to wait before a look: Antrea writes an object's status while nodes
  /// take it up, several times within a second.
  private func pause(before look: Int) async throws {
    guard look > 0 else { return }
    try await context.clock.sleep(.milliseconds(50 + context.random() % (50 * UInt64(look))))
  }

  /// Sends one step and says how it ended. What may pass by itself is tried again,
  /// as long as writing is permitted and the run is not stopped.
  ///
  /// What was not sent again because the Lease may have expired is sent again once
  /// it has been renewed: an API server that restarts answers neither meanwhile.
  func perform(
    _ step: PlanStep, in scope: PlanScope, client: KubernetesClient, permission: WritePermission
  ) async -> StepEnd {
    // The webhook looks tiers up in a cache that lags behind (antrea facts, T6).
    var delays = [1, 2, 4][...]
    while true {
      let isWithheld = Withholding()
      let bound = client.retrying {
        if client.maySendAgain { return true }
        isWithheld.note()
        return false
      }
      // A write that has begun is finished, also when the run is stopped.
      let sending = Task { try await write(step, in: scope, with: bound) }
      do {
        return try await sending.value
      } catch {
        let answer = error as? KubernetesAPIError
        if let answer, !answer.managerConflicts.isEmpty {
          return StepEnd(.blocked(Self.words(answer)))
        }
        let reason =
          answer.map(Self.words) ?? (error as? any FailureConvertible)?.failure.cause ?? "\(error)"
        if answer?.isWebhookDenied == true, step.reference.kind != "ClusterGroup" {
          guard let delay = delays.popFirst(),
            (try? await context.clock.sleep(.seconds(delay))) != nil
          else { return StepEnd(.failed(reason)) }
        } else if !isWithheld.isNoted {
          return StepEnd(.failed(reason))
        }
        guard await permission() == nil else { return StepEnd(.failed(reason)) }
      }
    }
  }

  private static func words(_ error: KubernetesAPIError) -> String {
    let conflicts = error.managerConflicts
    guard conflicts.isEmpty else {
      let list = conflicts.map { "\($0.manager) owns \($0.fields.joined(separator: ", "))" }
      return list.joined(separator: "; ")
        + " (\(BlockReason.waysOut))"
    }
    return error.failure.cause
  }

  /// Sends one step, bound to the version of the object that it was planned
  /// for. Where somebody wrote to the object meanwhile it is read again, and the
  /// step goes on only while it is the same change.
  func write(
    _ planned: PlanStep, in scope: PlanScope, with client: KubernetesClient, dryRun: Bool = false
  ) async throws -> StepEnd {
    let resource = try Self.resource(of: planned.reference.kind)
    func live() async throws -> KubernetesObject? {
      try await client.find(resource, name: planned.reference.name)
    }
    var step = planned
    for look in 0..<Self.looks {
      try await pause(before: look)
      if look > 0, !client.maySendAgain {
        throw Failure(
          .failed, subject: "\(planned.reference)",
          cause: "the lock could not be renewed in time to write it again")
      }
      do {
        return try await send(step, in: scope, as: resource, with: client, dryRun: dryRun)
      } catch let error as KubernetesAPIError
        where error.isConflict && error.managerConflicts.isEmpty
      {
        let now = try await live()
        switch step.renewed(for: now, in: scope) {
        case .same(let renewed): step = renewed
        // It may have been us, with an answer that was lost: later steps go on from there.
        case .done(let reason): return StepEnd(.skipped(reason), now)
        case .moved(let stale): return Self.end(stale)
        }
      } catch  where Self.mayBeGone(error) && step.action == .delete {
        // The answer may be lost and the object gone, by us or by somebody else.
        guard try await live()?.uid != step.live?.uid else { throw error }
        return StepEnd(.skipped("it is gone already"))
      }
    }
    return StepEnd(.failed("somebody else keeps writing to it"))
  }

  private static func mayBeGone(_ error: any Error) -> Bool {
    (error as? KubernetesAPIError)?.isNotFound == true
      || (error as? TransportError)?.requestMayHaveBeenSent == true
  }

  private static func end(_ stale: StaleStep) -> StepEnd {
    StepEnd(.failed("since it was planned: \(stale.message)"))
  }

  private func send(
    _ step: PlanStep, in scope: PlanScope, as resource: APIResource, with client: KubernetesClient,
    dryRun: Bool
  ) async throws -> StepEnd {
    let options = WriteOptions(force: settings.flag("apply.forceConflicts"), dryRun: dryRun)
    switch (step.action, step.write) {
    case (.create, .apply), (.update, .apply), (.adopt, .apply):
      let body = try Self.body(of: step)
      do {
        return Self.end(of: step, try await client.apply(body, as: resource, options: options))
      } catch let error as KubernetesAPIError where Self.isOurs(error.managerConflicts) {
        var forced = options
        forced.force = true
        return Self.end(of: step, try await client.apply(body, as: resource, options: forced))
      }
    case (.create, .replace), (.update, .replace), (.adopt, .replace):
      let live = try await client.find(resource, name: step.reference.name)
      switch step.renewed(for: live, in: scope) {
      case .same(let renewed):
        guard let live, let object = renewed.replacement(of: live) else {
          throw Self.withoutManifest(step)
        }
        return Self.end(
          of: step, try await client.replace(object, as: resource, options: options))
      case .done(let reason): return StepEnd(.skipped(reason), live)
      case .moved(let stale): return Self.end(stale)
      }
    case (.delete, _):
      let isGone = try await client.delete(
        resource, name: step.reference.name,
        options: DeleteOptions(
          uid: step.live?.uid, resourceVersion: step.live?.resourceVersion, dryRun: dryRun))
      if !isGone, !dryRun { return try await awaitEnd(of: step, as: resource, with: client) }
    case (.unchanged, _), (.blocked, _): break
    }
    return StepEnd(.succeeded)
  }

  /// A write that was accepted did what was approved only where the answer says
  /// so: a webhook may have changed the object on its way.
  private static func end(of step: PlanStep, _ stored: KubernetesObject) -> StepEnd {
    let altered = step.alterations(in: stored)
    guard !altered.isEmpty else { return StepEnd(.succeeded, stored) }
    return StepEnd(
      .failed(
        "the cluster stored it with another \(altered.prefix(3).joined(separator: ", ")), as a mutating webhook does: exempt objects with the label \(Ownership.managedByLabel) from it"
      ), stored)
  }

  /// Waits a little for an object that finalizers hold: it is in force until it is
  /// gone, and what it uses has to stay so long.
  private func awaitEnd(
    of step: PlanStep, as resource: APIResource, with client: KubernetesClient
  ) async throws -> StepEnd {
    var holders: [String] = []
    for delay in [250, 750, 2000, 0] {
      guard let live = try await client.find(resource, name: step.reference.name),
        live.uid == step.live?.uid
      else { return StepEnd(.succeeded) }
      holders = (live.document[path: "metadata", "finalizers"]?.array ?? []).compactMap(\.string)
      try await context.clock.sleep(.milliseconds(delay))
    }
    let names = holders.isEmpty ? "its finalizers" : holders.joined(separator: ", ")
    return StepEnd(
      .failed("it is marked for deletion, and held by \(names): whoever set that removes it"))
  }

  /// Whether all fields in the way are our own, from a replacement.
  private static func isOurs(_ conflicts: [KubernetesAPIError.ManagerConflict]) -> Bool {
    !conflicts.isEmpty && conflicts.allSatisfy { $0.manager == Ownership.fieldManager }
  }

  /// The desired object, bound to the live one and its version.
  private static func body(of step: PlanStep) throws -> KubernetesObject {
    guard case .object(var document)? = step.manifest else { throw withoutManifest(step) }
    if let live = step.live {
      document.update("metadata") { value in
        guard case .object(var metadata) = value else { return }
        metadata["resourceVersion"] = live.resourceVersion.map { .string($0) }
        // Without it an apply makes an object anew that was deleted meanwhile.
        metadata["uid"] = live.uid.map { .string($0) }
        value = .object(metadata)
      }
    }
    guard let object = KubernetesObject(.object(document)) else { throw withoutManifest(step) }
    return object
  }

  private static func withoutManifest(_ step: PlanStep) -> Failure {
    Failure(
      .invalidInput, subject: "\(step.reference)", cause: "the plan has no manifest for it")
  }
}
