import AntreaModel

/// Carries out a plan as a pure state machine: it says what may be done next,
/// and is told how that ended.
///
///     var execution = PlanExecution(plan)
///     while case let steps = execution.start(), !steps.isEmpty {
///       // Send the steps, in any order or all at once, then for each:
///       execution.finish(step.id, .succeeded)
///     }
///
/// A step runs when all that it waits for is over, so that what runs together
/// may end in any order. A failed step blocks what waits for it, and once a step
/// failed nothing that stands below it is pruned.
public struct PlanExecution: Sendable {
  /// Identity of a step.
  public typealias ID = PlanStep.ID

  /// The steps that write, in the order of the plan.
  public let steps: [PlanStep]
  /// How the steps that are over ended.
  public private(set) var results: [ID: StepResult] = [:]
  /// The steps that were started and are not over.
  public private(set) var running: Set<ID> = []
  private var queue: StepQueue
  private var failedStage: PlanStage?
  private var failedWave: Int?
  private var stopReason: String?
  private let planned: Plan.Counts
  private let hasHardBlocks: Bool
  private let refused: Bool

  /// Starts with a plan. One with refusals has nothing to carry out.
  public init(_ plan: Plan) {
    refused = !plan.refusals.isEmpty
    steps = refused ? [] : plan.steps.filter(\.action.writes)
    queue = StepQueue(steps)
    planned = plan.counts
    hasHardBlocks = plan.steps.contains { $0.action == .blocked && $0.reason?.isBenign != true }
  }

  /// The steps that may run now, at most `limit` of them, marked as running.
  /// Empty while everything possible runs, and when all is over.
  public mutating func start(limit: Int = .max) -> [PlanStep] {
    var started: [PlanStep] = []
    while started.count < limit, let index = queue.next() {
      let step = steps[index]
      if let obstacle = obstacle(to: step) {
        record(.blocked(obstacle), for: step)
        queue.finish(index)
      } else {
        running.insert(step.id)
        started.append(step)
      }
    }
    return started
  }

  /// Takes the end of a running step.
  public mutating func finish(_ id: ID, _ result: StepResult) {
    guard running.remove(id) != nil, let index = queue.index(of: id) else { return }
    record(result, for: steps[index])
    queue.finish(index)
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
      switch results[step.id] {
      case .succeeded?: outcome.count(step)
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
    let needed = step.dependencies.filter { hasFailed(ID($0)) || hasFailed(ID($0, .standIn)) }
    if !needed.isEmpty { return "needs " + list(needed) }
    let earlier = step.after.filter(hasFailed).map(\.reference)
    if !earlier.isEmpty { return "has to come after " + list(earlier) }
    if step.stage.prunes, let failedStage, failedStage < step.stage {
      return "nothing is deleted after a failure"
    }
    if step.wave > 0, let failedWave, failedWave < step.wave {
      return "has to come after a step that failed"
    }
    return nil
  }

  private func list(_ references: [KubernetesObject.Reference]) -> String {
    references.map(\.description).joined(separator: ", ")
  }

  private func hasFailed(_ id: ID) -> Bool {
    switch results[id] {
    case .failed?, .blocked?: true
    default: false
    }
  }

  private mutating func record(_ result: StepResult, for step: PlanStep) {
    results[step.id] = result
    switch result {
    case .failed, .blocked:
      failedStage = min(failedStage ?? step.stage, step.stage)
      failedWave = min(failedWave ?? step.wave, step.wave)
    case .succeeded, .skipped: break
    }
  }
}
