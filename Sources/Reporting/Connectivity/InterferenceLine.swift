import Documents

/// Flows that the cluster decides otherwise than the policies made from NSX say,
/// because of a rule that somebody else put there.
public struct InterferenceLine: Sendable, Hashable {
  /// Where the foreign rule stands.
  public enum Kind: String, Sendable, Hashable {
    /// It decides before an NSX rule that says otherwise.
    case overrides
    /// NSX has no rule for the flows, and lets them pass; the foreign rule does
    /// not.
    case restricts
  }

  /// Where the foreign rule stands.
  public var kind: Kind
  /// What becomes of the flows.
  public var effect: ConnectivityDelta.Effect
  /// The foreign rule.
  public var rule: NamedRule
  /// NSX's rule that does not get to decide; `nil` where there is none.
  public var nsxRule: NamedRule?
  /// How many pairs of pods, or pods with addresses, it concerns.
  public var count: Int
  /// One of the flows.
  public var example: String

  /// Creates a line.
  public init(
    kind: Kind, effect: ConnectivityDelta.Effect, rule: NamedRule, nsxRule: NamedRule?, count: Int,
    example: String
  ) {
    self.kind = kind
    self.effect = effect
    self.rule = rule
    self.nsxRule = nsxRule
    self.count = count
    self.example = example
  }

  /// One line for a person.
  public var text: String {
    let what = "\(PairView.grouped(count)) pair\(count == 1 ? "" : "s")"
    let verb = effect == .allowed ? "lets \(what) pass" : "stops \(what)"
    let why =
      switch kind {
      case .overrides: "that NSX decides otherwise" + (nsxRule.map { " by \($0.text)" } ?? "")
      case .restricts: "for which NSX has no rule"
      }
    return "\(rule.text) \(verb) \(why); for example \(TextStyle.printable(example))"
  }

  /// The line as a JSON object.
  public var document: JSONValue {
    [
      "kind": .string(kind.rawValue), "effect": .string(effect.rawValue), "rule": rule.document,
      "nsxRule": nsxRule?.document ?? .null, "pairs": .integer(Int64(count)),
      "example": .string(example), "text": .string(text),
    ]
  }

  /// Overriding ones first, then by number of pairs.
  public static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.kind != right.kind { return left.kind == .overrides }
    if left.count != right.count { return left.count > right.count }
    return utf8Order(left.text, right.text) < 0
  }
}
