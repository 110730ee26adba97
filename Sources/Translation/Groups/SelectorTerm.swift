import AntreaModel

/// Pods by labels of their own and of their namespace: one conjunction.
struct SelectorTerm: Hashable {
  /// Requirements on the namespace's labels, normalized.
  var namespaces: [LabelRequirement]
  /// Requirements on the pod's labels, normalized.
  var pods: [LabelRequirement]

  /// Normalizes requirements.
  ///
  /// - Returns: `nil` where they contradict each other: no pod matches.
  init?(namespaces: [LabelRequirement], pods: [LabelRequirement]) {
    guard let namespaces = Self.normalize(namespaces), let pods = Self.normalize(pods) else {
      return nil
    }
    self.namespaces = namespaces
    self.pods = pods
  }

  /// The pods that are in both terms; `nil` where none can be.
  func intersection(_ other: SelectorTerm) -> SelectorTerm? {
    SelectorTerm(namespaces: namespaces + other.namespaces, pods: pods + other.pods)
  }

  /// The pods that are not in the term, as a union of terms (De Morgan).
  var complement: [SelectorTerm] {
    namespaces.compactMap { SelectorTerm(namespaces: [$0.negated], pods: []) }
      + pods.compactMap { SelectorTerm(namespaces: [], pods: [$0.negated]) }
  }

  /// The term as Antrea writes it.
  var selector: WorkloadSelector {
    WorkloadSelector(
      namespaces: namespaces.isEmpty ? nil : LabelSelector(namespaces),
      pods: pods.isEmpty ? (namespaces.isEmpty ? LabelSelector() : nil) : LabelSelector(pods))
  }

  /// A text that is the same for the same term, for order and hashes.
  var key: String {
    func text(_ list: [LabelRequirement]) -> String {
      list.map { "\($0.key) \($0.comparison.rawValue) \($0.values.joined(separator: ","))" }
        .joined(separator: ";")
    }
    return "ns[\(text(namespaces))] pod[\(text(pods))]"
  }

  /// Merges the requirements of each key: a label has one value at most.
  private static func normalize(_ list: [LabelRequirement]) -> [LabelRequirement]? {
    if list.count == 1 {
      let only = list[0]
      if only.comparison == .in, only.values.isEmpty { return nil }
      var sorted = only
      sorted.values = Array(Set(only.values)).sorted()
      return [sorted]
    }
    var result: [LabelRequirement] = []
    for (key, group) in Dictionary(grouping: list, by: \.key) {
      var allowed: Set<String>?
      var forbidden: Set<String> = []
      var exists = false
      var missing = false
      for requirement in group {
        switch requirement.comparison {
        case .in:
          allowed = allowed.map { $0.intersection(requirement.values) } ?? Set(requirement.values)
        case .notIn: forbidden.formUnion(requirement.values)
        case .exists: exists = true
        case .doesNotExist: missing = true
        }
      }
      if missing {
        if exists || allowed != nil { return nil }
        result.append(LabelRequirement(key: key, comparison: .doesNotExist))
      } else if let allowed {
        let values = allowed.subtracting(forbidden).sorted()
        if values.isEmpty { return nil }
        result.append(LabelRequirement(key: key, comparison: .in, values: values))
      } else {
        if exists { result.append(LabelRequirement(key: key, comparison: .exists)) }
        if !forbidden.isEmpty {
          result.append(LabelRequirement(key: key, comparison: .notIn, values: forbidden.sorted()))
        }
      }
    }
    return result.sorted { ($0.key, $0.comparison.rawValue) < ($1.key, $1.comparison.rawValue) }
  }
}

extension LabelRequirement {
  /// The requirement that holds exactly where this one does not.
  var negated: LabelRequirement {
    switch comparison {
    case .in: LabelRequirement(key: key, comparison: .notIn, values: values)
    case .notIn: LabelRequirement(key: key, comparison: .in, values: values)
    case .exists: LabelRequirement(key: key, comparison: .doesNotExist)
    case .doesNotExist: LabelRequirement(key: key, comparison: .exists)
    }
  }
}
