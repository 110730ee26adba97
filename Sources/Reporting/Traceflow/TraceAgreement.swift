import AntreaModel
import Reachability

/// How what a trace saw and what the policies predict go together.
public enum TraceAgreement: Sendable, Hashable {
  /// The same verdict by the same rules.
  case agrees
  /// The packet passed where it should be stopped, or the other way round, or was
  /// dropped instead of rejected.
  case otherVerdict
  /// The same verdict by another rule.
  case otherRule
  /// It cannot be said, and why.
  case notCompared(String)

  /// Whether it is a finding.
  public var isFinding: Bool {
    switch self {
    case .agrees, .notCompared: false
    case .otherVerdict, .otherRule: true
    }
  }

  /// The word for it in JSON.
  public var word: String {
    switch self {
    case .agrees: "agrees"
    case .otherVerdict: "other-verdict"
    case .otherRule: "other-rule"
    case .notCompared: "not-compared"
    }
  }

  /// Holds what a finished trace saw against a prediction for the same flow.
  public init(_ seen: TraceflowVerdict, predicted: Decision) {
    let isStopped: Bool
    switch seen.end {
    case .delivered, .left: isStopped = false
    case .dropped, .rejected: isStopped = true
    case .unknown:
      self = .notCompared("the trace does not tell where the packet ended")
      return
    }
    let expected: Bool
    switch predicted.outcome {
    case .undetermined:
      self = .notCompared("the prediction is undetermined")
      return
    // What a rule inspects passes until its content is known.
    case .allow, .inspect: expected = !isStopped
    case .drop: expected = seen.end == .dropped
    case .reject: expected = seen.end == .rejected
    }
    guard expected else {
      self = .otherVerdict
      return
    }
    let sides = [seen.egress, seen.ingress].compactMap(\.self)
    guard sides.allSatisfy({ $0.policy != nil || $0.isIsolation }) else {
      self = .notCompared("Antrea does not name the policy that decided")
      return
    }
    let isStoppedAtSource = [.drop, .reject].contains(predicted.egress.outcome)
    let isSame =
      (!seen.sawEgress || Self.same(seen.egress, predicted.egress))
      && (isStoppedAtSource || !seen.sawIngress || Self.same(seen.ingress, predicted.ingress))
    self = isSame ? .agrees : .otherRule
  }

  /// The rule of Kubernetes' isolation in a prediction, which no observation
  /// names.
  static let isolation = "isolation"

  private static func same(_ seen: TraceflowVerdict.Side?, _ predicted: SideDecision) -> Bool {
    guard let seen else { return predicted.rule == nil }
    guard let rule = predicted.rule else { return false }
    guard let policy = seen.policy else { return rule.rule == isolation }
    // Kubernetes' policies together allow what any of them allows.
    if policy.isKubernetes { return rule.policy.hasPrefix("NetworkPolicy/") }
    return policy.reference == rule.policy && (seen.rule.map { $0 == rule.rule } ?? true)
  }
}
