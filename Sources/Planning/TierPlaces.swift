import AntreaModel
import Documents

/// Whether Antrea's webhook admits new tiers beside those that a cluster has.
///
/// It is asked before anything is sent: a tier that is refused in mid-run would
/// leave the cluster with half of the change (antrea facts, rules 39 to 42).
struct TierPlaces {
  typealias Reference = KubernetesObject.Reference

  /// Priorities at which Antrea evaluates policies of other kinds. 220 is one
  /// of them only where the cluster knows the upstream ClusterNetworkPolicy.
  private static let reserved: Set<Int64> = [220, 251, 252, 254, 255]
  /// Distinct priorities at which no further tier is admitted.
  private static let limit = 20

  private var holders: [Int64: [Reference]] = [:]
  /// System tiers that are not among the objects; a cluster always has them.
  private let unlisted: Int

  init(live: some Sequence<KubernetesObject>) {
    var names: Set<String> = []
    for tier in live where AntreaKinds.role(of: tier.reference) == .tier {
      names.insert(tier.name)
      guard let priority = Self.priority(of: tier) else { continue }
      holders[priority, default: []].append(tier.reference)
    }
    unlisted = AntreaKinds.systemTiers.subtracting(names).count
  }

  /// Why new tiers would be refused, by tier. They are judged in the order of
  /// their priorities; one that is refused takes no place.
  mutating func obstacles(to tiers: [KubernetesObject]) -> [Reference: BlockReason] {
    var result: [Reference: BlockReason] = [:]
    let sorted = tiers.sorted { left, right in
      let (a, b) = (Self.priority(of: left) ?? 0, Self.priority(of: right) ?? 0)
      return a == b ? Reference.precedes(left.reference, right.reference) : a < b
    }
    for tier in sorted {
      guard let priority = Self.priority(of: tier) else { continue }
      if let reason = obstacle(to: tier, at: priority) {
        result[tier.reference] = reason
      } else {
        holders[priority] = [tier.reference]
      }
    }
    return result
  }

  private func obstacle(to tier: KubernetesObject, at priority: Int64) -> BlockReason? {
    let setting = Self.setting(of: tier)
    if let others = holders[priority], !others.isEmpty {
      let names = others.sorted(by: Reference.precedes).map(\.description)
      return BlockReason(
        .tierPriorityTaken, [String(priority), names.joined(separator: ", "), setting])
    }
    if Self.reserved.contains(priority) {
      return BlockReason(.tierPriorityReserved, [String(priority), setting])
    }
    let count = holders.count + unlisted
    return count < Self.limit ? nil : BlockReason(.tooManyTiers, [String(count)])
  }

  private static func priority(of tier: KubernetesObject) -> Int64? {
    tier.document[path: "spec", "priority"]?.integer
  }

  /// The setting that a tier's priority comes from.
  private static func setting(of tier: KubernetesObject) -> String {
    let category = tier.name.hasPrefix("nsx-") ? String(tier.name.dropFirst(4)) : "…"
    return "translation.tierPriorities.\(category)"
  }
}
