import AntreaModel
import Documents

/// Statistics by NSX policy and rule, over clusters.
public struct FleetStatistics: Sendable, Hashable {
  /// One rule: NSX's, or where a policy is not from NSX, the cluster's.
  public struct Rule: Sendable, Hashable {
    /// NSX path; `nil` where it is not known.
    public var path: String?
    /// `rule_id`.
    public var ruleID: Int64?
    /// Display name in NSX, else the name in the cluster.
    public var displayName: String
    /// Names of the rules in the clusters that it became: halves and parts.
    public var names: [String]
    /// `Allow`, `Drop`, …; `nil` where no policy has the rule any more.
    public var action: String?
    /// Figures by cluster; a cluster that has no such rule is not among them.
    public var clusters: [String: TrafficFigures]

    /// The figures of all clusters together.
    public var total: TrafficFigures {
      TrafficFigures.sum(clusters.sorted { $0.key < $1.key }.map(\.value))
    }
  }

  /// One policy: NSX's, or one of the cluster's own.
  public struct Policy: Sendable, Hashable {
    /// NSX path; `nil` for a policy that is not from NSX.
    public var path: String?
    /// Display name in NSX, else the name in the cluster.
    public var displayName: String
    /// What it is called where names must tell policies apart: the display name in
    /// NSX, else kind, group, namespace and name.
    public var label: String
    /// Name of its tier; empty where it has none.
    public var tier: String
    /// The objects that it is in the clusters, without repeats.
    public var objects: [String]
    /// The rules in their order. A Kubernetes policy has none.
    public var rules: [Rule]
    /// Figures by cluster, all rules together. In and out are not told apart where
    /// Antrea counts the policy as a whole.
    public var clusters: [String: TrafficFigures]

    /// The figures of all clusters together.
    public var total: TrafficFigures {
      TrafficFigures.sum(clusters.sorted { $0.key < $1.key }.map(\.value))
    }
  }

  /// The clusters that were read, in their order.
  public var clusters: [String]
  /// When the earlier counters were read, the oldest of the clusters'; `nil` without.
  public var earlier: Int64?
  /// The policies by path; those that are not from NSX behind them, by name.
  public var policies: [Policy]

  /// Puts the counters of clusters together.
  ///
  /// - Parameter earlier: What they are compared with.
  public init(_ clusters: [ClusterCounters], since earlier: SavedCounters = SavedCounters()) {
    self.clusters = clusters.map(\.name)
    self.earlier = clusters.compactMap { earlier.cluster(of: $0)?.time }.min()
    var order: [String] = []
    var found: [String: PolicyDraft] = [:]
    for cluster in clusters {
      for policy in cluster.policies {
        let key = policy.path ?? "\u{10FFFF}\(policy.qualifiedName)"
        if found[key] == nil { order.append(key) }
        found[key, default: PolicyDraft(policy)].add(policy, of: cluster, since: earlier)
      }
    }
    policies = order.sorted { utf8Order($0, $1) < 0 }.compactMap { found[$0]?.policy }
  }

  /// The rules that have seen no traffic since a known time, with their policies.
  public var quiet: FleetStatistics {
    var result = self
    for index in result.policies.indices {
      result.policies[index].rules.removeAll { $0.action == nil || $0.total.quietSince == nil }
    }
    result.policies.removeAll(where: \.rules.isEmpty)
    return result
  }
}

/// A policy while its parts are collected.
private struct PolicyDraft {
  private var result: FleetStatistics.Policy
  private var order: [String] = []
  private var rules: [String: FleetStatistics.Rule] = [:]
  private var parts: [String: [String: [TrafficFigures]]] = [:]
  private var whole: [String: [TrafficFigures]] = [:]

  init(_ policy: CountedPolicy) {
    result = FleetStatistics.Policy(
      path: policy.path, displayName: policy.displayName,
      label: policy.path == nil ? policy.qualifiedName : policy.displayName, tier: policy.tier,
      objects: [], rules: [], clusters: [:])
  }

  mutating func add(
    _ policy: CountedPolicy, of cluster: ClusterCounters, since earlier: SavedCounters
  ) {
    let object = "\(policy.reference)"
    if !result.objects.contains(object) { result.objects.append(object) }
    var sum: [TrafficFigures] = []
    for rule in policy.rules {
      let key =
        rule.origin?.ruleID.map { "#\($0)" } ?? rule.origin?.path ?? "\(object)/\(rule.name)"
      let figures = TrafficFigures(
        rule.count, rule.direction, since: policy.since,
        earlier.activity(of: rule.count, rule.name, in: policy, cluster))
      sum.append(figures)
      parts[key, default: [:]][cluster.name, default: []].append(figures)
      note(rule, key)
    }
    if policy.rules.isEmpty {
      let activity = earlier.activity(of: policy.total, nil, in: policy, cluster)
      sum.append(TrafficFigures(policy.total, nil, since: policy.since, activity))
    }
    whole[cluster.name, default: []] += sum
  }

  private mutating func note(_ rule: CountedRule, _ key: String) {
    if rules[key] == nil {
      order.append(key)
      rules[key] = FleetStatistics.Rule(
        path: rule.origin?.path, ruleID: rule.origin?.ruleID,
        displayName: rule.origin?.displayName ?? rule.name, names: [], action: rule.action,
        clusters: [:])
    }
    if rules[key]?.names.contains(rule.name) == false { rules[key]?.names.append(rule.name) }
    if rules[key]?.path == nil, let path = rule.origin?.path {
      rules[key]?.path = path
      rules[key]?.displayName = rule.origin?.displayName ?? rule.name
    }
    if rules[key]?.action == nil { rules[key]?.action = rule.action }
  }

  var policy: FleetStatistics.Policy {
    var policy = result
    policy.rules = order.compactMap { key in
      var rule = rules[key]
      rule?.clusters = (parts[key] ?? [:]).mapValues(TrafficFigures.sum)
      return rule
    }
    policy.clusters = whole.mapValues(TrafficFigures.sum)
    return policy
  }
}
