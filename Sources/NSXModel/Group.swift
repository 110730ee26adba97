/// A group of workloads or addresses.
public struct Group: NSXObject, Hashable {
  /// The fields that every Policy object has.
  public var common: CommonFields
  /// `group_type`: `ANTREA`, `IPAddress`, …; empty for a generic group.
  public var types: [String]
  /// `expression`: operands at even, conjunctions at odd places.
  public var expression: [Expression]
  /// Whether `extended_expression` (identity groups) has entries.
  public var hasExtendedExpression: Bool

  /// Creates a group.
  public init(
    common: CommonFields, types: [String] = [], expression: [Expression] = [],
    hasExtendedExpression: Bool = false
  ) {
    self.common = common
    self.types = types
    self.expression = expression
    self.hasExtendedExpression = hasExtendedExpression
  }
}
