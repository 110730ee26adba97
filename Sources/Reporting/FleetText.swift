import Failures
import Planning

/// Summaries of runs over several clusters: one table.
public enum FleetText {
  /// What a run did to one cluster.
  public struct Row: Sendable {
    /// Name of the cluster.
    public var name: String
    /// What was done; `nil` where it did not come to that.
    public var outcome: PlanOutcome?
    /// How many policies are realized, for example `12 of 14`; `nil` where that
    /// was not waited for.
    public var realized: String?
    /// Why it failed; `nil` where it did not.
    public var failure: Failure?

    /// Creates a row.
    public init(
      name: String, outcome: PlanOutcome? = nil, realized: String? = nil, failure: Failure? = nil
    ) {
      self.name = name
      self.outcome = outcome
      self.realized = realized
      self.failure = failure
    }
  }

  /// The plans of several clusters.
  public static func plans(
    _ rows: [(name: String, plan: Plan?, failure: Failure?)], color: Bool
  ) -> String {
    var table = TextTable([
      "CLUSTER", "CREATE", "UPDATE", "ADOPT", "DELETE", "UNCHANGED", "BLOCKED", "RESULT",
    ])
    for row in rows {
      guard let plan = row.plan else {
        table.add([row.name] + Array(repeating: "-", count: 6) + [result(row.failure)])
        continue
      }
      let counts = plan.counts
      let cells = [
        counts.create, counts.update, counts.adopt, counts.delete, counts.unchanged, counts.blocked,
      ]
      let refusal = plan.refusals.first?.withoutExamples.failure
      table.add([row.name] + cells.map(String.init) + [result(row.failure ?? refusal)])
    }
    return table.render(style: TextStyle(color: color)) + total(rows.map { $0.failure == nil })
  }

  /// What a run did to several clusters.
  public static func outcomes(_ rows: [Row], color: Bool) -> String {
    var table = TextTable([
      "CLUSTER", "CREATED", "UPDATED", "ADOPTED", "DELETED", "FAILED", "BLOCKED", "REALIZED",
      "RESULT",
    ])
    for row in rows {
      let counts = row.outcome.map { outcome in
        [
          outcome.created, outcome.updated, outcome.adopted, outcome.deleted,
          outcome.failures.count, outcome.blocked + outcome.notStarted,
        ].map(String.init)
      }
      table.add(
        [row.name] + (counts ?? Array(repeating: "-", count: 6)) + [row.realized ?? "-"]
          + [result(row.failure)])
    }
    return table.render(style: TextStyle(color: color)) + total(rows.map { $0.failure == nil })
  }

  private static func result(_ failure: Failure?) -> String {
    failure.map { "\($0.kind.rawValue): \($0.cause)" } ?? "ok"
  }

  private static func total(_ successes: [Bool]) -> String {
    let good = successes.count { $0 }
    return "\(good) of \(successes.count) clusters succeeded.\n"
  }
}
