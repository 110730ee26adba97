import Documents

/// The Tier validator (rules 39 to 45).
enum TierAdmission {
  /// The Tiers that antrea-controller makes: name, priority, description.
  static let systemTiers: [(name: String, priority: Int64, description: String)] = [
    ("emergency", 50, "[READ-ONLY]: System generated Emergency Tier"),
    ("securityops", 100, "[READ-ONLY]: System generated SecurityOps Tier"),
    ("networkops", 150, "[READ-ONLY]: System generated NetworkOps Tier"),
    ("platform", 200, "[READ-ONLY]: System generated Platform Tier"),
    ("application", 250, "[READ-ONLY]: System generated default Application Tier"),
    ("baseline", 253, "[READ-ONLY]: System generated Baseline Tier"),
  ]

  /// Checks a new Tier.
  static func create(_ tier: JSONValue, in view: AdmissionView) throws {
    let priority = tier.member(at: ["spec", "priority"])?.integer ?? 0
    let used = Set(view.tiers.compactMap { $0.member(at: ["spec", "priority"])?.integer })
    try admit(39, used.count < 20, "maximum number of Tiers supported: 20")
    try admit(
      40, ![251, 252, 254, 255].contains(priority), "tier priority \(priority) is reserved")
    try admit(
      41, !(view.upstreamPolicyEnabled && priority == 220),
      "tier priority 220 is reserved for the Admin tier of ClusterNetworkPolicy")
    try admit(
      42, !used.contains(priority),
      "tier \(tier.text("metadata", "name")) priority \(priority) overlaps with existing Tier")
  }

  /// Checks a change of a Tier.
  static func update(_ tier: JSONValue, from old: JSONValue, in view: AdmissionView) throws {
    let same =
      tier.member(at: ["spec", "priority"])?.integer
      == old.member(at: ["spec", "priority"])?.integer
    try admit(43, same || view.isController, "update to Tier priority is not allowed")
  }

  /// Checks the removal of a Tier.
  static func delete(_ tier: JSONValue, in view: AdmissionView) throws {
    let name = tier.text("metadata", "name")
    try admit(
      44, !systemTiers.contains { $0.name == name },
      "cannot delete reserved tier \(name)")
    let users = view.policies.filter { $0.text("spec", "tier") == name }
    try admit(
      45, users.isEmpty, "tier \(name) is referenced by \(users.count) Antrea-native policies")
  }
}
