/// Which pods bear labels, themselves or by their namespaces, as selectors
/// compare them or without regard to case as NSX does.
struct LabelTable {
  /// How labels are compared.
  enum Reading {
    /// As selectors do.
    case exact
    /// As NSX does.
    case folded

    func text(_ text: String) -> String { self == .folded ? text.lowercased() : text }
  }

  private struct Label: Hashable {
    var isNamespace: Bool
    var key: String
    /// `nil` for any value.
    var value: String?
  }

  private let count: Int
  private var exact: [Label: [Int]] = [:]
  private var folded: [Label: [Int]] = [:]

  /// Reads the labels of pods whose keys are asked for.
  ///
  /// - Parameter keys: in lower case. The others, such as the hash of a pod's
  ///   template, have as many values as there are pods.
  init(_ workloads: ClusterWorkloads, keys: Set<String>) {
    count = workloads.pods.count
    for (position, pod) in workloads.pods.enumerated() {
      add(pod.labels, keys, isNamespace: false, position)
      add(workloads.labels(ofNamespace: pod.namespace), keys, isNamespace: true, position)
    }
  }

  private mutating func add(
    _ labels: [String: String], _ keys: Set<String>, isNamespace: Bool, _ position: Int
  ) {
    for (key, value) in labels {
      let lower = key.lowercased()
      guard keys.contains(lower) else { continue }
      for value in [value, nil] {
        exact[Label(isNamespace: isNamespace, key: key, value: value), default: []]
          .append(position)
        folded[
          Label(isNamespace: isNamespace, key: lower, value: value?.lowercased()), default: []
        ].append(position)
      }
    }
  }

  /// The pods that meet a condition.
  func pods(_ condition: LabelCondition, _ reading: Reading) -> PodSet {
    var found = PodSet(count: count)
    for value in condition.values.isEmpty ? [nil] : condition.values.map(Optional.some) {
      let label = Label(
        isNamespace: condition.isNamespace, key: reading.text(condition.key),
        value: value.map(reading.text))
      for position in (reading == .exact ? exact : folded)[label] ?? [] { found.insert(position) }
    }
    return condition.isNegated ? found.complement(count: count) : found
  }
}
