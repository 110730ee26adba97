import AntreaModel
import Documents

/// What a label selector asks of each label, all its requirements on one label
/// taken together.
struct LabelDemands: Sendable, Hashable {
  /// What is asked of one label.
  struct Demand: Sendable, Hashable {
    /// The values of which it has one; `nil` where any will do.
    var included: Set<String>?
    /// The values that it must not have; it may be missing.
    var excluded: Set<String> = []
    var mustExist = false
    var mustBeMissing = false

    /// Whether no label meets it.
    var isContradiction: Bool {
      if let included { return mustBeMissing || included.subtracting(excluded).isEmpty }
      return mustExist && mustBeMissing
    }

    func accepts(_ value: String?) -> Bool {
      guard let value else { return included == nil && !mustExist }
      return !mustBeMissing && !excluded.contains(value) && included?.contains(value) ?? true
    }
  }

  /// By the label's key.
  private(set) var demands: [String: Demand] = [:]

  /// Asks for nothing.
  init() {}

  /// Asks that one label has one value.
  init(_ key: String, is value: String) { demands[key] = Demand(included: [value]) }

  /// Reads a selector of the API; a missing one asks for nothing.
  init(_ selector: JSONValue?, at place: String) throws(ImportProblem) {
    guard let selector, !selector.isNull else { return }
    guard let object = selector.object else {
      throw ImportProblem(.invalidSelector, at: place, "is no object")
    }
    for key in object.keys where !["matchLabels", "matchExpressions"].contains(key) {
      throw ImportProblem(.invalidSelector, at: place, "\(key) is not known")
    }
    for member in object["matchLabels"]?.object?.members ?? [] {
      guard let value = member.value.string else {
        throw ImportProblem(.invalidSelector, at: place, "\(member.key) is no text")
      }
      try add(member.key, "In", [value], place)
    }
    for expression in object["matchExpressions"]?.array ?? [] {
      let values = expression["values"]?.array ?? []
      try add(
        expression["key"]?.string ?? "", expression["operator"]?.string ?? "",
        values.compactMap(\.string), place)
    }
  }

  private mutating func add(
    _ key: String, _ comparison: String, _ values: [String], _ place: String
  ) throws(ImportProblem) {
    guard LabelSyntax.isQualifiedName(key), values.allSatisfy({ LabelSyntax.isValue($0) }) else {
      throw ImportProblem(.invalidSelector, at: place, "\(key) is no label, or a value is none")
    }
    var demand = demands[key] ?? Demand()
    switch (comparison, values.isEmpty) {
    case ("In", false):
      demand.included = demand.included.map { $0.intersection(values) } ?? Set(values)
    case ("NotIn", false): demand.excluded.formUnion(values)
    case ("Exists", true): demand.mustExist = true
    case ("DoesNotExist", true): demand.mustBeMissing = true
    default:
      throw ImportProblem(
        .invalidSelector, at: place, "\(key) \(comparison) with \(values.count) values")
    }
    demands[key] = demand
  }

  /// Whether no object meets it, whatever its labels are.
  var isContradiction: Bool { demands.values.contains(where: \.isContradiction) }

  /// The labels of which values are excluded and that may be missing, in words.
  /// Every namespace has its name.
  var exclusions: [String] {
    demands.sorted { $0.key < $1.key }.compactMap { key, demand in
      guard demand.included == nil, !demand.mustExist, !demand.excluded.isEmpty,
        key != Criteria.nameLabel
      else { return nil }
      return "\(key) NotIn \(demand.excluded.sorted().joined(separator: ", "))"
    }
  }

  /// Whether labels meet it.
  func accepts(_ labels: [String: String]) -> Bool {
    demands.allSatisfy { $0.value.accepts(labels[$0.key]) }
  }
}
