import AntreaModel

/// What one label may be: one of its possible values, or missing. Every
/// Kubernetes requirement is such a set, and so is everything that union,
/// intersection and complement make of them.
struct LabelValues: Hashable {
  /// Whether the label may be missing.
  private(set) var canBeMissing: Bool
  /// Whether ``values`` are those that the label must not have.
  private(set) var isExclusion: Bool
  /// Sorted, each once.
  private(set) var values: [String]

  /// Whatever the label is.
  static let anything = LabelValues(canBeMissing: true, isExclusion: true, [])

  init(canBeMissing: Bool, isExclusion: Bool, _ values: [String]) {
    self.canBeMissing = canBeMissing
    self.isExclusion = isExclusion
    self.values = values.count < 2 ? values : Array(Set(values)).sorted()
  }

  /// What meets a requirement.
  init(_ requirement: LabelRequirement) {
    let (canBeMissing, isExclusion) =
      switch requirement.comparison {
      case .in: (false, false)
      case .notIn: (true, true)
      case .exists: (false, true)
      case .doesNotExist: (true, false)
      }
    self.init(canBeMissing: canBeMissing, isExclusion: isExclusion, requirement.values)
  }

  /// Whether a value is among ``values``, whatever they say.
  func names(_ value: String) -> Bool {
    if values.count < 8 { return values.contains(value) }
    var (low, high) = (0, values.count)
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low < values.count && values[low] == value
  }

  /// Whether nothing meets it.
  var isEmpty: Bool { !canBeMissing && !isExclusion && values.isEmpty }

  /// Whether everything meets it.
  var isAnything: Bool { canBeMissing && isExclusion && values.isEmpty }

  /// The requirements that all hold exactly for these values; `nil` where there
  /// are none: Kubernetes has no form for "missing or one of these".
  func requirements(key: String) -> [LabelRequirement]? {
    if !isExclusion {
      if canBeMissing {
        return values.isEmpty ? [LabelRequirement(key: key, comparison: .doesNotExist)] : nil
      }
      return [LabelRequirement(key: key, comparison: .in, values: values)]
    }
    var result: [LabelRequirement] = []
    if !canBeMissing { result.append(LabelRequirement(key: key, comparison: .exists)) }
    if !values.isEmpty {
      result.append(LabelRequirement(key: key, comparison: .notIn, values: values))
    }
    return result
  }

  /// The same as a union of sets that have requirements.
  var expressible: [LabelValues] {
    if isExclusion || !canBeMissing || values.isEmpty { return isEmpty ? [] : [self] }
    return [
      LabelValues(canBeMissing: false, isExclusion: false, values),
      LabelValues(canBeMissing: true, isExclusion: false, []),
    ]
  }

  /// What is not in the set.
  var complement: LabelValues {
    LabelValues(canBeMissing: !canBeMissing, isExclusion: !isExclusion, values)
  }

  /// What is in both sets.
  func intersection(_ other: LabelValues) -> LabelValues {
    let missing = canBeMissing && other.canBeMissing
    switch (isExclusion, other.isExclusion) {
    case (false, false):
      return LabelValues(
        canBeMissing: missing, isExclusion: false, values.filter(other.names))
    case (false, true):
      return LabelValues(
        canBeMissing: missing, isExclusion: false, values.filter { !other.names($0) })
    case (true, false):
      return other.intersection(self)
    case (true, true):
      return LabelValues(canBeMissing: missing, isExclusion: true, values + other.values)
    }
  }

  /// What is in one of the sets.
  func union(_ other: LabelValues) -> LabelValues {
    complement.intersection(other.complement).complement
  }

  /// Whether nothing is in both sets.
  func isDisjoint(from other: LabelValues) -> Bool {
    if canBeMissing, other.canBeMissing { return false }
    switch (isExclusion, other.isExclusion) {
    case (false, false): return !values.contains(where: other.names)
    case (false, true): return values.allSatisfy(other.names)
    case (true, false): return other.values.allSatisfy(names)
    case (true, true): return false
    }
  }

  /// Whether all of this set is in the other one.
  func isSubset(of other: LabelValues) -> Bool {
    if canBeMissing, !other.canBeMissing { return false }
    switch (isExclusion, other.isExclusion) {
    case (false, false): return values.allSatisfy(other.names)
    case (false, true): return !values.contains(where: other.names)
    case (true, false): return false
    case (true, true): return other.values.allSatisfy(names)
    }
  }
}
