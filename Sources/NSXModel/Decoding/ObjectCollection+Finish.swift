import Documents

extension ObjectCollection {
  /// Brings what stood apart together.
  ///
  /// - Throws: ``SnapshotError``.
  mutating func finish() throws(SnapshotError) -> NSXSnapshot {
    try joinRules()
    joinEntries()
    for path in dividedProfiles {
      snapshot.l7AccessProfiles[path]?.common.unknownMembers.append("children")
    }
    snapshot.policies = policies.values.sorted { utf8Order($0.path, $1.path) < 0 }
    snapshot.controlPlanes = planes.values.sorted { utf8Order($0.path, $1.path) < 0 }
    snapshot.spans = spans.sorted {
      ($0.policyPath, $0.clusterPath) < ($1.policyPath, $1.clusterPath)
    }
    return snapshot
  }

  private mutating func joinRules() throws(SnapshotError) {
    for path in Array(policies.keys) {
      guard var policy = policies.removeValue(forKey: path) else { continue }
      let loose = looseRules.removeValue(forKey: path) ?? []
      var rules = policy.rules
      for fields in loose { rules.append(try fields.rule(policy: path)) }
      if !loose.isEmpty { policy.hasRuleList = true }
      policy.rules = try Self.distinct(rules)
      policies[path] = policy
    }
    for (path, rules) in looseRules {
      for fields in rules where !fields.identity.isMarkedForDelete {
        snapshot.orphanRules[path, default: []].append(try fields.rule(policy: path).path)
      }
      snapshot.orphanRules[path]?.sort { utf8Order($0, $1) < 0 }
    }
  }

  /// Rules with one of each path, in order of their first.
  private static func distinct(_ rules: [Rule]) throws(SnapshotError) -> [Rule] {
    var places: [String: Int] = [:]
    places.reserveCapacity(rules.count)
    var result: [Rule] = []
    result.reserveCapacity(rules.count)
    for rule in rules {
      if let place = places[rule.path] {
        if try isNewer(rule, than: result[place]) { result[place] = rule }
      } else {
        places[rule.path] = result.count
        result.append(rule)
      }
    }
    return result
  }

  private mutating func joinEntries() {
    for (path, loose) in looseEntries {
      guard var service = snapshot.services[path] else { continue }
      for (entry, unknown) in loose {
        service.common.unknownMembers += unknown.map { "children: \($0)" }
        if !service.entries.contains(entry) { service.entries.append(entry) }
      }
      snapshot.services[path] = service
    }
  }
}
