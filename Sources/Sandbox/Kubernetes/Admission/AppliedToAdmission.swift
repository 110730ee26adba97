import Documents

/// Where a policy applies (rules 4 to 13).
enum AppliedToAdmission {
  /// Checks `appliedTo` of the policy and of its rules.
  static func validate(_ spec: PolicySpec) throws {
    let inRules = spec.rules.filter { !$0.appliedTo.isEmpty }.count
    try admit(
      4, spec.appliedTo.isEmpty || inRules == 0,
      "appliedTo should not be set in both spec and rules")
    try admit(
      5, !spec.appliedTo.isEmpty || inRules > 0,
      "appliedTo needs to be set in either spec or rules")
    try admit(
      6, inRules == 0 || inRules == spec.rules.count,
      "appliedTo field should either be set in all rules or in none of them")
    let hasEgress = spec.rules.contains { $0.egress }
    try validate(spec.appliedTo, egress: hasEgress)
    for rule in spec.rules { try validate(rule.appliedTo, egress: rule.egress) }
  }

  private static func validate(_ list: [JSONValue], egress: Bool) throws {
    var services = 0
    for entry in list {
      let alone = entry.object?.count == 1
      let single = [(7, "group"), (8, "nodeSelector"), (9, "serviceAccount"), (10, "service")]
      for (rule, field) in single where entry[field] != nil {
        try admit(
          rule, alone, "\(field) cannot be set with other peers in appliedTo")
      }
      if entry["service"] != nil {
        try admit(11, !egress, "egress rule cannot be applied to Services")
        services += 1
      }
      try LabelAdmission.validate(entry, rule: 12)
    }
    try admit(
      13, services == 0 || services == list.count,
      "a rule/policy cannot be applied to Services and other peers at the same time")
  }
}

/// The label checks that appliedTo, peers and groups share.
enum LabelAdmission {
  /// Checks `matchLabels` of every selector of an entry; `matchExpressions`
  /// are not looked at, as in Antrea.
  static func validate(
    _ entry: JSONValue, rule: Int,
    selectors: [String] = [
      "podSelector", "namespaceSelector", "externalEntitySelector", "nodeSelector",
    ]
  ) throws {
    for selector in selectors {
      for (key, value) in (entry[selector] ?? .null).strings("matchLabels") {
        try admit(
          rule, QualifiedNames.isQualifiedName(key), "Invalid label key: \(key)")
        try admit(
          rule, QualifiedNames.isLabelValue(value), "Invalid label value: \(value)")
      }
    }
  }
}
