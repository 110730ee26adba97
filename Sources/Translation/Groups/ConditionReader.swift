import AntreaModel
import NSXModel

/// Turns the conditions of one conjunction into a term.
struct ConditionReader {
  /// The prefix of tag scopes that stand for Kubernetes labels.
  static let labelPrefix = "dis:k8s:"
  /// The label that holds a namespace's name.
  static let namespaceNameLabel = "kubernetes.io/metadata.name"

  private var namespaces: [LabelRequirement] = []
  private var pods: [LabelRequirement] = []
  private var services: [String] = []
  private var namespaceNames: [String] = []
  private var hasOtherNamespaceConditions = false
  /// What is worth knowing.
  private(set) var notes: [Problem] = []

  /// The term of conditions that all must hold; `nil` where they contradict
  /// each other.
  static func term(_ conditions: [Condition]) throws(Problem) -> (PodTerm?, [Problem]) {
    var reader = ConditionReader()
    for condition in conditions {
      if condition.hasExclusion { throw reader.unsupported(condition) }
      try reader.add(condition)
    }
    return (try reader.finish(), reader.notes)
  }

  private mutating func add(_ condition: Condition) throws(Problem) {
    switch (condition.memberType, condition.key) {
    case ("Namespace", "Name"):
      // Names of namespaces have no upper case, and NSX compares without regard
      // to case.
      let names = try values(condition, lowercased: true) { LabelSyntax.isDNSLabel($0) }
      let comparison = try comparison(condition)
      if comparison == .in, names.count == 1 {
        namespaceNames.append(names[0])
      } else {
        hasOtherNamespaceConditions = true
      }
      namespaces.append(
        LabelRequirement(key: Self.namespaceNameLabel, comparison: comparison, values: names))
    case ("Namespace", "Tag"):
      hasOtherNamespaceConditions = true
      namespaces.append(try tag(condition))
    case ("Pod", "Tag"): pods.append(try tag(condition))
    case ("Service", "Name"):
      guard condition.comparison == "EQUALS" else { throw unsupported(condition) }
      let names = try values(condition, lowercased: true) { LabelSyntax.isDNSLabel($0) }
      services += names
    default: throw unsupported(condition)
    }
  }

  private func finish() throws(Problem) -> PodTerm? {
    guard let service = services.first else {
      return SelectorTerm(namespaces: namespaces, pods: pods).map { .selector($0) }
    }
    guard services.count == 1, namespaceNames.count == 1, !hasOtherNamespaceConditions,
      pods.isEmpty
    else {
      throw Problem(
        .serviceWithoutNamespace,
        "Service \(service) needs exactly one Namespace Name and nothing else beside it")
    }
    return PodTerm.service(name: service, namespace: namespaceNames[0])
  }

  private func comparison(_ condition: Condition) throws(Problem) -> LabelRequirement.Operator {
    switch condition.comparison {
    case "EQUALS", "IN": .in
    case "NOTEQUALS", "NOTIN": .notIn
    default: throw unsupported(condition)
    }
  }

  private mutating func tag(_ condition: Condition) throws(Problem) -> LabelRequirement {
    let bar = condition.value.firstIndex(of: "|")
    let scope = bar.map { String(condition.value[..<$0]) } ?? ""
    let value = bar.map { String(condition.value[condition.value.index(after: $0)...]) }
    guard let value, !scope.isEmpty else {
      throw Problem(.tagWithoutKey, "\(condition.memberType) Tag \(condition.value)")
    }
    var key = scope
    if scope.hasPrefix(Self.labelPrefix) {
      key = String(scope.dropFirst(Self.labelPrefix.count))
    } else {
      notes.append(Problem(.tagScopeWithoutPrefix, "\(condition.memberType) Tag scope \(scope)"))
    }
    guard LabelSyntax.isQualifiedName(key) else {
      throw Problem(.invalidLabel, "\(key) is no label key")
    }
    if condition.scopeComparison == "NOTEQUALS" {
      guard value.isEmpty, condition.comparison == nil || condition.comparison == "EQUALS" else {
        throw unsupported(condition)
      }
      return LabelRequirement(key: key, comparison: .doesNotExist)
    }
    guard condition.scopeComparison == "EQUALS" else { throw unsupported(condition) }
    if value.isEmpty {
      guard condition.comparison == "EQUALS" else { throw unsupported(condition) }
      return LabelRequirement(key: key, comparison: .exists)
    }
    let comparison = try comparison(condition)
    var part = condition
    part.value = value
    return LabelRequirement(
      key: key, comparison: comparison,
      values: try values(part, lowercased: false) { LabelSyntax.isValue($0) })
  }

  private func values(
    _ condition: Condition, lowercased: Bool, isValid: (String) -> Bool
  ) throws(Problem) -> [String] {
    let isList = condition.comparison == "IN" || condition.comparison == "NOTIN"
    let texts =
      isList
      ? condition.value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      : [condition.value]
    var values: [String] = []
    for text in texts {
      let value = lowercased ? text.lowercased() : text
      guard !value.isEmpty, isValid(value) else {
        throw Problem(
          .invalidLabel, "\(condition.memberType) \(condition.key) \(text) can be no value")
      }
      values.append(value)
    }
    return values
  }

  private func unsupported(_ condition: Condition) -> Problem {
    Problem(
      .unsupportedCondition,
      "\(condition.memberType) \(condition.key) \(condition.comparison ?? "-")"
        + (condition.scopeComparison == "EQUALS" ? "" : " scope \(condition.scopeComparison)")
        + " \(condition.value)" + (condition.hasExclusion ? " with exclude" : ""))
  }
}
