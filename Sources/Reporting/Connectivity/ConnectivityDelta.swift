import Documents

/// How a change of policies changes who reaches whom.
public struct ConnectivityDelta: Sendable, Hashable {
  /// Whether flows are let through or stopped.
  public enum Effect: String, Sendable, Hashable {
    /// They were stopped and pass from now on.
    case allowed
    /// They passed and are stopped from now on.
    case blocked
  }

  /// Flows that change alike, by one rule.
  public struct Entry: Sendable, Hashable {
    /// What becomes of them.
    public var effect: Effect
    /// What they carry, for example `5432/TCP`.
    public var traffic: String
    /// Who speaks to whom.
    public var pairs: PairView
    /// The rule that decides from now on; `nil` where none does.
    public var rule: NamedRule?
    /// The rule that decided until now.
    public var formerRule: NamedRule?
    /// One of the flows.
    public var example: String

    /// Creates an entry.
    public init(
      effect: Effect, traffic: String, pairs: PairView, rule: NamedRule?, formerRule: NamedRule?,
      example: String
    ) {
      self.effect = effect
      self.traffic = traffic
      self.pairs = pairs
      self.rule = rule
      self.formerRule = formerRule
      self.example = example
    }

    /// `12 pod pairs newly blocked on 5432/TCP: shop/web -> shop/db, by rule 1043
    /// "deny" (policy shop)`.
    public var text: String {
      let reason: String
      switch (rule, formerRule) {
      case (let rule?, _): reason = "by \(rule.text)"
      case (nil, let former?): reason = "no longer stopped by \(former.text)"
      case (nil, nil): reason = "by no rule"
      }
      return
        "\(pairs.countText) newly \(effect.rawValue) on \(traffic): \(pairs.pathText), \(reason)"
    }

    /// The entry as a JSON object.
    public var document: JSONValue {
      [
        "effect": .string(effect.rawValue), "traffic": .string(traffic),
        "pairs": pairs.document, "rule": rule?.document ?? .null,
        "formerRule": formerRule?.document ?? .null, "example": .string(example),
        "text": .string(text),
      ]
    }
  }

  /// The changes, those that concern most pairs first.
  public var entries: [Entry]
  /// How many pairs of pods, or pods with addresses, are newly let through.
  public var allowed: Int
  /// How many are newly stopped.
  public var blocked: Int
  /// Further changes that ``entries`` leaves out.
  public var omitted: Int

  /// Creates a change.
  public init(entries: [Entry], allowed: Int, blocked: Int, omitted: Int = 0) {
    self.entries = entries
    self.allowed = allowed
    self.blocked = blocked
    self.omitted = omitted
  }

  /// The change as a JSON object.
  public var document: JSONValue {
    [
      "newlyAllowed": .integer(Int64(allowed)), "newlyBlocked": .integer(Int64(blocked)),
      "omitted": .integer(Int64(omitted)), "entries": .array(entries.map(\.document)),
    ]
  }
}
