import AntreaModel
import Documents

/// The counters that Antrea keeps of one policy (`stats.antrea.io/v1alpha1`).
///
/// antrea-controller holds them in memory: they begin at 0 when it starts, and
/// agents send what they have counted once a minute.
public struct PolicyCounters: Sendable, Hashable {
  /// The policy.
  public var policy: KubernetesObject.Reference
  /// `metadata.uid` of the policy.
  public var uid: String
  /// When this controller began to count the policy, in seconds since 1970; `nil`
  /// where it does not say.
  public var since: Int64?
  /// All rules together.
  public var total: TrafficCount
  /// Rules that saw traffic, by name; a rule that was renamed or removed keeps its
  /// entry until the policy is deleted or the controller starts anew.
  public var rules: [String: TrafficCount]

  /// Reads a statistics object.
  ///
  /// - Returns: `nil` for an object of another kind, and for the empty one that
  ///   Antrea answers with where it keeps no statistics.
  public init?(_ object: KubernetesObject) {
    let reference = object.reference
    guard reference.group == "stats.antrea.io", let uid = object.uid,
      let policy = Self.policy(of: reference)
    else { return nil }
    self.policy = policy
    self.uid = uid
    since = object.document[path: "metadata", "creationTimestamp"]?.string
      .flatMap(UTCTime.seconds)
    total = TrafficCount(object.document["trafficStats"])
    rules = [:]
    for rule in object.document["ruleTrafficStats"]?.array ?? [] {
      guard let name = rule["name"]?.string else { continue }
      rules[name] = (rules[name] ?? TrafficCount()) + TrafficCount(rule["trafficStats"])
    }
  }

  private static func policy(
    of reference: KubernetesObject.Reference
  ) -> KubernetesObject.Reference? {
    let (group, kind): (String, String)
    switch reference.kind {
    case "AntreaClusterNetworkPolicyStats":
      (group, kind) = ("crd.antrea.io", "ClusterNetworkPolicy")
    case "AntreaNetworkPolicyStats": (group, kind) = ("crd.antrea.io", "NetworkPolicy")
    case "NetworkPolicyStats": (group, kind) = ("networking.k8s.io", "NetworkPolicy")
    default: return nil
    }
    return KubernetesObject.Reference(
      group: group, kind: kind, namespace: reference.namespace, name: reference.name)
  }
}
