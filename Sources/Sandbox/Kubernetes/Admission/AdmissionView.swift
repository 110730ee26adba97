import Documents

/// What Antrea's webhooks know of the cluster when they decide.
struct AdmissionView: Sendable {
  /// All Tiers.
  var tiers: [JSONValue]
  /// All ClusterNetworkPolicies and Antrea NetworkPolicies; looked at only
  /// when a Tier is deleted.
  var policies: [JSONValue] = []
  /// The groups of the kind and namespace of the object.
  var groups: [JSONValue] = []
  /// The gate L7NetworkPolicy of antrea-controller.
  var l7Enabled: Bool
  /// The gate ClusterNetworkPolicy (upstream API), which reserves priority 220.
  var upstreamPolicyEnabled = false
  /// Whether antrea-controller itself asks.
  var isController = false
}

/// A refusal of one of Antrea's webhooks.
struct AdmissionDenial: Error, Hashable {
  /// The number of the rule, as the project's Antrea reference counts them.
  let rule: Int
  /// The message to the user.
  let message: String
}

/// Throws a denial unless a condition holds.
func admit(_ rule: Int, _ condition: Bool, _ message: @autoclosure () -> String) throws {
  if !condition { throw AdmissionDenial(rule: rule, message: message()) }
}
