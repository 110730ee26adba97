import AntreaModel
import Documents

/// The objects of a translation, less those that must not reach a cluster.
struct AdmittedObjects {
  var tiers: [Tier]
  var groups: [ClusterGroup]
  var policies: [TranslatedPolicy]

  /// All objects as documents.
  var documents: [JSONValue] {
    tiers.map(\.document) + groups.map(\.document) + policies.map(\.policy.document)
  }

  /// Removes objects, all that refers to them, and the groups and tiers that
  /// nothing uses any more.
  ///
  /// - Parameter refused: `Kind/name` of what is refused.
  /// - Returns: what is gone; with the missing object where it was not refused
  ///   itself but would refer to something missing.
  mutating func remove(_ refused: Set<String>) -> [(object: String, cause: String?)] {
    var gone = refused
    var result: [(object: String, cause: String?)] = []
    func isKept(_ object: String, _ references: [String]) -> Bool {
      if refused.contains(object) {
        result.append((object, nil))
        return false
      }
      guard let cause = references.first(where: gone.contains) else { return true }
      gone.insert(object)
      result.append((object, cause))
      return false
    }
    tiers.removeAll { !isKept($0.reference, []) }
    // Children have no children: one pass over each level is enough.
    groups.removeAll { $0.children == nil && !isKept($0.reference, []) }
    groups.removeAll { group in
      guard let names = group.children else { return false }
      return !isKept(group.reference, names.map { "\(ClusterGroup.kind)/\($0)" })
    }
    policies.removeAll { item in
      !isKept(
        item.policy.reference,
        ["\(Tier.kind)/\(item.policy.tier)"]
          + item.policy.groupNames.map { "\(ClusterGroup.kind)/\($0)" })
    }
    result += removeUnused()
    return result
  }

  private mutating func removeUnused() -> [(object: String, cause: String?)] {
    var gone: [(object: String, cause: String?)] = []
    var names = Set(policies.flatMap(\.policy.groupNames))
    for group in groups where names.contains(group.metadata.name) {
      names.formUnion(group.children ?? [])
    }
    groups.removeAll { group in
      if names.contains(group.metadata.name) { return false }
      gone.append((group.reference, nil))
      return true
    }
    let tierNames = Set(policies.map(\.policy.tier))
    tiers.removeAll { tier in
      if tierNames.contains(tier.metadata.name) { return false }
      gone.append((tier.reference, nil))
      return true
    }
    return gone
  }
}

extension ClusterGroup {
  /// The names of its child groups; `nil` where it is of another form.
  var children: [String]? {
    if case .children(let names) = members { names } else { nil }
  }
}

extension ClusterNetworkPolicy {
  /// The names of the groups that its rules use, in order, with repetitions.
  var groupNames: [String] {
    (ingress + egress).flatMap { rule in
      rule.appliedTo.compactMap { if case .group(let name) = $0 { name } else { nil } }
        + rule.peers.compactMap { if case .group(let name) = $0 { name } else { nil } }
    }
  }
}
