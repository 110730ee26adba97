import Documents

/// Random rules and policies.
extension EstateGenerator {
  static func service(_ id: String) -> JSONValue { .string("/infra/services/\(id)") }

  private func groups(_ names: [String]) -> [JSONValue] {
    names.map { .string(Estate.group($0)) }
  }

  private mutating func any() -> [JSONValue] { dice.one([["ANY"], ["ANY"], ["any"], []]) }

  /// Groups of pods, sometimes those that hold more.
  mutating func workloads() -> [JSONValue] {
    let pods = (0..<Self.podGroups).map { "w\($0)" }
    let mixed = (0..<Self.mixedGroups).map { "g\($0)" }
    switch dice.below(12) {
    case 0...3: return any()
    case 4: return groups(dice.some(mixed, 1...2))
    case 5: return groups([dice.one(pods), dice.one(mixed)])
    default: return groups(dice.some(pods, 1...2))
    }
  }

  /// Sources or destinations: groups of all kinds and addresses.
  mutating func side() -> [JSONValue] {
    let pods = (0..<Self.podGroups).map { "w\($0)" }
    let mixed = (0..<Self.mixedGroups).map { "g\($0)" }
    let texts = EstateWords.external4 + EstateWords.external6
    switch dice.below(16) {
    case 0...3: return any()
    case 4: return groups([dice.one(["a0", "a1", "a2"])])
    case 5: return groups(["m\(dice.below(Self.machineGroups))"])
    case 6: return dice.some(texts, 1...3).map { .string($0) }
    case 7: return [.string(dice.one(EstateWords.aroundPods))]
    case 8: return groups([dice.one(pods)]) + [.string(dice.one(texts))]
    case 9...11: return groups(dice.some(mixed, 1...3))
    default: return groups(dice.some(pods, 1...2))
    }
  }

  private mutating func services() -> [JSONValue] {
    switch dice.below(7) {
    case 0...2: return any()
    case 3: return [Self.service("ping")]
    case 4:
      let ids = dice.some((0..<Self.plainServices).map { "s\($0)" }, 2...3)
      return ids.map { Self.service($0) }
    default: return [Self.service("s\(dice.below(Self.plainServices))")]
    }
  }

  /// A rule that is in force or disabled.
  mutating func makeRule(_ number: Int, policy: String, category: String) -> JSONValue {
    var actions = ["ALLOW", "ALLOW", "DROP", "REJECT"]
    let jump = "JUMP_TO_APPLICATION"
    if category == "Environment" { actions += hasManyJumps ? [jump, jump] : [jump] }
    var rule = JSONObject()
    rule["resource_type"] = "Rule"
    let path = "\(policy)/rules/r\(number)"
    rule["id"] = .string(dice.chance(5) ? dice.one(EstateWords.ids) : "r\(number)")
    rule["path"] = .string(path)
    // Numbers are missing or repeated in snapshots from elsewhere.
    let number64 = Int64(1000 + (dice.chance(5) ? 0 : number))
    rule["rule_id"] = dice.chance(5) ? nil : .integer(number64)
    rule["sequence_number"] = .integer(Int64(number))
    rule["action"] = .string(dice.one(actions))
    if !dice.chance(10) { rule["direction"] = .string(dice.one(["IN", "OUT", "IN_OUT"])) }
    rule["source_groups"] = .array(side())
    rule["destination_groups"] = .array(side())
    if dice.chance(60) { rule["scope"] = .array(workloads()) }
    // All traffic less some ports has no form, so most that jump do it with all.
    let isWhole = rule["action"] == .string(jump) && dice.chance(60)
    rule["services"] = .array(isWhole ? any() : services())
    if rule["action"] != "ALLOW", dice.chance(10) { rule["services"] = [Self.service("alg")] }
    if !isWhole, dice.chance(15) {
      rule["service_entries"] = .array((0..<dice.one([1, 1, 2])).map { _ in serviceEntry() })
    }
    if dice.chance(12) { rule["sources_excluded"] = true }
    if dice.chance(12) { rule["destinations_excluded"] = true }
    if dice.chance(12) { rule["ip_protocol"] = .string(dice.one(["IPV4", "IPV6", "IPV4_IPV6"])) }
    if dice.chance(10) { rule["disabled"] = true }
    if dice.chance(4) { rule["marked_for_delete"] = true }
    if dice.chance(15) {
      rule["logged"] = true
      rule["tag"] = .string(
        dice.one(["", "audit", "two words", String(repeating: "x", count: 70)]))
    }
    if dice.chance(6) {
      // A rule for everything, before others that then never decide.
      for key in ["source_groups", "destination_groups", "services", "scope"] { rule[key] = nil }
      for key in ["sources_excluded", "destinations_excluded", "service_entries"] {
        rule[key] = nil
      }
    }
    if rule["action"] != .string(jump), dice.chance(6) { specialize(&rule) }
    if dice.chance(oddity) {
      if dice.chance(20) { spoilProfile(&rule) } else { spoil(&rule) }
    }
    return .object(rule)
  }

  /// A policy with its rules.
  mutating func makePolicy(_ index: Int) {
    let id = "p\(index)"
    let path = "/infra/domains/default/security-policies/\(id)"
    let category = dice.one(
      hasManyJumps
        ? ["Environment", "Environment", "Environment", "Application"]
        : ["Emergency", "Infrastructure", "Environment", "Application"])
    // The document's order is not the order of evaluation, and numbers may tie.
    let isTied = dice.chance(10)
    let rules = (0..<dice.one([0, 1, 2, 3, 3, 4, 5])).map { number -> JSONValue in
      guard case .object(var rule) = makeRule(number, policy: path, category: category) else {
        return .null
      }
      if dice.chance(6), let earlier = estate.policies.last?["rules"]?.array?.first {
        for key in ["source_groups", "destination_groups", "services", "direction"] {
          rule[key] = earlier[key]
        }
      }
      if isTied { rule["sequence_number"] = .integer(Int64(number / 2)) }
      return .object(rule)
    }
    var policy = JSONObject()
    policy["resource_type"] = "SecurityPolicy"
    policy["id"] = .string(dice.chance(5) ? dice.one(EstateWords.ids) : id)
    policy["display_name"] = .string("Policy \(id)")
    policy["path"] = .string(path)
    policy["_revision"] = 2
    if category != "Application" || !dice.chance(15) { policy["category"] = .string(category) }
    let number = Int64(dice.below(9))
    policy["internal_sequence_number"] = numbersAreLocal ? nil : .integer(number)
    policy["sequence_number"] = .integer(numbersAreLocal ? number : 9 - number)
    policy["rules"] = .array(dice.shuffled(rules))
    if dice.chance(25) { policy["scope"] = .array(workloads()) }
    if dice.chance(20) {
      policy["connectivity_preference"] = .string(
        dice.one(["ALLOWLIST", "DENYLIST", "ALLOWLIST_ENABLE_LOGGING", "NONE"]))
      policy["default_rule_id"] = .integer(Int64(2000 + index))
    }
    if dice.chance(5) { policy["logging_enabled"] = true }
    if dice.chance(3) { policy["marked_for_delete"] = true }
    if dice.chance(oddity / 2) { spoil(policy: &policy) }
    estate.policies.append(.object(policy))
    estate.planes[path] = dice.one([
      [Estate.plane], [Estate.plane], [Estate.plane], [Estate.plane], [Estate.plane],
      [Estate.plane, Estate.otherPlane], [Estate.plane, Estate.otherPlane], [Estate.otherPlane], [],
    ])
  }
}
