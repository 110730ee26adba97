import AntreaModel
import Documents
import Failures

/// What carrying out a plan came to.
public struct PlanOutcome: Sendable, Hashable {
  /// One step that failed.
  public struct StepFailure: Sendable, Hashable {
    /// The object.
    public var reference: KubernetesObject.Reference
    /// Why, in one sentence.
    public var reason: String

    /// Creates a failure.
    public init(reference: KubernetesObject.Reference, reason: String) {
      self.reference = reference
      self.reason = reason
    }
  }

  /// What the plan said.
  public var planned: Plan.Counts
  /// Objects created.
  public var created = 0
  /// Objects updated.
  public var updated = 0
  /// Objects adopted.
  public var adopted = 0
  /// Objects deleted.
  public var deleted = 0
  /// Writes that were there for the order alone.
  public var passing = 0
  /// Steps with nothing left to do.
  public var skipped = 0
  /// Steps that were not sent because of what failed before.
  public var blocked = 0
  /// Steps that have not been started.
  public var notStarted = 0
  /// Steps that failed.
  public var failures: [StepFailure] = []
  /// Whether the plan was refused as a whole.
  public var isRefused = false
  /// Whether the plan itself had steps that a rule forbids.
  public var hasPlannedBlocks = false

  /// An outcome in which nothing happened yet.
  public init(planned: Plan.Counts) { self.planned = planned }

  /// Objects that the run changed.
  public var changed: Int { created + updated + adopted + deleted + passing }

  /// Whether every object is as the plan wanted it.
  public var isComplete: Bool { exitKind == nil }

  /// The class that decides the exit status; `nil` for success.
  public var exitKind: Failure.Kind? {
    if isRefused { return .refused }
    if failures.isEmpty, blocked == 0, notStarted == 0 {
      guard hasPlannedBlocks else { return nil }
      return changed > 0 ? .partial : .refused
    }
    return changed > 0 ? .partial : .failed
  }

  mutating func count(_ step: PlanStep) {
    guard !step.isPassing else {
      passing += 1
      return
    }
    switch step.action {
    case .create: created += 1
    case .update: updated += 1
    case .adopt: adopted += 1
    case .delete: deleted += 1
    case .unchanged, .blocked: break
    }
  }

  /// The outcome as a document with `schemaVersion` 1.
  public var document: JSONValue {
    func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }
    return [
      "schemaVersion": 1, "kind": "ApplyOutcome", "planned": planned.document,
      "created": number(created), "updated": number(updated), "adopted": number(adopted),
      "deleted": number(deleted), "passing": number(passing), "skipped": number(skipped),
      "blocked": number(blocked),
      "notStarted": number(notStarted), "refused": .bool(isRefused),
      "failures": .array(
        failures.map { ["object": $0.reference.document, "reason": .string($0.reason)] }),
    ]
  }
}
