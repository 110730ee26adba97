import Documents

/// A condition on one label.
public struct LabelRequirement: Sendable, Hashable {
  /// How the label is compared.
  public enum Operator: String, Sendable, Hashable {
    /// The label has one of the values.
    case `in` = "In"
    /// The label is missing or has none of the values.
    case notIn = "NotIn"
    /// The label is there.
    case exists = "Exists"
    /// The label is missing.
    case doesNotExist = "DoesNotExist"
  }

  /// The label's key.
  public var key: String
  /// How it is compared.
  public var comparison: Operator
  /// The values, sorted; empty for `Exists` and `DoesNotExist`.
  public var values: [String]

  /// Creates a requirement.
  public init(key: String, comparison: Operator, values: [String] = []) {
    self.key = key
    self.comparison = comparison
    self.values = values
  }
}

/// Requirements that all must hold; none selects everything.
public struct LabelSelector: Sendable, Hashable {
  /// The requirements in order of key and operator.
  public var requirements: [LabelRequirement]

  /// Creates a selector.
  public init(_ requirements: [LabelRequirement] = []) { self.requirements = requirements }

  /// The selector as Kubernetes writes it: equality with one value in
  /// `matchLabels` (which Antrea's webhook validates), the rest in
  /// `matchExpressions`.
  public var document: JSONValue {
    var labels = JSONObject()
    var expressions: [JSONValue] = []
    for requirement in requirements {
      if requirement.comparison == .in, requirement.values.count == 1,
        labels[requirement.key] == nil
      {
        labels[requirement.key] = .string(requirement.values[0])
        continue
      }
      var object = JSONObject()
      object["key"] = .string(requirement.key)
      object["operator"] = .string(requirement.comparison.rawValue)
      if !requirement.values.isEmpty {
        object["values"] = .array(requirement.values.map { .string($0) })
      }
      expressions.append(.object(object))
    }
    var selector = JSONObject()
    if !expressions.isEmpty { selector["matchExpressions"] = .array(expressions) }
    if !labels.isEmpty { selector["matchLabels"] = .object(labels) }
    return .object(selector)
  }
}

/// Namespaces and pods: a pod matches when its labels and its namespace's do.
public struct WorkloadSelector: Sendable, Hashable {
  /// Requirements on the namespace; `nil` for every namespace.
  public var namespaces: LabelSelector?
  /// Requirements on the pod; `nil` for every pod.
  public var pods: LabelSelector?

  /// Creates a selector; with neither part it selects every pod.
  public init(namespaces: LabelSelector?, pods: LabelSelector?) {
    self.namespaces = namespaces
    self.pods = pods
  }

  /// Every pod of the cluster.
  public static let everyPod = WorkloadSelector(namespaces: nil, pods: LabelSelector())

  /// Adds `namespaceSelector` and `podSelector`, never none of the two.
  func write(to object: inout JSONObject) {
    if let namespaces { object["namespaceSelector"] = namespaces.document }
    if let pods {
      object["podSelector"] = pods.document
    } else if namespaces == nil {
      object["podSelector"] = .object(JSONObject())
    }
  }
}
