import Documents

/// The part of antrea-controller that reports: phases of policies and
/// conditions of groups. It moves when objects are read.
struct AntreaController: Sendable {
  /// How many reads see a written policy as `Realizing`.
  let readsUntilRealized: Int
  private var waiting: [String: Int] = [:]
  private var stale: Set<String> = []
  private var membership: Membership?

  /// Creates a controller.
  init(readsUntilRealized: Int) { self.readsUntilRealized = readsUntilRealized }

  private static let policies = [
    "clusternetworkpolicies.crd.antrea.io", "networkpolicies.crd.antrea.io",
  ]
  private static let groups = ["clustergroups.crd.antrea.io", "groups.crd.antrea.io"]
  private static let inputs: Set<String> = [
    "pods", "namespaces", "nodes", "services", "clustergroups.crd.antrea.io",
    "groups.crd.antrea.io",
  ]

  /// Takes notice of a write.
  mutating func observe(
    _ resource: String, _ object: JSONValue, in store: inout ObjectStore, at time: String
  ) {
    if Self.inputs.contains(resource) {
      stale = Set(Self.policies)
      membership = nil
    }
    if Self.policies.contains(resource) {
      waiting[object.text("metadata", "uid")] = readsUntilRealized
      report(object, resource, members(in: store), phase: "Realizing", in: &store, at: time)
    } else if Self.groups.contains(resource) {
      let condition: JSONValue = [
        "type": "GroupMembersComputed", "status": "True", "lastTransitionTime": .string(time),
      ]
      let old = object.list("status", "conditions").first
      if old?["status"] != "True" {
        write(["conditions": [condition]], to: object, resource, in: &store, at: time)
      }
    }
  }

  /// Takes one step before a read of a resource.
  mutating func step(_ resource: String, in store: inout ObjectStore, at time: String) {
    guard Self.policies.contains(resource) else { return }
    let stale = stale.remove(resource) != nil
    if !stale, waiting.isEmpty { return }
    let membership = members(in: store)
    for policy in store.list(resource) {
      let uid = policy.text("metadata", "uid")
      switch waiting[uid] {
      case let left? where left > 0: waiting[uid] = left - 1
      case .some:
        waiting[uid] = nil
        report(policy, resource, membership, phase: "Realized", in: &store, at: time)
      case nil where stale:
        report(policy, resource, membership, phase: "Realized", in: &store, at: time)
      case nil: break
      }
    }
  }

  /// Forgets a deleted object.
  mutating func forget(_ resource: String, _ object: JSONValue) {
    waiting[object.text("metadata", "uid")] = nil
    if Self.inputs.contains(resource) {
      stale = Set(Self.policies)
      membership = nil
    }
  }

  private mutating func members(in store: ObjectStore) -> Membership {
    if let membership { return membership }
    let fresh = Membership(store)
    membership = fresh
    return fresh
  }

  /// Finishes everything that is under way.
  mutating func settle(in store: inout ObjectStore, at time: String) {
    for uid in waiting.keys { waiting[uid] = 0 }
    membership = nil
    stale = Set(Self.policies)
    for resource in Self.policies { step(resource, in: &store, at: time) }
  }

  private func report(
    _ policy: JSONValue, _ resource: String, _ membership: Membership, phase: String,
    in store: inout ObjectStore, at time: String
  ) {
    let desired = Int64(membership.desiredNodes(of: policy).count)
    // Agents never report a policy without rules (antrea facts, T12).
    let stuck = PolicySpec(policy).rules.isEmpty && desired > 0
    let realized = phase == "Realized" && !stuck
    var status = JSONObject()
    status["phase"] = realized ? "Realized" : "Realizing"
    status["observedGeneration"] = policy.member(at: ["metadata", "generation"]) ?? 1
    status["desiredNodesRealized"] = .integer(desired)
    status["currentNodesRealized"] = .integer(realized ? desired : 0)
    let since = policy.list("status", "conditions").first?.text("lastTransitionTime") ?? time
    status["conditions"] = [
      ["type": "Realizable", "status": "True", "lastTransitionTime": .string(since)]
    ]
    write(.object(status), to: policy, resource, in: &store, at: time)
  }

  private func write(
    _ status: JSONValue, to object: JSONValue, _ resource: String, in store: inout ObjectStore,
    at time: String
  ) {
    store.putStatus(status, of: object, resource, manager: "antrea-controller", at: time)
  }
}
