import AntreaModel
import NSXModel

/// Turns the conditions of one conjunction into terms.
struct ConditionReader {
  /// The prefix of tag scopes that stand for Kubernetes labels.
  static let labelPrefix = "dis:k8s:"
  /// The label that holds a namespace's name.
  static let namespaceNameLabel = "kubernetes.io/metadata.name"

  private var namespaces: [LabelRequirement] = []
  private var pods: [LabelRequirement] = []
  /// For each condition on Services, their names.
  private var services: [[String]] = []
  private var hasNamespaceTags = false
  /// What is worth knowing.
  private(set) var notes: [Problem] = []

  /// The union of terms that conditions which all must hold stand for; none
  /// where they contradict each other.
  static func terms(_ conditions: [Condition]) throws(Problem) -> ([PodTerm], [Problem]) {
    var reader = ConditionReader()
    for condition in conditions {
      if condition.hasExclusion {
        throw reader.unsupported(condition, "what it excludes is not read")
      }
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
      namespaces.append(
        LabelRequirement(
          key: Self.namespaceNameLabel, comparison: try comparison(condition), values: names))
    case ("Namespace", "Tag"):
      hasNamespaceTags = true
      namespaces.append(try tag(condition))
    case ("Pod", "Tag"): pods.append(try tag(condition))
    case ("Service", "Name"):
      guard try comparison(condition) == .in else {
        throw unsupported(condition, "who is behind no such Service is not known")
      }
      services.append(try values(condition, lowercased: true) { LabelSyntax.isDNSLabel($0) })
    case ("Pod", "Name"): throw unsupported(condition, "a pod's name is no label")
    default: throw unsupported(condition, "no label has it")
    }
  }

  private func finish() throws(Problem) -> [PodTerm] {
    let term = SelectorTerm(namespaces: namespaces, pods: pods)
    if services.isEmpty { return term.map { [.selector($0)] } ?? [] }
    // A contradiction matches nothing, whatever the Services are.
    guard let term else { return [] }
    let names = term.namespaces[Self.namespaceNameLabel]
    guard services.count == 1, !names.isExclusion, !hasNamespaceTags, pods.isEmpty else {
      throw Problem(
        .serviceWithoutNamespace,
        "Service \(services[0].joined(separator: ",")) needs the names of namespaces and nothing else beside it"
      )
    }
    return names.values.flatMap { namespace in
      services[0].compactMap { PodTerm.service(name: $0, namespace: namespace) }
    }
  }

  private func comparison(_ condition: Condition) throws(Problem) -> LabelRequirement.Operator {
    switch condition.comparison {
    case "EQUALS", "IN": .in
    case "NOTEQUALS", "NOTIN": .notIn
    default: throw unsupported(condition, "a label selector compares whole values")
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
        throw unsupported(condition, "a label selector names the key whose value it compares")
      }
      return LabelRequirement(key: key, comparison: .doesNotExist)
    }
    guard condition.scopeComparison == "EQUALS" else {
      throw unsupported(condition, "the scope operator is unknown")
    }
    if value.isEmpty {
      guard condition.comparison == "EQUALS" else {
        throw unsupported(condition, "there is no value to compare")
      }
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

  private func unsupported(_ condition: Condition, _ reason: String) -> Problem {
    Problem(
      .unsupportedCondition,
      "\(condition.memberType) \(condition.key) \(condition.comparison ?? "-")"
        + (condition.scopeComparison == "EQUALS" ? "" : " scope \(condition.scopeComparison)")
        + " \(condition.value)" + (condition.hasExclusion ? " with exclude" : "")
        + ": \(reason)")
  }
}
