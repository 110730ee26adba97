import AntreaModel

/// Pods by labels of their own and of their namespace: one conjunction.
struct SelectorTerm: Hashable {
  /// Conditions on the namespace's labels.
  private(set) var namespaces: LabelConjunction
  /// Conditions on the pod's labels.
  private(set) var pods: LabelConjunction

  /// Every pod.
  static let everyPod = SelectorTerm(
    LabelConjunction(ofNamespace: true), LabelConjunction(ofNamespace: false))

  private init(_ namespaces: LabelConjunction, _ pods: LabelConjunction) {
    self.namespaces = namespaces
    self.pods = pods
  }

  /// Normalizes requirements.
  ///
  /// - Returns: `nil` where they contradict each other: no pod matches.
  init?(namespaces: [LabelRequirement], pods: [LabelRequirement]) {
    guard let namespaces = LabelConjunction(namespaces, ofNamespace: true),
      let pods = LabelConjunction(pods, ofNamespace: false)
    else { return nil }
    self.init(namespaces, pods)
  }

  /// All pods of a namespace.
  static func namespace(_ name: String) -> SelectorTerm? {
    SelectorTerm(
      namespaces: [
        LabelRequirement(
          key: ConditionReader.namespaceNameLabel, comparison: .in, values: [name])
      ], pods: [])
  }

  /// Whether it has no condition.
  var isEveryPod: Bool { namespaces.elements.isEmpty && pods.elements.isEmpty }

  /// Whether it may have pods of a namespace, as far as its name tells.
  func canHavePods(of namespace: String) -> Bool {
    let names = namespaces[ConditionReader.namespaceNameLabel]
    return names.names(namespace) != names.isExclusion
  }

  /// The pods that are in both terms; `nil` where none can be.
  func intersection(_ other: SelectorTerm) -> SelectorTerm? {
    guard let namespaces = namespaces.intersection(other.namespaces),
      let pods = pods.intersection(other.pods)
    else { return nil }
    return SelectorTerm(namespaces, pods)
  }

  /// Whether certainly no pod is in both terms.
  func isDisjoint(from other: SelectorTerm) -> Bool {
    pods.isDisjoint(from: other.pods) || namespaces.isDisjoint(from: other.namespaces)
  }

  /// Whether all pods of this term are in the other one.
  func isSubset(of other: SelectorTerm) -> Bool {
    pods.isSubset(of: other.pods) && namespaces.isSubset(of: other.namespaces)
  }

  /// The pods that are not in the term, as a union of terms (De Morgan).
  var complement: [SelectorTerm] {
    namespaces.complement.map { SelectorTerm($0, Self.everyPod.pods) }
      + pods.complement.map { SelectorTerm(Self.everyPod.namespaces, $0) }
  }

  /// The union of both where it is one term.
  func merged(with other: SelectorTerm) -> SelectorTerm? {
    if namespaces == other.namespaces {
      return pods.merged(with: other.pods).map { SelectorTerm(namespaces, $0) }
    }
    if pods == other.pods {
      return namespaces.merged(with: other.namespaces).map { SelectorTerm($0, pods) }
    }
    return nil
  }

  /// The term as Antrea writes it.
  var selector: WorkloadSelector {
    let namespaces = namespaces.requirements
    let pods = pods.requirements
    return WorkloadSelector(
      namespaces: namespaces.isEmpty ? nil : LabelSelector(namespaces),
      pods: pods.isEmpty ? (namespaces.isEmpty ? LabelSelector() : nil) : LabelSelector(pods))
  }

  /// A text that is the same for the same term, for order and hashes.
  var key: String {
    func text(_ list: LabelConjunction) -> String {
      list.requirements.map {
        "\($0.key) \($0.comparison.rawValue) \($0.values.joined(separator: ","))"
      }
      .joined(separator: ";")
    }
    return "ns[\(text(namespaces))] pod[\(text(pods))]"
  }
}
