import Documents
import Failures

/// Counters of an earlier moment, as a file keeps them: with them a tool that
/// remembers nothing knows growth, resets, and since when a rule is quiet.
public struct SavedCounters: Sendable, Hashable {
  /// The name of the format, in the document's `format`.
  public static let format = "nsx-antrea-statistics/1"

  /// One count with the time since when it has not changed.
  public struct Count: Sendable, Hashable {
    /// What was counted.
    public var count: TrafficCount
    /// Since when there was no traffic; `nil` where there was, or nobody knows.
    public var quietSince: Int64?
  }

  /// The counters of one policy.
  public struct Policy: Sendable, Hashable {
    /// Kind, group, namespace and name.
    public var object: String
    /// When its counting began.
    public var since: Int64?
    /// All rules together.
    public var total: Count
    /// The rules that it had, by name.
    public var rules: [String: Count]
  }

  /// The counters of one cluster.
  public struct Cluster: Sendable, Hashable {
    /// When they were read, in seconds since 1970.
    public var time: Int64
    /// The policies by uid.
    public var policies: [String: Policy]
  }

  /// The clusters by ``key(_:)``.
  public var clusters: [String: Cluster]

  /// What the counters of a cluster are saved under: its name, and the source where
  /// they are of one, because another source of the same cluster has other policies.
  public static func key(_ counters: ClusterCounters) -> String {
    counters.source.map { "\(counters.name)/\($0)" } ?? counters.name
  }

  /// What was saved of a cluster and source.
  public func cluster(of counters: ClusterCounters) -> Cluster? {
    clusters[Self.key(counters)]
  }

  /// Creates saved counters.
  public init(clusters: [String: Cluster] = [:]) { self.clusters = clusters }

  /// The counters of now, to be saved.
  ///
  /// - Parameters:
  ///   - now: What was read. A cluster that is not among them keeps what was saved
  ///     of it before, so that one that is away once does not lose its history.
  ///   - earlier: What was saved before.
  public init(_ now: [ClusterCounters], after earlier: SavedCounters) {
    clusters = earlier.clusters
    for cluster in now {
      var policies: [String: Policy] = [:]
      for policy in cluster.policies where !policy.uid.isEmpty {
        func saved(_ count: TrafficCount, _ rule: String?) -> Count {
          let activity = earlier.activity(of: count, rule, in: policy, cluster)
          return Count(count: count, quietSince: activity.quietSince)
        }
        policies[policy.uid] = Policy(
          object: policy.qualifiedName, since: policy.since, total: saved(policy.total, nil),
          rules: Dictionary(policy.rules.map { ($0.name, saved($0.count, $0.name)) }) {
            first, _ in first
          })
      }
      clusters[Self.key(cluster)] = Cluster(time: cluster.time, policies: policies)
    }
  }

  /// These, and of clusters and sources that are not among them what others have.
  public func filled(from others: SavedCounters) -> SavedCounters {
    SavedCounters(clusters: clusters.merging(others.clusters) { own, _ in own })
  }

  /// What became of a count since these were saved.
  ///
  /// - Parameter rule: Name of the rule; `nil` for the policy as a whole.
  public func activity(
    of count: TrafficCount, _ rule: String?, in policy: CountedPolicy, _ cluster: ClusterCounters
  ) -> RuleActivity {
    let before = self.cluster(of: cluster)
    let same = before?.policies[policy.uid]
    // Deleted and made again: another uid, and counters that begin at 0.
    let former =
      same == nil ? before?.policies.values.first { $0.object == policy.qualifiedName } : nil
    return RuleActivity(
      count, since: policy.since, time: cluster.time, earlier: same ?? former,
      isNewObject: former != nil, savedAt: before?.time, rule: rule)
  }
}

extension SavedCounters {
  /// Reads a saved file.
  ///
  /// - Parameter file: Its name, for the message.
  /// - Throws: ``Failure`` of kind invalidInput.
  public init(_ document: JSONValue, file: String) throws {
    guard document["format"]?.string == Self.format, let list = document["clusters"]?.object else {
      throw Failure(
        .invalidInput, subject: file, cause: "is not a file of saved statistics (\(Self.format))",
        remedy: "write one with `nsx-antrea stats --save FILE`")
    }
    clusters = [:]
    for member in list.members {
      guard let time = member.value["time"]?.string.flatMap(UTCTime.seconds) else {
        throw Failure(
          .invalidInput, subject: "\(file): clusters.\(member.key)", cause: "has no time",
          remedy: "write the file anew with `nsx-antrea stats --save FILE`")
      }
      var policies: [String: Policy] = [:]
      for policy in member.value["policies"]?.object?.members ?? [] {
        var rules: [String: Count] = [:]
        for rule in policy.value["rules"]?.object?.members ?? [] {
          rules[rule.key] = Count(rule.value)
        }
        policies[policy.key] = Policy(
          object: policy.value["object"]?.string ?? "",
          since: policy.value["since"]?.string.flatMap(UTCTime.seconds),
          total: Count(policy.value["total"] ?? .null), rules: rules)
      }
      clusters[member.key] = Cluster(time: time, policies: policies)
    }
  }

  /// The file.
  public var document: JSONValue {
    func object<Value>(_ values: [String: Value], _ map: (Value) -> JSONValue) -> JSONValue {
      var object = JSONObject()
      for (key, value) in values { object[key] = map(value) }
      return .object(object)
    }
    return [
      "format": .string(Self.format),
      "clusters": object(clusters) { cluster in
        [
          "time": .string(UTCTime.text(seconds: cluster.time)),
          "policies": object(cluster.policies) { policy in
            [
              "object": .string(policy.object), "since": policy.since.time,
              "total": policy.total.document,
              "rules": object(policy.rules, \.document),
            ]
          },
        ]
      },
    ]
  }
}

extension SavedCounters.Count {
  init(_ document: JSONValue) {
    count = TrafficCount(document)
    quietSince = document["quietSince"]?.string.flatMap(UTCTime.seconds)
  }

  var document: JSONValue {
    var object = count.document.object ?? JSONObject()
    if let quietSince { object["quietSince"] = .string(UTCTime.text(seconds: quietSince)) }
    return .object(object)
  }
}

extension Int64? {
  /// The time as RFC 3339, or `null`.
  var time: JSONValue { map { .string(UTCTime.text(seconds: $0)) } ?? .null }
}
