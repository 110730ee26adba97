/// Finds rules whose order is not defined.
enum AntreaTies {
  /// The policies of which a rule has the same place as another's (tier,
  /// priority and number in the list) and does something else with traffic that
  /// both match: which of them wins, Antrea does not say. Each list is of
  /// policies that are connected by such rules.
  static func policies(_ directions: [[AntreaRuleEntry]]) -> [[String]] {
    var pairs: [String: Set<String>] = [:]
    for rules in directions {
      let places = Dictionary(grouping: rules.filter { $0.stage != .kubernetes }, by: \.order)
      for rules in places.values where rules.count > 1 {
        for (index, left) in rules.enumerated() {
          for right in rules[(index + 1)...] where conflict(left, right) {
            pairs[left.reference.policy, default: []].insert(right.reference.policy)
            pairs[right.reference.policy, default: []].insert(left.reference.policy)
          }
        }
      }
    }
    var lists: [[String]] = []
    var seen: Set<String> = []
    for policy in pairs.keys.sorted() where seen.insert(policy).inserted {
      var list = [policy]
      var next = 0
      while next < list.count {
        for other in pairs[list[next]] ?? [] where seen.insert(other).inserted {
          list.append(other)
        }
        next += 1
      }
      lists.append(list.sorted())
    }
    return lists
  }

  private static func conflict(_ left: AntreaRuleEntry, _ right: AntreaRuleEntry) -> Bool {
    guard left.reference.policy != right.reference.policy, left.action != right.action,
      left.targets.intersects(right.targets), left.peers.intersects(right.peers)
    else { return false }
    if let own = left.services, let other = right.services, own.isDisjoint(with: other) {
      return false
    }
    guard let own = left.traffic, let other = right.traffic else { return true }
    return own.contains { match in other.contains { match.overlaps($0) } }
  }
}
