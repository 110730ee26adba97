import NSXModel

/// A condition on a label of pods or of their namespaces.
struct LabelCondition: Hashable {
  /// Whether it is about the namespace's label.
  var isNamespace: Bool
  /// The label's key.
  var key: String
  /// Values, one of which the label has; none stands for any value.
  var values: [String]
  /// Whether it holds where the label has none of the values.
  var isNegated: Bool

  /// Reads what the translation takes for a label: names of namespaces and
  /// tags with a key.
  ///
  /// - Returns: `nil` for any other condition.
  init?(_ condition: Condition) {
    isNamespace = condition.memberType == "Namespace"
    switch (condition.memberType, condition.key) {
    case ("Namespace", "Name"):
      key = ConditionReader.namespaceNameLabel
      // Names of namespaces are in lower case, and are rendered so.
      values = Self.values(condition.value.lowercased(), condition.comparison)
      isNegated = ["NOTEQUALS", "NOTIN"].contains(condition.comparison)
    case ("Namespace", "Tag"), ("Pod", "Tag"):
      guard let bar = condition.value.firstIndex(of: "|") else { return nil }
      let scope = String(condition.value[..<bar])
      let prefix = ConditionReader.labelPrefix
      key = scope.hasPrefix(prefix) ? String(scope.dropFirst(prefix.count)) : scope
      let value = String(condition.value[condition.value.index(after: bar)...])
      values = value.isEmpty ? [] : Self.values(value, condition.comparison)
      let isMissing = condition.scopeComparison == "NOTEQUALS"
      isNegated = isMissing || ["NOTEQUALS", "NOTIN"].contains(condition.comparison)
      guard !key.isEmpty, isMissing || condition.scopeComparison == "EQUALS",
        value.isEmpty ? [nil, "EQUALS"].contains(condition.comparison) : !isMissing
      else { return nil }
    default: return nil
    }
    guard !condition.hasExclusion,
      [nil, "EQUALS", "IN", "NOTEQUALS", "NOTIN"].contains(condition.comparison)
    else { return nil }
  }

  /// The conditions on labels that stand in an expression, as NSX has them and
  /// as read here.
  static func all(in expression: [Expression]) -> [(source: Condition, label: LabelCondition)] {
    expression.flatMap { element -> [(source: Condition, label: LabelCondition)] in
      switch element {
      case .condition(let condition): LabelCondition(condition).map { [(condition, $0)] } ?? []
      case .nested(let inner): all(in: inner)
      default: []
      }
    }
  }

  private static func values(_ text: String, _ comparison: String?) -> [String] {
    guard comparison == "IN" || comparison == "NOTIN" else { return [text] }
    return text.split(separator: ",").map(String.init)
  }
}
