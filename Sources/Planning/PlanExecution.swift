import AntreaModel

/// Carries out a plan as a pure state machine: it says what may be done next,
/// and is told how that ended.
///
///     var execution = PlanExecution(plan)
///     while case let steps = execution.start(), !steps.isEmpty {
///       // Send the steps, in any order or all at once, then for each:
///       execution.finish(step.reference, .succeeded)
///     }
///
/// A failed step blocks what depends on it, and once a step failed nothing
/// that stands below it is pruned.
public struct PlanExecution: Sendable {
  /// Identity of an object.
  public typealias Reference = KubernetesObject.Reference

  /// The steps that write, in the order of the plan.
  public let steps: [PlanStep]
  /// How the steps that are over ended.
  public private(set) var results: [Reference: StepResult] = [:]
  /// The steps that were started and are not over.
  public private(set) var running: Set<Reference> = []
  private var next = 0
  private var stage: PlanStage
  private var failedStage: PlanStage?
  private var stopReason: String?
  private let planned: Plan.Counts
  private let hasHardBlocks: Bool
  private let refused: Bool

  /// Starts with a plan. One with refusals has nothing to carry out.
  public init(_ plan: Plan) {
    refused = !plan.refusals.isEmpty
    steps = refused ? [] : plan.steps.filter(\.action.writes)
    stage = steps.first?.stage ?? .tiers
    planned = plan.counts
    hasHardBlocks = plan.steps.contains { $0.action == .blocked && $0.reason?.isBenign != true }
  }

  /// The steps that may run now, at most `limit` of them, marked as running.
  /// Empty while everything possible runs, and when all is over.
  public mutating func start(limit: Int = .max) -> [PlanStep] {
    var started: [PlanStep] = []
    while next < steps.count, started.count < limit {
      let step = steps[next]
      // A stage, and what a step needs, must be over before it begins.
      if step.stage != stage {
        guard running.isEmpty else { break }
        stage = step.stage
      }
      guard running.isDisjoint(with: step.dependencies) else { break }
      next += 1
      if let obstacle = obstacle(to: step) {
        record(.blocked(obstacle), for: step.reference)
      } else {
        running.insert(step.reference)
        started.append(step)
      }
    }
    return started
  }

  /// Takes the end of a running step.
  public mutating func finish(_ reference: Reference, _ result: StepResult) {
    guard running.remove(reference) != nil else { return }
    record(result, for: reference)
  }

  /// Starts nothing more, for example after SIGTERM or when a lock is lost.
  public mutating func stop(because reason: String) { stopReason = stopReason ?? reason }

  /// Whether nothing runs and nothing more can be started.
  public var isFinished: Bool { running.isEmpty && results.count == steps.count }

  /// What happened so far.
  public var outcome: PlanOutcome {
    var outcome = PlanOutcome(planned: planned)
    outcome.isRefused = refused
    outcome.hasPlannedBlocks = hasHardBlocks
    for step in steps {
      switch results[step.reference] {
      case .succeeded?: outcome.count(step.action)
      case .skipped?: outcome.skipped += 1
      case .failed(let reason)?:
        outcome.failures.append(.init(reference: step.reference, reason: reason))
      case .blocked?: outcome.blocked += 1
      case nil: outcome.notStarted += 1
      }
    }
    return outcome
  }

  private func obstacle(to step: PlanStep) -> String? {
    if let stopReason { return stopReason }
    let failed = step.dependencies.filter { reference in
      switch results[reference] {
      case .failed?, .blocked?: true
      default: false
      }
    }
    if !failed.isEmpty {
      return "needs " + failed.map(\.description).joined(separator: ", ")
    }
    if step.stage.prunes, let failedStage, failedStage < step.stage {
      return "nothing is deleted after a failure"
    }
    return nil
  }

  private mutating func record(_ result: StepResult, for reference: Reference) {
    results[reference] = result
    switch result {
    case .failed, .blocked: failedStage = min(failedStage ?? stage, stage)
    case .succeeded, .skipped: break
    }
  }
}
