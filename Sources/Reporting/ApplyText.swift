import AntreaModel
import Planning

/// Progress and result of an apply.
public enum ApplyText {
  /// One line for a step that is over: `created group "Web" (ClusterGroup/web-1a2b)`.
  public static func step(
    _ step: PlanStep, _ result: StepResult, color: Bool, names: PlanNames = .none
  ) -> String {
    let style = TextStyle(color: color)
    let display = names.entry(of: step.reference)?.displayName ?? step.displayName
    let name =
      (display.map { "\"\(TextStyle.printable($0))\" (\(step.reference))" }
        ?? step.reference.description) + (step.purpose.remark.map { ", \($0)" } ?? "")
    switch result {
    case .succeeded:
      switch step.action {
      case .create: return style(.added, "created") + " \(name)"
      case .update: return style(.changed, "updated") + " \(name)"
      case .adopt: return style(.changed, "adopted") + " \(name)"
      case .delete: return style(.removed, "deleted") + " \(name)"
      case .unchanged, .blocked: return "\(step.action.rawValue) \(name)"
      }
    case .skipped(let reason): return style(.faint, "skipped") + " \(name): \(reason)"
    case .failed(let reason): return style(.warning, "failed") + " \(name): \(reason)"
    case .blocked(let reason): return style(.warning, "blocked") + " \(name): \(reason)"
    }
  }

  /// How far a run is: `12 of 40 steps`.
  public static func progress(done: Int, of total: Int) -> String { "\(done) of \(total) steps" }

  /// The failures and the stable last line: `Applied: 3 created, 1 updated, 0
  /// adopted, 2 deleted, 0 failed, 0 blocked.`
  public static func outcome(_ outcome: PlanOutcome) -> String {
    var text = outcome.failures.map { "failed \($0.reference): \($0.reason)\n" }.joined()
    if outcome.notStarted > 0 { text += "\(outcome.notStarted) steps were not started\n" }
    text += "Applied: \(outcome.created) created, \(outcome.updated) updated, "
    text += "\(outcome.adopted) adopted, \(outcome.deleted) deleted, "
    return text + "\(outcome.failures.count) failed, \(outcome.blocked) blocked.\n"
  }
}

extension PlanStep.Purpose {
  /// What a step is for, where it is there for the order alone.
  var remark: String? {
    switch self {
    case .desired: nil
    case .widen: "with its old and its new members for now"
    case .standIn: "for the time of the run"
    case .redirect: "with temporary groups for now"
    case .restore: "with its own groups again"
    case .remove: "which was there for the run"
    }
  }
}
