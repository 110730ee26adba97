import AntreaModel

extension LabelRequirement {
  /// Whether every label that meets this requirement meets the other one.
  func implies(_ other: LabelRequirement) -> Bool {
    guard key == other.key else { return false }
    switch (comparison, other.comparison) {
    case (.in, .in): return values.allSatisfy(other.values.contains)
    case (.in, .notIn): return !values.contains(where: other.values.contains)
    case (.in, .exists), (.exists, .exists): return true
    case (.notIn, .notIn): return other.values.allSatisfy(values.contains)
    case (.doesNotExist, .notIn), (.doesNotExist, .doesNotExist): return true
    default: return false
    }
  }
}

extension LabelSelector {
  /// Whether everything that meets this selector meets the other one. Sound:
  /// where the requirements only imply it together, the answer is `false`.
  func implies(_ other: LabelSelector) -> Bool {
    other.requirements.allSatisfy { wanted in requirements.contains { $0.implies(wanted) } }
  }
}

extension WorkloadSelector {
  /// Whether every pod of this selector is one of the other.
  func implies(_ other: WorkloadSelector) -> Bool {
    let none = LabelSelector()
    return (namespaces ?? none).implies(other.namespaces ?? none)
      && (pods ?? none).implies(other.pods ?? none)
  }
}
