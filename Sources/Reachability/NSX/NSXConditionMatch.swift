import NSXModel

/// Decides conditions for all pods of a world.
struct NSXConditionMatch {
  /// Pods by a text.
  private typealias Index = [String: EndpointSet]

  private let reading: NSXReading
  private let everyone: EndpointSet
  private let namespaceNames: Index
  private let podNames: Index
  private let services: Index
  private let podLabels: [String: Index]
  private let namespaceLabels: [String: Index]
  /// Pods by the value of any label.
  private let podValues: Index
  private let namespaceValues: Index

  init(_ world: World, _ reading: NSXReading) {
    self.reading = reading
    let labels = world.labels
    everyone = labels.everyone
    // Kubernetes' names have no upper case, however labels are read.
    namespaceNames = Self.folded(labels.namespaceNames, NSXReading())
    podNames = Self.folded(labels.podNames, NSXReading())
    services = Self.folded(labels.services, NSXReading())
    podLabels = Self.folded(labels.pods, reading)
    namespaceLabels = Self.folded(labels.namespaces, reading)
    podValues = Self.values(podLabels)
    namespaceValues = Self.values(namespaceLabels)
  }

  /// Which endpoints meet a condition on pods, namespaces or Services; `maybe`
  /// for what only NSX can decide.
  func members(of condition: Condition) -> TruthSet {
    // Which members an `exclude` takes out is not in the snapshot's model.
    if condition.hasExclusion { return open }
    return switch (condition.memberType, condition.key) {
    case ("Namespace", "Name"): compared(condition, condition.value.lowercased(), namespaceNames)
    case ("Pod", "Name"): compared(condition, condition.value.lowercased(), podNames)
    case ("Service", "Name"): compared(condition, condition.value.lowercased(), services)
    case ("Namespace", "Tag"): tagged(condition, namespaceLabels, namespaceValues)
    case ("Pod", "Tag"): tagged(condition, podLabels, podValues)
    default: open
    }
  }

  private var open: TruthSet { TruthSet(certain: EndpointSet(), possible: everyone) }

  /// Pods of which one of some texts compares with a value, both in one case
  /// where case does not count.
  private func compared(_ condition: Condition, _ value: String, _ index: Index) -> TruthSet {
    let list = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    switch condition.comparison {
    case "EQUALS": return TruthSet(any(of: [value], index))
    case "NOTEQUALS": return TruthSet(everyone.subtracting(any(of: [value], index)))
    case "IN": return TruthSet(any(of: list, index))
    case "NOTIN": return TruthSet(everyone.subtracting(any(of: list, index)))
    case "CONTAINS": return TruthSet(any(index) { $0.contains(value) })
    case "STARTSWITH": return TruthSet(any(index) { $0.hasPrefix(value) })
    case "ENDSWITH": return TruthSet(any(index) { $0.hasSuffix(value) })
    default: return open
    }
  }

  /// `scope|tag`: an empty half is not compared, and a value without a bar is a
  /// tag alone.
  private func tagged(
    _ condition: Condition, _ labels: [String: Index], _ values: Index
  ) -> TruthSet {
    let halves = condition.value.split(
      separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    let scope = halves.count == 2 ? Self.folded(String(halves[0]), reading) : ""
    let tag = String(halves[halves.count - 1])
    let tags = scope.isEmpty ? values : self.labels(of: scope, labels)
    switch condition.scopeComparison {
    case "EQUALS": break
    case "NOTEQUALS":
      guard tag.isEmpty, !scope.isEmpty, condition.comparison ?? "EQUALS" == "EQUALS" else {
        return open
      }
      return TruthSet(everyone.subtracting(any(tags) { _ in true }))
    default: return open
    }
    if tag.isEmpty {
      return scope.isEmpty || condition.comparison != "EQUALS"
        ? open : TruthSet(any(tags) { _ in true })
    }
    return compared(condition, Self.folded(tag, reading), tags)
  }

  /// The values of the labels that a scope means.
  private func labels(of scope: String, _ labels: [String: Index]) -> Index {
    let prefix = "dis:k8s:"
    var result =
      scope.hasPrefix(prefix) ? labels[String(scope.dropFirst(prefix.count))] ?? [:] : [:]
    if reading.readsBareScopes {
      result.merge(labels[scope] ?? [:]) { $0.union($1) }
    }
    return result
  }

  private func any(of texts: [String], _ index: Index) -> EndpointSet {
    texts.reduce(into: EndpointSet()) { result, text in
      if let members = index[text] { result.formUnion(members) }
    }
  }

  private func any(_ index: Index, where condition: (String) -> Bool) -> EndpointSet {
    index.reduce(into: EndpointSet()) { result, entry in
      if condition(entry.key) { result.formUnion(entry.value) }
    }
  }

  private static func folded(_ text: String, _ reading: NSXReading) -> String {
    reading.ignoresCase ? text.lowercased() : text
  }

  private static func folded(_ index: Index, _ reading: NSXReading) -> Index {
    if !reading.ignoresCase { return index }
    return Dictionary(index.map { ($0.key.lowercased(), $0.value) }) { $0.union($1) }
  }

  private static func folded(
    _ labels: [String: Index], _ reading: NSXReading
  ) -> [String: Index] {
    if !reading.ignoresCase { return labels }
    return Dictionary(labels.map { ($0.key.lowercased(), folded($0.value, reading)) }) {
      $0.merging($1) { $0.union($1) }
    }
  }

  private static func values(_ labels: [String: Index]) -> Index {
    labels.values.reduce(into: [:]) { $0.merge($1) { $0.union($1) } }
  }
}
