import Documents
import Failures

/// What came of a list of expectations.
public struct CheckReport: Sendable {
  /// One connection of a check.
  public struct Probe: Sendable {
    /// The source.
    public var from: String
    /// The destination.
    public var to: String
    /// The traffic.
    public var traffic: String
    /// What the policies say about all pods that are meant.
    public var prediction: ReachAnswer?
    /// The trace; `nil` where only predictions were asked for.
    public var trace: TraceReport?
    /// Why it could not be run.
    public var failure: Failure?

    /// Creates a probe.
    public init(
      from: String, to: String, traffic: String, prediction: ReachAnswer? = nil,
      trace: TraceReport? = nil, failure: Failure? = nil
    ) {
      self.from = from
      self.to = to
      self.traffic = traffic
      self.prediction = prediction
      self.trace = trace
      self.failure = failure
    }
  }

  /// How a check or a probe ended.
  public enum Outcome: String, Sendable, Hashable {
    /// As expected.
    case met
    /// Otherwise.
    case unmet = "not-met"
    /// It could not be told.
    case error
  }

  /// One expectation.
  public struct Check: Sendable {
    /// Its name.
    public var name: String
    /// Whether the connections must pass, or be stopped.
    public var expectsPassing: Bool
    /// Its line in the file.
    public var line: Int?
    /// Its connections.
    public var probes: [Probe]
    /// How long it took, in milliseconds; what ran side by side counts for each.
    public var milliseconds: Int64

    /// Creates a check.
    public init(
      name: String, expectsPassing: Bool, line: Int?, probes: [Probe], milliseconds: Int64
    ) {
      self.name = name
      self.expectsPassing = expectsPassing
      self.line = line
      self.probes = probes
      self.milliseconds = milliseconds
    }

    /// How it ended: not met where one of its connections is not.
    public var outcome: Outcome {
      let outcomes = Set(probes.map { $0.outcome(expectsPassing) })
      if outcomes.contains(.unmet) { return .unmet }
      return outcomes.contains(.error) || probes.isEmpty ? .error : .met
    }

    var expectation: String { expectsPassing ? "allow" : "deny" }
  }

  /// The cluster in words.
  public var subject: String
  /// Whether only predictions were asked for.
  public var isPrediction: Bool
  /// The checks, in the order of the file.
  public var checks: [Check]
  /// What predictions are without.
  public var limits: [String]

  /// Creates a report.
  public init(subject: String, isPrediction: Bool, checks: [Check], limits: [String]) {
    self.subject = subject
    self.isPrediction = isPrediction
    self.checks = checks
    self.limits = limits
  }

  /// How many checks ended so.
  public func count(_ outcome: Outcome) -> Int { checks.count { $0.outcome == outcome } }
}

extension CheckReport.Probe {
  /// How it ended: not met where the trace or the prediction is not as expected,
  /// or the two disagree.
  func outcome(_ expectsPassing: Bool) -> CheckReport.Outcome {
    if let passes = trace?.result.passes, passes != expectsPassing { return .unmet }
    if trace?.agreement.isFinding == true { return .unmet }
    let isTraced = trace?.result.passes != nil
    switch prediction?.verdict {
    case nil: return .error
    case .allow: if !expectsPassing { return .unmet }
    case .deny: if expectsPassing { return .unmet }
    case .partly: return .unmet
    // What is inspected passes as far as its first packet, which is what is traced.
    case .inspect: if !expectsPassing || !isTraced { return .unmet }
    case .undetermined: if !isTraced { return .error }
    }
    if failure != nil { return .error }
    return trace == nil || isTraced ? .met : .error
  }

  /// `a -> b, 443/tcp: traced delivered; predicted allowed (out allow, no rule, …)`.
  public var text: String {
    var parts: [String] = []
    if let failure { parts.append("\(failure.subject): \(failure.cause)") }
    if let trace {
      let seen = trace.result == .inconclusive ? "no result" : trace.tracedText
      parts.append("traced \(TraceText.line(trace)) (\(seen))")
      parts += trace.causes.map { "maybe: \($0)" }
    }
    if let prediction {
      let sides = prediction.rows.map(\.sides.text)
      parts.append(
        "predicted \(prediction.verdict.words) (\(PeerView.words(of: sides, limit: 2)))")
    }
    return TextStyle.printable("\(from) -> \(to), \(traffic): \(parts.joined(separator: "; "))")
  }

  fileprivate func document(_ expectsPassing: Bool) -> JSONValue {
    var object = JSONObject()
    object["from"] = .string(from)
    object["to"] = .string(to)
    object["traffic"] = .string(traffic)
    object["outcome"] = .string(outcome(expectsPassing).rawValue)
    object["prediction"] = prediction?.document ?? .null
    object["trace"] = trace?.document ?? .null
    object["failure"] =
      failure.map {
        [
          "kind": .string($0.kind.rawValue), "subject": .string($0.subject),
          "cause": .string($0.cause), "hint": $0.remedy.map { .string($0) } ?? .null,
        ]
      } ?? .null
    return .object(object)
  }
}

extension CheckReport {
  /// The report as a document with `schemaVersion` 1.
  public var document: JSONValue {
    [
      "schemaVersion": 1, "subject": .string(subject), "predicted": .bool(isPrediction),
      "met": .integer(Int64(count(.met))), "notMet": .integer(Int64(count(.unmet))),
      "errors": .integer(Int64(count(.error))),
      "checks": .array(
        checks.map { check in
          [
            "name": .string(check.name), "expect": .string(check.expectation),
            "line": check.line.map { .integer(Int64($0)) } ?? .null,
            "outcome": .string(check.outcome.rawValue),
            "milliseconds": .integer(check.milliseconds),
            "probes": .array(check.probes.map { $0.document(check.expectsPassing) }),
          ]
        }), "without": .texts(limits),
    ]
  }

  /// The report for people: a line for each check, and below it what is not as
  /// expected.
  public func text(color: Bool) -> String {
    let style = TextStyle(color: color)
    var text = ""
    for check in checks {
      let (word, role): (String, TextStyle.Role) =
        switch check.outcome {
        case .met: ("ok   ", .added)
        case .unmet: ("FAIL ", .removed)
        case .error: ("ERROR", .warning)
        }
      let many = check.probes.count > 1 ? " (\(check.probes.count) connections)" : ""
      text += style(role, word) + " \(TextStyle.printable(check.name))\(many)\n"
      for probe in check.probes where probe.outcome(check.expectsPassing) != .met {
        text += "        expected \(check.expectation): \(probe.text)\n"
      }
    }
    for limit in limits { text += style(.faint, "without \(TextStyle.printable(limit))\n") }
    let errors = count(.error)
    return text
      + "\(checks.count) check\(checks.count == 1 ? "" : "s")\(isPrediction ? " predicted" : ""): "
      + "\(count(.met)) met, \(count(.unmet)) not met"
      + (errors > 0 ? ", \(errors) could not be told" : "") + "\n"
  }

  /// The report for CI systems.
  public var junit: JUnitReport {
    JUnitReport(
      suite: "nsx-antrea \(subject)",
      cases: checks.map { check in
        let bad = check.probes.filter { $0.outcome(check.expectsPassing) != .met }
        let message =
          "expected \(check.expectation): " + (bad.first?.text ?? "there is no connection to check")
        let outcome: JUnitReport.Case.Outcome =
          switch check.outcome {
          case .met: .passed
          case .unmet: .failed(message)
          case .error: .error(message)
          }
        return JUnitReport.Case(
          name: check.name, outcome: outcome, milliseconds: check.milliseconds,
          details: check.probes.map(\.text).joined(separator: "\n"))
      })
  }
}
