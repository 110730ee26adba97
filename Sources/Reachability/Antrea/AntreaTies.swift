/// Finds rules whose order is not defined.
struct AntreaTies {
  /// A rule with all its parts.
  private struct Rule {
    let policy: String
    let action: AntreaRuleEntry.Action
    var parts: [AntreaRuleEntry] = []
    var targets = EndpointSet()
    var peers = EndpointSet()
  }

  /// For each policy another one of its list, in the end the list's first.
  private var leaders: [String: String] = [:]

  /// The policies of which a rule has the same place as another's (tier,
  /// priority and number in the list) and does something else with traffic that
  /// both match: which of them wins, Antrea does not say. Each list is of
  /// policies that are connected by such rules.
  static func policies(_ directions: [[AntreaRuleEntry]]) -> [[String]] {
    var ties = AntreaTies()
    for entries in directions {
      for place in Dictionary(grouping: entries, by: \.order).values {
        if place[0].stage != .kubernetes { ties.join(rules(place)) }
      }
    }
    let lists = Dictionary(grouping: ties.leaders.keys) { ties.leader(of: $0) }
    return lists.values.map { $0.sorted() }.sorted { $0[0] < $1[0] }
  }

  private static func rules(_ entries: [AntreaRuleEntry]) -> [Rule] {
    var rules: [Rule] = []
    var positions: [String: Int] = [:]
    for entry in entries {
      let policy = entry.reference.policy
      let position = positions[policy] ?? rules.count
      if position == rules.count {
        positions[policy] = position
        rules.append(Rule(policy: policy, action: entry.action))
      }
      rules[position].parts.append(entry)
      rules[position].targets.formUnion(entry.targets)
      rules[position].peers.formUnion(entry.peers)
    }
    return rules
  }

  private mutating func join(_ rules: [Rule]) {
    for (index, left) in rules.enumerated() {
      for right in rules[(index + 1)...] where left.action != right.action {
        guard left.targets.intersects(right.targets), left.peers.intersects(right.peers) else {
          continue
        }
        let (first, second) = (leader(of: left.policy), leader(of: right.policy))
        if first == second || !Self.conflict(left, right) { continue }
        leaders[left.policy] = first
        leaders[right.policy] = second
        leaders[max(first, second)] = min(first, second)
        leaders[min(first, second)] = min(first, second)
      }
    }
  }

  private func leader(of policy: String) -> String {
    var policy = policy
    while let next = leaders[policy], next != policy { policy = next }
    return policy
  }

  private static func conflict(_ left: Rule, _ right: Rule) -> Bool {
    left.parts.contains { part in
      part.targets.intersects(right.targets)
        && right.parts.contains { conflict(part, $0) }
    }
  }

  private static func conflict(_ left: AntreaRuleEntry, _ right: AntreaRuleEntry) -> Bool {
    guard left.targets.intersects(right.targets), left.peers.intersects(right.peers) else {
      return false
    }
    if let own = left.services, let other = right.services, own.isDisjoint(with: other) {
      return false
    }
    guard let own = left.traffic, let other = right.traffic else { return true }
    return own.contains { match in other.contains { match.overlaps($0) } }
  }
}
