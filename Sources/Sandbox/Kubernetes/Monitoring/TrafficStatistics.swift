import Documents

/// The statistics that antrea-controller keeps in memory (`stats.antrea.io`).
struct TrafficStatistics: Sendable {
  /// Counters as `trafficStats` has them.
  struct Count: Sendable {
    var packets: Int64 = 0
    var bytes: Int64 = 0
    var sessions: Int64 = 0

    /// Members that are 0 are left out.
    var document: JSONValue {
      var object = JSONObject()
      for (key, value) in [("packets", packets), ("bytes", bytes), ("sessions", sessions)]
      where value != 0 {
        object[key] = .integer(value)
      }
      return .object(object)
    }

    mutating func add(_ other: Count) {
      packets += other.packets
      bytes += other.bytes
      sessions += other.sessions
    }
  }

  /// What was counted of a policy, by its uid: rules by name; the empty name is
  /// traffic of a policy that is counted as a whole.
  private var counters: [String: [String: Count]] = [:]
  /// When this controller started; empty for before everything.
  private var started = ""

  /// The policies behind each resource of the group.
  static let policies = [
    "antreaclusternetworkpolicystats": "clusternetworkpolicies.crd.antrea.io",
    "antreanetworkpolicystats": "networkpolicies.crd.antrea.io",
    "networkpolicystats": "networkpolicies.networking.k8s.io",
  ]

  mutating func add(_ count: Count, to uid: String, rule: String) {
    counters[uid, default: [:]][rule, default: Count()].add(count)
  }

  /// A controller that starts knows nothing of before.
  mutating func restart(at time: String) {
    counters = [:]
    started = time
  }

  mutating func forget(_ uid: String) { counters[uid] = nil }

  /// The statistics object of a policy: its name and uid, and the time since when
  /// it is counted in place of its creation. It has no labels and no
  /// resourceVersion. A rule stands in it once it saw traffic, and stays.
  ///
  /// - Parameter minutely: What each rule counts in a minute by itself.
  func object(
    of policy: JSONValue, kind: ResourceKind, now: Int64, minutely: Bool
  ) -> JSONValue {
    let created = policy.text("metadata", "creationTimestamp")
    let since = max(created, started)
    var metadata = JSONObject()
    metadata["name"] = policy.member(at: ["metadata", "name"])
    metadata["namespace"] = policy.member(at: ["metadata", "namespace"])
    metadata["uid"] = policy.member(at: ["metadata", "uid"])
    metadata["creationTimestamp"] = .string(since)
    var rules = counters[policy.text("metadata", "uid")] ?? [:]
    if minutely {
      let minutes = max(0, (now - (Timestamps.seconds(since) ?? now)) / 60)
      for rule in policy.list("spec", "ingress") + policy.list("spec", "egress") {
        let name = rule.text("name")
        // Some rules see nothing, so that there is something to find.
        let weight = name.utf8.reduce(0) { ($0 &* 31 &+ Int64($1)) % 997 } % 5
        guard weight > 0, minutes > 0, !name.isEmpty else { continue }
        let sessions = minutes * weight
        rules[name, default: Count()].add(
          Count(packets: sessions * 12, bytes: sessions * 9_600, sessions: sessions))
      }
    }
    var total = Count()
    for count in rules.values { total.add(count) }
    var object = JSONObject()
    object["metadata"] = .object(metadata)
    object["trafficStats"] = total.document
    let named = rules.filter { !$0.key.isEmpty }.sorted { utf8Order($0.key, $1.key) < 0 }
    if !named.isEmpty {
      object["ruleTrafficStats"] = .array(
        named.map { ["name": .string($0.key), "trafficStats": $0.value.document] })
    }
    object["apiVersion"] = .string(kind.groupVersion)
    object["kind"] = .string(kind.kind)
    return .object(object)
  }
}

extension KubernetesState {
  /// Whether antrea-controller answers for a resource.
  static func isStatistics(_ kind: ResourceKind) -> Bool { kind.group == "stats.antrea.io" }

  /// One statistics object. With the gate off, those of Antrea's policies are empty
  /// and those of Kubernetes' own are refused.
  func statistics(get target: ResourceTarget) throws -> JSONValue {
    guard options.keepsStatistics else {
      if target.kind.plural == "networkpolicystats" {
        throw KubernetesFault.badRequest("feature NetworkPolicyStats disabled")
      }
      return [
        "apiVersion": .string(target.kind.groupVersion), "kind": .string(target.kind.kind),
        "metadata": ["creationTimestamp": .null],
      ]
    }
    let key = ObjectKey(namespace: target.namespace ?? "", name: target.name ?? "")
    guard let resource = TrafficStatistics.policies[target.kind.plural],
      let policy = store.object(resource, key)
    else { throw KubernetesFault.notFound(target.kind, target.name ?? "") }
    return statisticsObject(of: policy, target.kind)
  }

  /// All statistics objects: one list, whatever its limit, without a
  /// resourceVersion; none with the gate off.
  func statistics(list target: ResourceTarget, _ request: ListRequest) -> JSONValue {
    var items: [JSONValue] = []
    if options.keepsStatistics, let resource = TrafficStatistics.policies[target.kind.plural],
      request.labels.requirements.isEmpty || request.labels.matches([:])
    {
      items = store.list(resource).filter {
        target.namespace == nil || $0.text("metadata", "namespace") == target.namespace
      }.map { policy in
        var object = statisticsObject(of: policy, target.kind)
        // As in every typed list.
        object.setMember(at: ["apiVersion"], to: nil)
        object.setMember(at: ["kind"], to: nil)
        return object
      }
    }
    return [
      "apiVersion": .string(target.kind.groupVersion),
      "kind": .string("\(target.kind.kind)List"), "metadata": .object(JSONObject()),
      "items": .array(items),
    ]
  }

  private func statisticsObject(of policy: JSONValue, _ kind: ResourceKind) -> JSONValue {
    traffic.object(of: policy, kind: kind, now: options.now(), minutely: options.hasTraffic)
  }

  func addTraffic(
    _ count: TrafficStatistics.Count, _ resource: String, _ key: ObjectKey, rule: String
  ) -> Bool {
    guard let policy = store.object(resource, key) else { return false }
    traffic.add(count, to: policy.text("metadata", "uid"), rule: rule)
    return true
  }

  func restartController() { traffic.restart(at: timestamp) }
}

extension KubernetesService {
  /// Counts traffic of a rule of a policy.
  ///
  /// - Parameters:
  ///   - resource: `plural.group` of the policy.
  ///   - rule: Name of the rule; empty for a policy of Kubernetes, which is counted
  ///     as a whole.
  /// - Returns: Whether there is such a policy.
  @discardableResult
  public func addTraffic(
    to name: String, namespace: String = "",
    resource: String = "clusternetworkpolicies.crd.antrea.io", rule: String, packets: Int64,
    bytes: Int64, sessions: Int64
  ) async -> Bool {
    await state.addTraffic(
      .init(packets: packets, bytes: bytes, sessions: sessions), resource,
      ObjectKey(namespace: namespace, name: name), rule: rule)
  }

  /// Starts antrea-controller anew: its counters begin at 0.
  public func restartController() async { await state.restartController() }
}
