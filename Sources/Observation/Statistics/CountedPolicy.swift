import AntreaModel
import Documents

/// One rule of a policy in a cluster with what was counted of it.
public struct CountedRule: Sendable, Hashable {
  /// The side of a connection that a rule is enforced at.
  public enum Direction: String, Sendable, Hashable, CaseIterable {
    /// At the pod that is connected to.
    case ingress
    /// At the pod that connects.
    case egress
  }

  /// Name in the policy.
  public var name: String
  /// Where it is enforced; `nil` where the policy has it no more.
  public var direction: Direction?
  /// `Allow`, `Drop`, …; `nil` where the policy has it no more.
  public var action: String?
  /// What was counted.
  public var count: TrafficCount
  /// The NSX rule; `nil` in a policy that is not from NSX.
  public var origin: PolicyOrigin.Rule?
}

/// A policy of a cluster with its counters.
public struct CountedPolicy: Sendable, Hashable {
  /// The policy.
  public var reference: KubernetesObject.Reference
  /// Its uid.
  public var uid: String
  /// When counting began, in seconds since 1970; `nil` where Antrea counts
  /// nothing of it yet.
  public var since: Int64?
  /// All rules together; it holds rules that the policy has no more as well.
  public var total: TrafficCount
  /// The rules in the order of the policy, ingress first, then those that it has
  /// no more. A Kubernetes policy has none: Antrea counts it as a whole.
  public var rules: [CountedRule]
  /// NSX path; `nil` for a policy that is not from NSX.
  public var path: String?
  /// Display name in NSX, else the name.
  public var displayName: String
  /// Name of its tier; empty where it has none.
  public var tier: String

  /// Kind, group, namespace and name: two policies of one name are not one.
  var qualifiedName: String {
    ["\(reference.kind).\(reference.group)", reference.namespace, reference.name]
      .compactMap { $0 }.joined(separator: "/")
  }

  /// Joins a live policy with its counters.
  public init(_ policy: KubernetesObject, counters: PolicyCounters?, origin: PolicyOrigin?) {
    reference = policy.reference
    uid = policy.uid ?? ""
    since = counters?.since
    total = counters?.total ?? TrafficCount()
    path = origin?.path
    displayName = origin?.displayName ?? policy.name
    tier = policy.document[path: "spec", "tier"]?.string ?? ""
    rules = []
    guard reference.group == "crd.antrea.io" else { return }
    var rest = counters?.rules ?? [:]
    for direction in CountedRule.Direction.allCases {
      for rule in policy.document[path: "spec", direction.rawValue]?.array ?? [] {
        guard let name = rule["name"]?.string else { continue }
        rules.append(
          CountedRule(
            name: name, direction: direction, action: rule["action"]?.string,
            count: rest.removeValue(forKey: name) ?? TrafficCount(),
            origin: origin?.rule(named: name)))
      }
    }
    for (name, count) in rest.sorted(by: { utf8Order($0.key, $1.key) < 0 }) {
      rules.append(
        CountedRule(
          name: name, direction: nil, action: nil, count: count, origin: origin?.rule(named: name)))
    }
  }
}

/// All counters of one cluster at one moment.
public struct ClusterCounters: Sendable, Hashable {
  /// Name of the cluster.
  public var name: String
  /// The source whose policies they are of, by its owner's mark; `nil` where they are
  /// of all policies.
  public var source: String?
  /// When they were read, in seconds since 1970.
  public var time: Int64
  /// The policies, in a fixed order.
  public var policies: [CountedPolicy]

  /// Puts counters together.
  public init(name: String, source: String? = nil, time: Int64, policies: [CountedPolicy]) {
    self.name = name
    self.source = source
    self.time = time
    self.policies = policies.sorted { left, right in
      let order = utf8Order(left.path ?? "", right.path ?? "")
      return order != 0
        ? order < 0 : utf8Order("\(left.reference)", "\(right.reference)") < 0
    }
  }

  /// Joins live policies with what Antrea counts.
  ///
  /// - Parameters:
  ///   - source: The source whose policies were asked for; `nil` for all.
  ///   - policies: Live policies.
  ///   - counters: The objects of `stats.antrea.io`.
  ///   - provenance: `provenance.json`; `nil` where there is no tree.
  public init(
    name: String, source: String? = nil, time: Int64, policies: [KubernetesObject],
    counters: [KubernetesObject], provenance: JSONValue?
  ) {
    let byUID = Dictionary(counters.compactMap(PolicyCounters.init).map { ($0.uid, $0) }) {
      first, _ in first
    }
    self.init(
      name: name, source: source, time: time,
      policies: policies.map { policy in
        CountedPolicy(
          policy, counters: policy.uid.flatMap { byUID[$0] },
          origin: PolicyOrigin(of: policy, provenance: provenance))
      })
  }
}
