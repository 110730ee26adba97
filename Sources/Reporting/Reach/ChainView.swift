import Documents

/// One rule that a flow meets, in order of evaluation.
public struct ChainView: Sendable, Hashable {
  /// Which end evaluates it.
  public enum End: String, Sendable, Hashable {
    /// Leaving the source.
    case egress
    /// Entering the destination.
    case ingress
  }

  /// The end.
  public var end: End
  /// The rule.
  public var rule: NamedRule
  /// What it does with the flow: `allow`, `drop`, `passes on`, `other traffic`.
  public var effect: String
  /// Whether it decides.
  public var decides: Bool

  /// Creates a link.
  public init(end: End, rule: NamedRule, effect: String, decides: Bool) {
    self.end = end
    self.rule = rule
    self.effect = effect
    self.decides = decides
  }

  /// The link as a JSON object.
  public var document: JSONValue {
    [
      "end": .string(end.rawValue), "rule": rule.document, "effect": .string(effect),
      "decides": .bool(decides),
    ]
  }
}
