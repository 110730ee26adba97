/// One element of a group's expression.
public indirect enum Expression: Sendable, Hashable {
  /// `Condition`.
  case condition(Condition)
  /// `ConjunctionOperator`.
  case conjunction(Conjunction)
  /// `NestedExpression`: conditions that all must hold.
  case nested([Expression])
  /// `PathExpression`: other groups, segments or ports.
  case paths([String])
  /// `IPAddressExpression`: addresses, CIDRs and ranges.
  case addresses([String])
  /// Any other kind (`MACAddressExpression`, `ExternalIDExpression`, …) by its
  /// `resource_type`.
  case unknown(String)
}

/// How two operands of an expression are joined.
public enum Conjunction: Sendable, Hashable {
  /// Both must hold.
  case and
  /// One must hold.
  case or
  /// An operator that this version does not know.
  case unknown(String)

  /// Reads NSX's value.
  public init(_ value: String) {
    switch value {
    case "AND": self = .and
    case "OR": self = .or
    default: self = .unknown(value)
    }
  }
}

/// A criterion on one property of members of one type. Values stay as NSX
/// spells them: an unknown one is refused by the translation.
public struct Condition: Sendable, Hashable {
  /// `member_type`, for example `Pod`.
  public var memberType: String
  /// `key`, for example `Tag`.
  public var key: String
  /// `operator`; `nil` where only the scope is compared.
  public var comparison: String?
  /// `scope_operator`; NSX's default is `EQUALS`.
  public var scopeComparison: String
  /// `value`; for the key `Tag` it is `scope|tag`.
  public var value: String
  /// Whether `exclude` takes members out again.
  public var hasExclusion: Bool

  /// Creates a condition.
  public init(
    memberType: String, key: String, comparison: String?, scopeComparison: String = "EQUALS",
    value: String, hasExclusion: Bool = false
  ) {
    self.memberType = memberType
    self.key = key
    self.comparison = comparison
    self.scopeComparison = scopeComparison
    self.value = value
    self.hasExclusion = hasExclusion
  }
}
