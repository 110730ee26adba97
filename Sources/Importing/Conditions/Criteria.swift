import AntreaModel
import Documents

/// Pods by their namespaces' labels and their own.
struct PodDemands: Sendable, Hashable {
  var namespaces: LabelDemands
  var pods: LabelDemands

  /// Whether no pod meets it.
  var isContradiction: Bool { namespaces.isContradiction || pods.isContradiction }

  /// The labels of which values are excluded and that may be missing, in words.
  var exclusions: [String] {
    if isContradiction { return [] }
    return namespaces.exclusions.map { "Namespace label \($0)" }
      + pods.exclusions.map { "Pod label \($0)" }
  }

  /// Whether a pod meets it.
  func accepts(_ pod: ImportPod) -> Bool {
    namespaces.accepts(pod.namespaceLabels) && pods.accepts(pod.labels)
  }
}

/// Turns what is asked of pods into criteria of ANTREA groups: an OR of criteria,
/// each an AND of conditions.
struct Criteria {
  /// The label that Kubernetes gives every namespace with its name.
  static let nameLabel = "kubernetes.io/metadata.name"
  /// Conditions of one type that one criterion may have.
  static let ofOneType = 5
  /// Conditions of several types that one criterion may have.
  static let ofSeveralTypes = 15

  private let place: String
  private var alternatives: [[JSONValue]] = [[]]

  /// The criteria; empty where no pod can meet the demands.
  ///
  /// - Throws: what the conditions of ANTREA groups cannot say.
  static func of(_ demands: PodDemands, at place: String) throws(ImportProblem) -> [[JSONValue]] {
    if demands.isContradiction { return [] }
    var criteria = Criteria(place: place)
    for (type, part) in [("Namespace", demands.namespaces), ("Pod", demands.pods)] {
      for (key, demand) in part.demands.sorted(by: { $0.key < $1.key }) {
        if type == "Namespace", key == nameLabel {
          // Every namespace has it: it is not missing.
          if demand.mustBeMissing { return [] }
          try criteria.addName(demand)
        } else {
          try criteria.add(type, key, demand)
        }
      }
    }
    // Every pod: that its namespace has a name is true of each.
    if criteria.alternatives == [[]] { criteria.and(tag("Namespace", nameLabel, "", "EQUALS")) }
    for criterion in criteria.alternatives { try criteria.check(criterion) }
    return criteria.alternatives
  }

  private init(place: String) { self.place = place }

  private mutating func and(_ condition: JSONValue) {
    for index in alternatives.indices { alternatives[index].append(condition) }
  }

  private mutating func and(anyOf conditions: [JSONValue]) throws(ImportProblem) {
    if conditions.count == 1 { return and(conditions[0]) }
    guard alternatives.count * conditions.count <= GroupWriter.maximumCriteria else {
      throw ImportProblem(
        .tooManyGroups, at: place, "its alternatives are over \(GroupWriter.maximumCriteria)")
    }
    alternatives = alternatives.flatMap { first in conditions.map { first + [$0] } }
  }

  /// The namespace's name: NSX compares names with EQUALS alone, the rest is said
  /// of the label.
  private mutating func addName(_ demand: LabelDemands.Demand) throws(ImportProblem) {
    if let included = demand.included {
      try and(
        anyOf: included.subtracting(demand.excluded).sorted().map { name in
          [
            "resource_type": "Condition", "member_type": "Namespace", "key": "Name",
            "operator": "EQUALS", "value": .string(name),
          ]
        })
      return
    }
    for name in demand.excluded.sorted() {
      and(Self.tag("Namespace", Self.nameLabel, name, "NOTEQUALS"))
    }
  }

  private mutating func add(
    _ type: String, _ key: String, _ demand: LabelDemands.Demand
  ) throws(ImportProblem) {
    guard "dis:k8s:\(key)".count <= 128 else {
      throw ImportProblem(.longLabelKey, at: place, "the label \(key)")
    }
    if let included = demand.included {
      let values = included.subtracting(demand.excluded).sorted()
      try refuseEmpty(values, key)
      return try and(anyOf: values.map { Self.tag(type, key, $0, "EQUALS") })
    }
    if demand.mustBeMissing {
      throw ImportProblem(.labelMissing, at: place, "\(type) label \(key) DoesNotExist")
    }
    try refuseEmpty(demand.excluded.sorted(), key)
    if demand.mustExist { and(Self.tag(type, key, "", "EQUALS")) }
    for value in demand.excluded.sorted() { and(Self.tag(type, key, value, "NOTEQUALS")) }
  }

  private func refuseEmpty(_ values: [String], _ key: String) throws(ImportProblem) {
    guard values.contains("") else { return }
    throw ImportProblem(.emptyLabelValue, at: place, "the label \(key)")
  }

  private func check(_ criterion: [JSONValue]) throws(ImportProblem) {
    let types = Set(criterion.map { $0["member_type"]?.string ?? "" })
    let limit = types.count > 1 ? Self.ofSeveralTypes : Self.ofOneType
    guard criterion.count <= limit else {
      throw ImportProblem(
        .tooManyConditions, at: place,
        "\(criterion.count) conditions on \(types.sorted().joined(separator: " and "))")
    }
  }

  /// A condition on a label; an empty value stands for any.
  private static func tag(
    _ type: String, _ key: String, _ value: String, _ comparison: String
  ) -> JSONValue {
    [
      "resource_type": "Condition", "member_type": .string(type), "key": "Tag",
      "operator": .string(comparison), "scope_operator": "EQUALS",
      "value": .string("dis:k8s:\(key)|\(value)"),
    ]
  }
}
