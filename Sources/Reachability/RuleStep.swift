/// What a rule does with a flow at one end, in the order in which the rules that
/// stand there are asked.
public struct RuleStep: Sendable, Hashable {
  /// What a rule does.
  public enum Effect: Sendable, Hashable {
    /// It decides; no rule behind it is asked.
    case decides(Outcome)
    /// It matches, and sends the flow on to a later stage.
    case passes
    /// It does not match.
    case skipped(Reason)
  }

  /// Why a rule does not match: the last of what is compared.
  public enum Reason: Int, Sendable, Hashable, Comparable {
    /// The other end is none of its peers.
    case otherPeer
    /// It asks for a Service that the flow was not sent to.
    case otherService
    /// It is about other traffic.
    case otherTraffic
    /// An earlier rule sent the flow on to a stage behind it.
    case passedOver

    /// By how far the comparison comes.
    public static func < (left: Reason, right: Reason) -> Bool { left.rawValue < right.rawValue }
  }

  /// The rule.
  public var rule: RuleReference
  /// Where it stands in the order, for example `tier platform, priority 5`.
  public var place: String
  /// What it does.
  public var effect: Effect

  /// Creates a step.
  public init(rule: RuleReference, place: String, effect: Effect) {
    self.rule = rule
    self.place = place
    self.effect = effect
  }
}
