import Documents

/// The validator of ClusterNetworkPolicy and NetworkPolicy (rules 1 to 38).
enum PolicyAdmission {
  /// The spellings of the old static tiers, which need no Tier object.
  static let legacyTiers: Set<String> = [
    "Emergency", "SecurityOps", "NetworkOps", "Platform", "Application", "Baseline",
  ]

  /// Checks a policy in the order of Antrea's validator.
  static func validate(_ policy: JSONValue, in view: AdmissionView) throws {
    let spec = PolicySpec(policy)
    try validateTier(spec, in: view)
    try validateNames(spec)
    try AppliedToAdmission.validate(spec)
    try PeerAdmission.validate(spec)
    try MulticastAdmission.validate(spec)
    try LayerSevenAdmission.validate(spec, enabled: view.l7Enabled)
    try PortAdmission.validate(spec)
  }

  /// The warnings for an admitted policy (rule 38).
  static func warnings(_ policy: JSONValue) -> [String] {
    let spec = PolicySpec(policy)
    guard spec.appliedTo.contains(where: { $0["nodeSelector"] != nil }) else { return [] }
    let long = spec.rules.contains {
      $0.json["enableLogging"]?.bool == true && $0.json.text("logLabel").utf8.count > 12
    }
    return long
      ? ["logLabel longer than 12 characters is truncated for policies applied to Nodes"] : []
  }

  private static func validateTier(_ spec: PolicySpec, in view: AdmissionView) throws {
    let exists =
      spec.tier.isEmpty || legacyTiers.contains(spec.tier)
      || view.tiers.contains { $0.text("metadata", "name") == spec.tier }
    try admit(1, exists, "tier \(spec.tier) does not exist")
    if spec.tier.lowercased() == "baseline" {
      try admit(
        2, !spec.rules.contains { $0.action == "Pass" },
        "`Pass` action should not be set for Baseline Tier policy rules")
    }
  }

  private static func validateNames(_ spec: PolicySpec) throws {
    var seen: Set<String> = []
    for rule in spec.rules {
      try admit(
        3, seen.insert(rule.json.text("name")).inserted,
        "rules names must be unique within the policy")
    }
  }
}

/// A policy taken apart for the validators.
struct PolicySpec {
  /// One rule with its direction.
  struct Rule {
    /// Whether it is an egress rule.
    let egress: Bool
    /// The rule.
    let json: JSONValue
    /// The action.
    var action: String { json.text("action") }
    /// The rule's own `appliedTo`.
    var appliedTo: [JSONValue] { json.list("appliedTo") }
    /// `from` or `to`.
    var peers: [JSONValue] { json.list(egress ? "to" : "from") }
    /// `ports`.
    var ports: [JSONValue] { json.list("ports") }
    /// `protocols`.
    var protocols: [JSONValue] { json.list("protocols") }
    /// `l7Protocols`.
    var l7: [JSONValue] { json.list("l7Protocols") }
  }

  /// The tier as written.
  let tier: String
  /// The policy's own `appliedTo`.
  let appliedTo: [JSONValue]
  /// The rules, ingress first.
  let rules: [Rule]

  /// Takes a policy apart.
  init(_ policy: JSONValue) {
    tier = policy.text("spec", "tier")
    appliedTo = policy.list("spec", "appliedTo")
    rules =
      policy.list("spec", "ingress").map { Rule(egress: false, json: $0) }
      + policy.list("spec", "egress").map { Rule(egress: true, json: $0) }
  }
}
