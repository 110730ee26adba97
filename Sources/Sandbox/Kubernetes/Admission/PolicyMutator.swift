import Documents

/// The mutating webhook of policies: the default tier and the names of
/// unnamed rules.
enum PolicyMutator {
  /// Gives the policy as Antrea's webhook completes it.
  static func mutate(_ policy: JSONValue) -> JSONValue {
    guard policy["spec"]?.object != nil else { return policy }
    var result = policy
    if policy.text("spec", "tier").isEmpty {
      result.setMember(at: ["spec", "tier"], to: "application")
    }
    for direction in ["ingress", "egress"] {
      guard let rules = policy.member(at: ["spec", direction])?.array else { continue }
      let named = rules.map { rule -> JSONValue in
        guard rule.text("name").isEmpty else { return rule }
        var rule = rule
        let action = rule.text("action").lowercased()
        rule.setMember(at: ["name"], to: .string("\(direction)-\(action)-\(hash(rule))"))
        return rule
      }
      result.setMember(at: ["spec", direction], to: .array(named))
    }
    return result
  }

  /// The first 7 hex digits of SHA-1 over the rule as Go writes it.
  static func hash(_ rule: JSONValue) -> String {
    String(hexText(SHA1.hash(GoRuleText.text(of: rule).utf8)).prefix(7))
  }
}
