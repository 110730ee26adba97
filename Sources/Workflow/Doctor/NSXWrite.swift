/// What is written to NSX where the settings say so, with the roles that are known
/// to allow it.
enum NSXWrite: Sendable, Hashable, CaseIterable {
  /// Objects of the inventory, and what is reported on them.
  case inventory
  /// The status of a container cluster.
  case status
  /// Tags and rules of security policies.
  case policies
  /// Groups that are filled with a cluster's addresses.
  case groups

  /// What a setting switches on.
  static func needed(_ settings: Settings) -> Set<NSXWrite> {
    var needed: Set<NSXWrite> = []
    let parts = settings.list("report.parts")
    if settings.flag("inventory.enabled") || !parts.isEmpty { needed.insert(.inventory) }
    if parts.contains("health"), settings.flag("report.clusterStatus") { needed.insert(.status) }
    if settings.flag("report.policyTags") { needed.insert(.policies) }
    if !settings.groups.isEmpty { needed.insert(.groups) }
    return needed
  }

  /// As it stands in a sentence.
  var what: String {
    switch self {
    case .inventory: "the inventory"
    case .status: "the status of container clusters"
    case .policies: "security policies"
    case .groups: "groups"
    }
  }

  /// What switches it on.
  var setting: String {
    switch self {
    case .inventory: "inventory.enabled and report.parts"
    case .status: "report.clusterStatus"
    case .policies: "report.policyTags"
    case .groups: "`groups`"
    }
  }

  /// The ids of the roles. The inventory and the status are written by VMware's
  /// own adapters as Enterprise Admin; which others may is not documented (NSX
  /// facts, 1.3).
  private var roles: Set<String> {
    switch self {
    case .inventory, .status: ["enterprise_admin"]
    case .policies, .groups: ["enterprise_admin", "security_engineer"]
    }
  }

  /// The least of them, for a person.
  var roleText: String {
    switch self {
    case .inventory: "Enterprise Admin (enterprise_admin), as VMware's adapter has it"
    case .status: "Enterprise Admin (enterprise_admin)"
    case .policies, .groups: "Security Admin (security_engineer)"
    }
  }

  /// Whether one of some roles allows it.
  func isLikely(_ roles: [String]) -> Bool { !self.roles.isDisjoint(with: roles) }
}
