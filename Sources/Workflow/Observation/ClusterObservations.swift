import AntreaModel
import Documents
import Failures
import Inventory
import KubernetesClient
import Observation

/// What was observed of a cluster for a report.
struct ClusterObservations: Sendable {
  /// What goes into the inventory.
  var inventory = InventoryObservations()
  /// The policies that were looked at, by uid.
  var policies: [String: KubernetesObject] = [:]
  /// What was counted; `nil` where that is not reported.
  var counters: ClusterCounters?
  /// Parts that could not be observed, each with the reason.
  var failures: [(part: ReportPart, failure: Failure)] = []
}

extension Run {
  /// Reads from a cluster what parts of a report need, besides the inventory itself.
  ///
  /// A part that cannot be read does not keep the others.
  func observe(
    _ parts: Set<ReportPart>, of cluster: ClusterSettings, _ client: KubernetesClient
  ) async throws -> ClusterObservations {
    var result = ClusterObservations()
    func attempt(_ part: ReportPart, _ body: () async throws -> Void) async throws {
      guard parts.contains(part) else { return }
      do { try await body() } catch {
        try Task.checkCancellation()
        result.failures.append((part, Self.failure(error, cluster: cluster.name)))
      }
    }
    // What the inventory says of a policy comes from here as well.
    try await attempt(parts.contains(.realization) ? .realization : .inventory) {
      for policy in try await realizedPolicies(of: cluster.name, client) {
        guard let uid = policy.uid else { continue }
        result.policies[uid] = policy
        result.inventory.policies[uid] = InventoryObservation(policy: policy)
      }
    }
    try await attempt(.statistics) {
      let counters = try await counters(of: cluster, client, all: false)
      result.counters = counters
      for policy in counters.policies {
        // Beside an inventory, what a policy's status says comes along.
        result.inventory.policies[policy.uid, default: InventoryObservation()].properties.merge(
          StatisticsProperties(of: policy, at: counters.time).values
        ) { $1 }
      }
    }
    return result
  }

  /// The policies whose realization is reported: those that the tool applied, and
  /// those of Kubernetes that have a status.
  private func realizedPolicies(
    of cluster: String, _ client: KubernetesClient
  ) async throws -> [KubernetesObject] {
    let ours = try await client.list(
      Self.resource(of: "ClusterNetworkPolicy"),
      labelSelector: ownSelector(provenance(of: cluster, in: nil), of: cluster)
    ).objects.filter { $0.annotations[Ownership.temporaryAnnotation] == nil }
    do {
      return ours
        + (try await client.list(Self.nativePolicies).objects.filter {
          $0.document[path: "status", "conditions"] != nil
        })
    } catch let error as KubernetesAPIError where error.isForbidden {
      log.warning("Kubernetes NetworkPolicies may not be listed: \(error.failure.cause)")
      return ours
    }
  }
}

/// What was counted of a policy as properties of its inventory object.
struct StatisticsProperties {
  /// The longest value that NSX takes.
  private static let limit = 1024

  /// The properties by key.
  let values: [String: String]
  /// Rules for which there was no room.
  let omitted: Int

  /// - Parameter time: When it was read.
  init(of policy: CountedPolicy, at time: Int64) {
    var values = [
      "stats.sessions": String(policy.total.sessions),
      "stats.packets": String(policy.total.packets), "stats.bytes": String(policy.total.bytes),
      "stats.time": UTCTime.text(seconds: time),
    ]
    if let since = policy.since { values["stats.since"] = UTCTime.text(seconds: since) }
    var order: [String] = []
    var sums: [String: TrafficCount] = [:]
    for rule in policy.rules {
      let name = rule.origin?.ruleID.map { String($0) } ?? rule.name
      if sums[name] == nil { order.append(name) }
      sums[name] = (sums[name] ?? TrafficCount()) + rule.count
    }
    var text = ""
    var taken = 0
    for name in order {
      let count = sums[name] ?? TrafficCount()
      let entry = "\(name)=\(count.sessions)/\(count.packets)/\(count.bytes)"
      // Room for the separator and the number of those that are left out.
      guard text.utf8.count + entry.utf8.count + 12 <= Self.limit else { break }
      text += (text.isEmpty ? "" : ";") + entry
      taken += 1
    }
    omitted = order.count - taken
    if omitted > 0 { text += ";+\(omitted)" }
    if !text.isEmpty { values["stats.rules"] = text }
    self.values = values
  }
}

extension InventoryObservation {
  /// The health of a cluster: NSX's inventory has two words for it, so that the
  /// errors tell which of the others it is.
  init(_ health: ClusterHealth) {
    let isHealthy = health.status == .healthy
    self.init(
      isHealthy: isHealthy,
      problems: isHealthy
        ? []
        : health.reasons.map {
          Problem(code: "CLUSTER_\(health.status.rawValue)", message: $0)
        },
      properties: [
        "health.status": health.status.rawValue,
        "health.agents":
          "\(health.count(.healthy)) healthy, \(health.count(.degraded)) degraded, \(health.count(.failed)) failed, \(health.count(.unknown)) unknown",
      ])
  }
}
