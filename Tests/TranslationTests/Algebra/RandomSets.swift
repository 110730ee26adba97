import AntreaModel

@testable import Translation

/// A pod as far as terms ask about it.
struct ModelPod: Hashable {
  var namespace: String
  /// `env` of the namespace.
  var env: String?
  /// Labels of the pod.
  var labels: [String: String]
  var services: Set<String>

  /// Every pod that the sets of ``SetGenerator`` can tell apart.
  static let all: [ModelPod] = {
    var list: [ModelPod] = []
    let values: [String?] = [nil, "1", "2", "3"]
    for namespace in ["n1", "n2"] {
      for env in values.prefix(3) {
        for a in values {
          for b in values.prefix(3) {
            for services: Set<String> in [[], ["s"], ["t"], ["s", "t"]] {
              var labels: [String: String] = [:]
              labels["a"] = a
              labels["b"] = b
              list.append(
                ModelPod(namespace: namespace, env: env, labels: labels, services: services))
            }
          }
        }
      }
    }
    return list
  }()

  private func meets(_ list: LabelConjunction, _ labels: [String: String]) -> Bool {
    list.elements.allSatisfy { element in
      guard let value = labels[element.key] else { return element.values.canBeMissing }
      return element.values.values.contains(value) != element.values.isExclusion
    }
  }

  func isIn(_ term: PodTerm) -> Bool {
    var own = [ConditionReader.namespaceNameLabel: namespace]
    own["env"] = env
    func isBehind(_ service: ServiceName) -> Bool {
      service.namespace == namespace && services.contains(service.name)
    }
    return meets(term.selector.namespaces, own) && meets(term.selector.pods, labels)
      && term.services.allSatisfy(isBehind) && !term.excludedServices.contains(where: isBehind)
  }

  func isIn(_ set: PodSelection) -> Bool { set.terms.contains { isIn($0) } }
}

/// Random sets over few labels, so that they often meet.
struct SetGenerator {
  var random: SeededGenerator

  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

  private mutating func requirement(_ key: String, _ values: [String]) -> LabelRequirement {
    var some = values.filter { _ in Bool.random(using: &random) }
    if some.isEmpty { some = [values[0]] }
    switch below(5) {
    case 0: return LabelRequirement(key: key, comparison: .notIn, values: some)
    case 1: return LabelRequirement(key: key, comparison: .exists)
    case 2: return LabelRequirement(key: key, comparison: .doesNotExist)
    default: return LabelRequirement(key: key, comparison: .in, values: some)
    }
  }

  mutating func term() -> PodTerm? {
    if below(6) == 0 {
      return PodTerm.service(name: ["s", "t"][below(2)], namespace: ["n1", "n2"][below(2)])
    }
    var namespaces: [LabelRequirement] = []
    var pods: [LabelRequirement] = []
    if below(3) == 0 {
      namespaces.append(
        LabelRequirement(
          key: ConditionReader.namespaceNameLabel, comparison: below(2) == 0 ? .in : .notIn,
          values: [["n1", "n2"][below(2)]]))
    }
    if below(4) == 0 { namespaces.append(requirement("env", ["1", "2"])) }
    for key in ["a", "b"] where below(5) > 1 { pods.append(requirement(key, ["1", "2", "3"])) }
    return SelectorTerm(namespaces: namespaces, pods: pods).map { .selector($0) }
  }

  mutating func set(_ budget: inout SelectorBudget) throws -> PodSelection {
    try PodSelection((0..<below(4)).compactMap { _ in term() }, &budget)
  }
}
