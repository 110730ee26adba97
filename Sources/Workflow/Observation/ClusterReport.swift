import AntreaModel
import Documents
import Failures
import Observation

/// What a report of one cluster did.
struct ClusterReport: Sendable {
  let name: String
  let parts: Set<ReportPart>
  /// What was observed.
  let seen: ClusterObservations
  /// How the cluster is; `nil` where that is not reported.
  var health: ClusterHealth?
  /// Parts that failed after everything was observed.
  private var failed: [Failure] = []
  /// What became of the inventory, where that was reported.
  var inventory: InventoryReport?
  /// Changes of inventory objects, where the inventory itself was not reported.
  var planned = 0
  /// What NSX took.
  var accepted = 0
  /// Whether nothing was sent.
  var isDryRun = false
  /// Whether NSX took the cluster's status.
  var isStatusTaken = false
  /// Policies that NSX's inventory does not have.
  var unlisted = 0
  /// The cluster status that was sent; `nil` for none.
  var statusSent: String?
  /// NSX policies whose tags were changed, and those that were left alone with the
  /// reason.
  var tagged = 0
  var untagged: [String] = []
  /// What NSX did not take, and what could not be observed.
  var problems: [String]

  init(name: String, parts: Set<ReportPart>, _ seen: ClusterObservations) {
    self.name = name
    self.parts = parts
    self.seen = seen
    problems = seen.failures.map { "\($0.part.rawValue) is not reported: \($0.failure)" }
  }

  /// Notes that a part could not be reported.
  mutating func fail(_ part: String, _ failure: Failure) {
    failed.append(failure)
    problems.append("\(part) is not reported: \(failure)")
  }

  /// Whether NSX was changed.
  var changed: Bool { isStatusTaken || accepted + tagged + (inventory?.accepted ?? 0) > 0 }

  /// Why NSX has not all of it; `nil` where it has.
  var shortfall: Failure? {
    if let failure = inventory?.shortfall { return failure }
    guard !problems.isEmpty else { return nil }
    let kinds = Set(seen.failures.map(\.failure.kind) + failed.map(\.kind))
    let kind = changed ? .partial : kinds.count == 1 ? kinds.first ?? .failed : .failed
    return Failure(
      kind, subject: "cluster \(name)", cause: "not everything was reported",
      remedy: "the warnings above tell what is missing; the next report sends it again")
  }

  /// The report for people.
  var text: String {
    var lines: [String] = []
    if let inventory {
      lines.append(String(inventory.text.dropLast()))
    } else {
      lines.append("\(name): \(planned) inventory objects to update, \(accepted) accepted by NSX")
    }
    if parts.contains(.realization), !seen.failures.contains(where: { $0.part == .realization }) {
      let good = seen.inventory.policies.values.count { $0.isHealthy == true }
      lines.append("\(name): \(good) of \(seen.policies.count) policies are realized")
    }
    if let counters = seen.counters {
      lines.append(
        "\(name): statistics of \(counters.policies.count) policies, as properties of their inventory objects; NSX's own rule statistics cannot be written"
      )
      let omitted = counters.policies.reduce(0) {
        $0 + StatisticsProperties(of: $1, at: counters.time).omitted
      }
      if omitted > 0 {
        lines.append("\(name): \(omitted) rules have no room there; `nsx-antrea stats` has them")
      }
    }
    if let health = health {
      let verb = isDryRun ? "would be reported as" : "reported as"
      let sent = statusSent.map { ", \(verb) \($0)" } ?? ""
      lines.append("\(name): health is \(health.status.rawValue)\(sent)")
    }
    if unlisted > 0 {
      lines.append(
        "\(name): \(unlisted) policies are not in NSX's inventory; `report inventory` brings them")
    }
    if tagged > 0 { lines.append("\(name): tags of \(tagged) NSX policies were changed") }
    lines += untagged.map { "\(name): \($0)" }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The report in JSON.
  var document: JSONValue {
    let policies = seen.policies.sorted { $0.key < $1.key }.map { uid, policy -> JSONValue in
      let observation = seen.inventory.policies[uid]
      return [
        "object": .string("\(policy.reference)"), "externalId": .string(uid),
        "isHealthy": .bool(observation?.isHealthy == true),
        "problems": .array((observation?.problems ?? []).map { .string($0.message) }),
      ]
    }
    return [
      "name": .string(name), "parts": .array(parts.map(\.rawValue).sorted().map { .string($0) }),
      "inventory": inventory?.document ?? .null, "update": .integer(Int64(planned)),
      "accepted": .integer(Int64(accepted)), "unlisted": .integer(Int64(unlisted)),
      "policies": .array(policies), "health": health.map { .object($0.document) } ?? .null,
      "clusterStatus": statusSent.map { .string($0) } ?? .null,
      "tagged": .integer(Int64(tagged)), "untagged": .array(untagged.map { .string($0) }),
      "problems": .array(problems.map { .string($0) }), "failure": shortfall?.document ?? .null,
    ]
  }
}
