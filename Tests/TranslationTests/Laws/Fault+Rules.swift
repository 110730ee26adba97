import Documents
import NSXModel

/// Faults in rules and policies.
extension Fault {
  /// Changes one rule that is in force.
  func onRule(_ estate: Estate, _ dice: inout Dice) -> Estate? {
    var result = estate
    for index in dice.shuffled(Array(estate.policies.indices)) {
      let policy = estate.policies[index]
      guard estate.isSpanned(policy), let rules = policy["rules"]?.array, !rules.isEmpty else {
        continue
      }
      for place in dice.shuffled(Array(rules.indices)) where isPresent(rules[place]) {
        guard let changed = changed(rules, at: place, of: policy, &dice) else { continue }
        result.policies[index] = policy.with("rules", .array(changed))
        return result
      }
    }
    return nil
  }

  /// Whether a rule is in force; for one fault, whether it is not.
  private func isPresent(_ rule: JSONValue) -> Bool {
    rule["marked_for_delete"] != true && (rule["disabled"] == true) == (self == .disabledIgnored)
  }

  private static func names(_ rule: JSONValue, _ key: String) -> [String] {
    let list = (rule[key]?.array ?? []).compactMap(\.string)
    return isAny(list) ? [] : list
  }

  private func changed(
    _ rules: [JSONValue], at place: Int, of policy: JSONValue, _ dice: inout Dice
  ) -> [JSONValue]? {
    let rule = rules[place]
    var result = rules
    let sides = dice.shuffled([
      ("source_groups", "sources_excluded"), ("destination_groups", "destinations_excluded"),
    ])
    func set(_ key: String, _ value: JSONValue?) -> [JSONValue]? {
      result[place] = rule.with(key, value)
      return result[place] == rule ? nil : result
    }
    switch self {
    case .ruleLost, .jumpIgnored:
      if self == .jumpIgnored, rule["action"] != "JUMP_TO_APPLICATION" { return nil }
      result.remove(at: place)
      return result
    case .rulesInSwappedOrder:
      guard let other = rules.indices.first(where: { $0 != place && isPresent(rules[$0]) }) else {
        return nil
      }
      result[place] = rule.with("sequence_number", rules[other]["sequence_number"])
      result[other] = rules[other].with("sequence_number", rule["sequence_number"])
      return result
    case .wrongAction:
      return set("action", rule["action"] == "ALLOW" ? "DROP" : "ALLOW")
    case .jumpAllows:
      return rule["action"] == "JUMP_TO_APPLICATION" ? set("action", "ALLOW") : nil
    case .directionTurned:
      let directions: [JSONValue: JSONValue] = ["IN": "OUT", "OUT": "IN"]
      return directions[rule["direction"] ?? ""].flatMap { set("direction", $0) }
    case .halfOfDirectionLost:
      guard rule["direction"] ?? "IN_OUT" == "IN_OUT" else { return nil }
      return set("direction", dice.one(["IN", "OUT"]))
    case .disabledIgnored: return set("disabled", nil)
    case .familyIgnored: return set("ip_protocol", nil)
    case .serviceIgnored:
      if Self.names(rule, "services").isEmpty || rule["service_entries"] != nil { return nil }
      return set("services", nil)
    case .inlineEntryLost:
      let entries = rule["service_entries"]?.array ?? []
      return entries.count > 1 ? set("service_entries", .array(Array(entries.dropLast()))) : nil
    case .ruleScopeIgnored:
      if Self.names(rule, "scope").isEmpty || !Self.names(policy, "scope").isEmpty { return nil }
      return set("scope", nil)
    case .peerWidened:
      for (key, excluded) in sides where !Self.names(rule, key).isEmpty && rule[excluded] != true {
        return set(key, nil)
      }
      return nil
    case .peerNarrowed:
      for (key, excluded) in sides where Self.names(rule, key).count > 1 && rule[excluded] != true {
        return set(key, .array((rule[key]?.array ?? []).dropLast()))
      }
      return nil
    case .excludedPartLost:
      for (key, excluded) in sides where Self.names(rule, key).count > 1 && rule[excluded] == true {
        return set(key, .array((rule[key]?.array ?? []).dropLast()))
      }
      return nil
    case .negationIgnored:
      for (_, excluded) in sides where rule[excluded] == true { return set(excluded, nil) }
      return nil
    case .addressLost:
      for (key, _) in sides {
        let list = Self.names(rule, key)
        guard list.count > 1, let index = list.firstIndex(where: { !$0.hasPrefix("/") }) else {
          continue
        }
        var rest = rule[key]?.array ?? []
        rest.remove(at: index)
        return set(key, .array(rest))
      }
      return nil
    default: return nil
    }
  }

  /// Changes one policy of the cluster.
  func onPolicy(_ estate: Estate, _ dice: inout Dice) -> Estate? {
    for index in dice.shuffled(Array(estate.policies.indices)) {
      let policy = estate.policies[index]
      if estate.isSpanned(policy) == (self == .spanIgnored) { continue }
      guard let result = changed(estate, at: index, &dice) else { continue }
      return result
    }
    return nil
  }

  private func changed(_ estate: Estate, at index: Int, _ dice: inout Dice) -> Estate? {
    let policy = estate.policies[index]
    let path = policy["path"]?.string ?? ""
    var result = estate
    func set(_ key: String, _ value: JSONValue?) -> Estate? {
      result.policies[index] = policy.with(key, value)
      return result.policies[index] == policy ? nil : result
    }
    let connectivity = policy["connectivity_preference"]?.string ?? "NONE"
    switch self {
    case .policyLost:
      result.planes[path] = []
      return result
    case .spanIgnored:
      result.planes[path] = [Estate.plane]
      return policy["marked_for_delete"] == true ? nil : result
    case .wrongTier:
      let categories: [JSONValue] = ["Emergency", "Infrastructure", "Application"]
      return set("category", dice.one(categories.filter { $0 != policy["category"] }))
    case .policiesInSwappedOrder:
      let category = policy["category"]
      let others = estate.policies.indices.filter {
        $0 != index && estate.policies[$0]["category"] == category
          && estate.isSpanned(estate.policies[$0])
      }
      guard let other = others.first else { return nil }
      for key in ["internal_sequence_number", "sequence_number"] {
        let (mine, theirs) = (policy[key], estate.policies[other][key])
        if mine == theirs { return nil }
        result.policies[index] = result.policies[index].with(key, theirs)
        result.policies[other] = result.policies[other].with(key, mine)
      }
      return result
    case .policyScopeIgnored:
      return Self.names(policy, "scope").isEmpty ? nil : set("scope", nil)
    case .ruleScopeUsedBesidePolicyScope:
      let rules = policy["rules"]?.array ?? []
      guard !Self.names(policy, "scope").isEmpty,
        let own = rules.first(where: { !Self.names($0, "scope").isEmpty })
      else { return nil }
      return set("scope", own["scope"])
    case .defaultRuleLost: return connectivity == "NONE" ? nil : set("connectivity_preference", nil)
    case .defaultRuleTurned:
      if connectivity == "NONE" { return nil }
      return set("connectivity_preference", connectivity == "DENYLIST" ? "ALLOWLIST" : "DENYLIST")
    case .defaultRuleWithoutScope:
      if connectivity == "NONE" || Self.names(policy, "scope").isEmpty { return nil }
      // The rules keep the policy's scope as their own.
      let rules = (policy["rules"]?.array ?? []).map { $0.with("scope", policy["scope"]) }
      result.policies[index] = policy.with("scope", nil).with("rules", .array(rules))
      return result
    case .defaultRuleFirst:
      if connectivity == "NONE" { return nil }
      let first: JSONValue = [
        "resource_type": "Rule", "id": "first", "path": .string("\(path)/rules/first"),
        "rule_id": 1, "sequence_number": -1,
        "action": connectivity == "DENYLIST" ? "ALLOW" : "DROP",
      ]
      result.policies[index] = policy.with("connectivity_preference", nil)
        .with("rules", .array([first] + (policy["rules"]?.array ?? [])))
      return result
    default: return nil
    }
  }
}

extension Estate {
  /// Whether a policy is of the test cluster.
  func isSpanned(_ policy: JSONValue) -> Bool {
    let path = policy["path"]?.string ?? ""
    return policy["marked_for_delete"] != true
      && (planes[path] ?? [Self.plane]).contains(Self.plane)
  }
}
