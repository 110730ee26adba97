import Documents
import Reachability

/// A decision at both ends with the names of the deciding rules.
public struct SidesText: Sendable, Hashable {
  /// One end.
  public struct Side: Sendable, Hashable {
    /// `allow`, `drop`, `reject` or `undetermined`.
    public var outcome: Outcome
    /// The rule that decides; `nil` where none does.
    public var rule: NamedRule?

    /// `allow by rule 1001 "web to db" (policy shop)`, or `allow, no rule`.
    var text: String {
      outcome.rawValue + (rule.map { " by \($0.text)" } ?? ", no rule")
    }

    var document: JSONValue {
      ["outcome": .string(outcome.rawValue), "rule": rule?.document ?? .null]
    }
  }

  /// Leaving the source.
  public var egress: Side
  /// Entering the destination.
  public var ingress: Side
  /// What comes of both.
  public var outcome: Outcome

  /// Names a decision.
  public init(_ decision: Decision, names: RuleNames) {
    egress = Side(outcome: decision.egress.outcome, rule: decision.egress.rule.map { names($0) })
    ingress = Side(outcome: decision.ingress.outcome, rule: decision.ingress.rule.map { names($0) })
    outcome = decision.outcome
  }

  /// The end that decides: the first that stops the flow, else the destination.
  var decisive: Side { egress.outcome == .allow ? ingress : egress }

  /// `out allow, no rule; in drop by rule …`.
  var text: String { "out \(egress.text), in \(ingress.text)" }

  /// The decision as a JSON object.
  public var document: JSONValue {
    [
      "outcome": .string(outcome.rawValue), "egress": egress.document,
      "ingress": ingress.document,
    ]
  }
}
