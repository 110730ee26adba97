import Documents

/// A conjunction of requirements on labels, as list requests and Antrea's
/// selectors state it.
struct LabelSelector: Sendable, Hashable {
  /// One requirement on one key.
  enum Requirement: Sendable, Hashable {
    /// The label has one of the values.
    case isIn(String, [String])
    /// The label is missing or has none of the values.
    case notIn(String, [String])
    /// The label is there.
    case exists(String)
    /// The label is missing.
    case doesNotExist(String)
  }

  /// All of these must hold; none selects everything.
  var requirements: [Requirement] = []

  /// Whether an object with these labels is selected.
  func matches(_ labels: [String: String]) -> Bool {
    requirements.allSatisfy { requirement in
      switch requirement {
      case .isIn(let key, let values): labels[key].map(values.contains) ?? false
      case .notIn(let key, let values): labels[key].map { !values.contains($0) } ?? true
      case .exists(let key): labels[key] != nil
      case .doesNotExist(let key): labels[key] == nil
      }
    }
  }

  /// Reads a `LabelSelector` object (`matchLabels`, `matchExpressions`).
  init(object: JSONValue) {
    for (key, value) in object.strings("matchLabels").sorted(by: { $0.key < $1.key }) {
      requirements.append(.isIn(key, [value]))
    }
    for expression in object.list("matchExpressions") {
      let key = expression.text("key")
      let values = expression.list("values").compactMap(\.string)
      switch expression.text("operator") {
      case "In": requirements.append(.isIn(key, values))
      case "NotIn": requirements.append(.notIn(key, values))
      case "Exists": requirements.append(.exists(key))
      default: requirements.append(.doesNotExist(key))
      }
    }
  }
}
