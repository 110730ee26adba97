import Documents

/// How one part of the tool is, by its last run.
public struct ToolHealth: Sendable, Hashable {
  /// The part.
  public var part: ToolRun.Part
  /// How it is; `nil` where it has never run and need not.
  public var status: HealthStatus?
  /// Why; empty where it is healthy.
  public var reasons: [String]
  /// The last run; `nil` where there is no record.
  public var lastRun: ToolRun?

  /// Judges a part.
  ///
  /// A failed run leaves the policies in the cluster enforced and brings nothing
  /// new: degraded. What has not run for three intervals is unknown.
  ///
  /// - Parameter isExpected: Whether it should have run: reports need not.
  init(
    _ part: ToolRun.Part, _ run: ToolRun?, isExpected: Bool, now: Int64, rules: HealthRules
  ) {
    self.part = part
    lastRun = run
    guard let run else {
      status = isExpected ? .unknown : nil
      reasons =
        isExpected ? ["there is no record of a run that brings policies to the cluster"] : []
      return
    }
    // Times, not ages: what says the same is reported to NSX once.
    let end = UTCTime.text(seconds: run.time)
    if rules.isOverdue(run.time, now: now) {
      status = .unknown
      reasons = [
        "\(run.command) last ran at \(end), and should run every \(Age.text(rules.runInterval))"
      ]
    } else if run.isSuccess {
      status = .healthy
      reasons = []
    } else {
      status = .degraded
      reasons = ["the last \(run.command), at \(end), ended with \(run.exitCode): \(run.outcome)"]
    }
  }

  /// The part in JSON.
  public var document: JSONValue {
    [
      "part": .string(part.rawValue), "status": status.map { .string($0.rawValue) } ?? .null,
      "reasons": .array(reasons.map { .string($0) }), "lastRun": lastRun?.document ?? .null,
    ]
  }
}

extension ToolRun {
  /// The run in JSON.
  public var document: JSONValue {
    [
      "command": .string(command), "time": .string(UTCTime.text(seconds: time)),
      "exitCode": .integer(Int64(exitCode)), "outcome": .string(outcome),
      "version": .string(version), "digest": digest.map { .string($0) } ?? .null,
    ]
  }
}
