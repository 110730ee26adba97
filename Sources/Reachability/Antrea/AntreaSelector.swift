import AntreaModel
import Documents

/// A Kubernetes label selector, decided by Kubernetes' rules: an empty selector
/// matches everything.
struct AntreaSelector: Hashable {
  /// What a selector asks of one label.
  struct Requirement: Hashable {
    enum Condition: Hashable {
      case isIn(Set<String>)
      case notIn(Set<String>)
      case exists
      case doesNotExist
    }

    let key: String
    let condition: Condition
  }

  /// What a document turned out to be.
  enum Reading {
    case selector(AntreaSelector)
    /// The API takes it, but it cannot be converted.
    case unusable(reason: String)
  }

  private(set) var requirements: [Requirement] = []

  /// Creates a selector of labels with given values.
  init(labels: [String: String]) {
    for (key, value) in labels.sorted(by: { $0.key < $1.key }) { add(key, .isIn([value])) }
  }

  /// Reads a selector.
  ///
  /// - Throws: where the API would not take it.
  static func read(
    _ document: JSONValue, _ fields: AntreaFields
  ) throws(EvaluationError) -> Reading {
    try fields.check(document, ["matchLabels", "matchExpressions"])
    var selector = AntreaSelector(labels: [:])
    var reasons: [String] = []
    if let labels = document["matchLabels"], !labels.isNull {
      guard let members = labels.object else { throw fields.invalid("matchLabels", "no object") }
      for member in members {
        guard let value = member.value.string else {
          throw fields.invalid("matchLabels", "\(member.key) is no string")
        }
        if LabelSyntax.isQualifiedName(member.key), LabelSyntax.isValue(value) {
          selector.add(member.key, .isIn([value]))
        } else {
          reasons.append("\(member.key) is no label")
        }
      }
    }
    for expression in try fields.list(document, "matchExpressions") {
      if let reason = try selector.add(expression, fields) { reasons.append(reason) }
    }
    return reasons.first.map { .unusable(reason: $0) } ?? .selector(selector)
  }

  private mutating func add(_ key: String, _ condition: Requirement.Condition) {
    requirements.append(Requirement(key: key, condition: condition))
  }

  /// Adds an expression, or tells why it cannot be converted.
  private mutating func add(
    _ expression: JSONValue, _ fields: AntreaFields
  ) throws(EvaluationError) -> String? {
    try fields.check(expression, ["key", "operator", "values"])
    let key = try fields.text(expression, "key") ?? ""
    let values = try fields.strings(expression, "values")
    guard LabelSyntax.isQualifiedName(key), values.allSatisfy({ LabelSyntax.isValue($0) }) else {
      return "\(key) is no label"
    }
    let name = try fields.text(expression, "operator") ?? ""
    switch (name, values.isEmpty) {
    case ("In", false): add(key, .isIn(Set(values)))
    case ("NotIn", false): add(key, .notIn(Set(values)))
    case ("Exists", true): add(key, .exists)
    case ("DoesNotExist", true): add(key, .doesNotExist)
    case ("In", _), ("NotIn", _), ("Exists", _), ("DoesNotExist", _):
      return "\(key) \(name) with \(values.count) values"
    default: throw fields.invalid("operator", name)
    }
    return nil
  }

  /// The pods, out of all, whose labels meet every requirement.
  ///
  /// - Parameter labels: pods by key and value.
  func members(_ labels: [String: [String: EndpointSet]], of all: EndpointSet) -> EndpointSet {
    var result = all
    for requirement in requirements {
      let values = labels[requirement.key] ?? [:]
      func union(_ wanted: Set<String>) -> EndpointSet {
        wanted.reduce(into: EndpointSet()) { set, value in
          if let part = values[value] { set.formUnion(part) }
        }
      }
      let present = { values.values.reduce(into: EndpointSet()) { $0.formUnion($1) } }
      // An absent label is in no set.
      switch requirement.condition {
      case .isIn(let wanted): result = result.intersection(union(wanted))
      case .notIn(let others): result = result.subtracting(union(others))
      case .exists: result = result.intersection(present())
      case .doesNotExist: result = result.subtracting(present())
      }
    }
    return result
  }

  /// Whether labels meet every requirement.
  func matches(_ labels: [String: String]) -> Bool {
    requirements.allSatisfy { requirement in
      let value = labels[requirement.key]
      // An absent label is in no set.
      switch requirement.condition {
      case .isIn(let values): return value.map(values.contains) ?? false
      case .notIn(let values): return !(value.map(values.contains) ?? false)
      case .exists: return value != nil
      case .doesNotExist: return value == nil
      }
    }
  }
}
