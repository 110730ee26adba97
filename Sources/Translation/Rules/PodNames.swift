import AntreaModel

/// One entry of `appliedTo`, `from` or `to` that stands for pods.
enum PodReference: Hashable {
  /// A ClusterGroup.
  case group(String)
  /// Labels.
  case selector(WorkloadSelector)

  var target: PolicyTarget {
    switch self {
    case .group(let name): .group(name)
    case .selector(let selector): .workloads(selector)
    }
  }

  var peer: PolicyPeer {
    switch self {
    case .group(let name): .group(name)
    case .selector(let selector): .workloads(selector)
    }
  }
}

/// Writes sets of pods: by the names of groups where a group is a part of the
/// set, else by labels.
struct PodNames {
  let groups: GroupTable

  /// Writes a set.
  ///
  /// - Parameter candidates: the groups that the set was made from, which are
  ///   named where all their pods are in it; the first of those that say the
  ///   same.
  /// - Throws: `service-intersection` where a part of the set has no form.
  func references(
    _ set: PodSelection, candidates: [ResolvedGroup], _ budget: inout SelectorBudget
  ) throws(Problem) -> [PodReference] {
    var rest = set.terms
    var names: Set<String> = []
    let usable = candidates.filter { group in
      !group.pods.isEmpty && group.problems.isEmpty
        && group.pods.allSatisfy { pod in set.terms.contains { pod.isSubset(of: $0) } }
    }
    try budget.spend(candidates.reduce(0) { $0 + $1.pods.count } * (set.terms.count + 1))
    while !rest.isEmpty {
      var best: (name: String, rest: [PodTerm])?
      for group in usable {
        let left = rest.filter { term in !group.pods.contains { term.isSubset(of: $0) } }
        if left.count < best?.rest.count ?? rest.count { best = (group.name, left) }
      }
      try budget.spend(usable.reduce(0) { $0 + $1.pods.count } * rest.count)
      guard let best else { break }
      names.insert(best.name)
      rest = best.rest
    }
    let merged = try PodSelection(rest, &budget).merged
    var selectors: [PodReference] = []
    if let name = groups.name(of: merged) {
      names.insert(name)
    } else {
      for term in merged.terms {
        if let name = groups.name(of: PodSelection(term)) ?? form(of: term, candidates) {
          names.insert(name)
        } else if let labels = term.labels {
          selectors.append(.selector(labels.selector))
        } else {
          throw Problem(.serviceIntersection, term.key)
        }
      }
    }
    return names.sorted().map { .group($0) } + selectors
  }

  /// The ClusterGroup of one Service: Antrea has no other way to name it.
  private func form(of term: PodTerm, _ candidates: [ResolvedGroup]) -> String? {
    guard term.service != nil else { return nil }
    return candidates.filter { $0.pods.contains(term) }.map { $0.name(ofForm: term.key) }.min()
  }
}
