import AntreaModel
import Documents

/// A Kubernetes label selector, decided by Kubernetes' rules: an empty selector
/// matches everything.
struct AntreaSelector {
  private enum Requirement {
    case isIn(Set<String>)
    case notIn(Set<String>)
    case exists
    case doesNotExist
  }

  private var requirements: [(key: String, requirement: Requirement)] = []

  init(_ document: JSONValue, _ fields: AntreaFields) throws(EvaluationError) {
    try fields.check(document, ["matchLabels", "matchExpressions"])
    if let labels = document["matchLabels"], !labels.isNull {
      guard let members = labels.object else { throw fields.invalid("matchLabels", "no object") }
      for member in members {
        guard let value = member.value.string, LabelSyntax.isQualifiedName(member.key),
          LabelSyntax.isValue(value)
        else { throw fields.invalid("matchLabels", "\(member.key) is no label") }
        requirements.append((member.key, .isIn([value])))
      }
    }
    for expression in try fields.list(document, "matchExpressions") {
      try add(expression, fields)
    }
  }

  // Antrea drops a selector that it cannot convert, which widens the rule: such
  // a selector is an error here.
  private mutating func add(
    _ expression: JSONValue, _ fields: AntreaFields
  ) throws(EvaluationError) {
    try fields.check(expression, ["key", "operator", "values"])
    let key = try fields.text(expression, "key") ?? ""
    let values = try fields.strings(expression, "values")
    guard LabelSyntax.isQualifiedName(key), values.allSatisfy({ LabelSyntax.isValue($0) }) else {
      throw fields.invalid("matchExpressions", "\(key) is no label")
    }
    let name = try fields.text(expression, "operator") ?? ""
    switch (name, values.isEmpty) {
    case ("In", false): requirements.append((key, .isIn(Set(values))))
    case ("NotIn", false): requirements.append((key, .notIn(Set(values))))
    case ("Exists", true): requirements.append((key, .exists))
    case ("DoesNotExist", true): requirements.append((key, .doesNotExist))
    default: throw fields.invalid("matchExpressions", "\(key) \(name) with \(values.count) values")
    }
  }

  /// Whether labels meet every requirement.
  func matches(_ labels: [String: String]) -> Bool {
    requirements.allSatisfy { key, requirement in
      let value = labels[key]
      // An absent label is in no set.
      switch requirement {
      case .isIn(let values): return value.map(values.contains) ?? false
      case .notIn(let values): return !(value.map(values.contains) ?? false)
      case .exists: return value != nil
      case .doesNotExist: return value == nil
      }
    }
  }
}
