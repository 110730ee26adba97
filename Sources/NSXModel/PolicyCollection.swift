/// The parts of NSX paths that stand before an id.
enum PolicyCollection {
  /// The collection of a resource type: `groups` for `Group`; the type itself
  /// where this version does not read it.
  static func name(_ type: String) -> String {
    switch type {
    case "SecurityPolicy": "security-policies"
    case "GatewayPolicy": gatewayPolicies
    case "Rule": "rules"
    case "Group": "groups"
    case "Service": "services"
    case "ServiceEntry": "service-entries"
    case "Domain": "domains"
    case "PolicyContextProfile": "context-profiles"
    case "L7AccessProfile": "l7-access-profiles"
    case "L7AccessEntry": "entries"
    case "SecurityPolicyContainerCluster": "container-cluster-span"
    case "Site": "sites"
    case "EnforcementPoint": "enforcement-points"
    case "ClusterControlPlane": "cluster-control-planes"
    default: type
    }
  }

  /// The collection of gateway firewalls' policies, whose rules are of the same
  /// type as the distributed firewall's.
  static let gatewayPolicies = "gateway-policies"

  /// The path that a child lies below: two components up.
  static func parent(of path: String?) -> String? {
    guard let path else { return nil }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count > 3 ? parts.dropLast(2).joined(separator: "/") : nil
  }

  /// Whether a path is one of a gateway firewall's policy.
  static func isGatewayPolicy(_ path: String) -> Bool {
    path.split(separator: "/").dropLast().last.map(String.init) == gatewayPolicies
  }
}
