import AntreaModel

extension ClusterExamination {
  /// The most distinct priorities that Antrea's webhook lets be (antrea facts, 2.2).
  private static let limit = 20
  private static let categories = ["emergency", "infrastructure", "environment", "application"]

  /// ``DoctorCheck/tiers``.
  func tiers(_ facts: Facts) throws -> [DoctorVerdict] {
    let tiers = try facts.live.get().filter { $0.kind == "Tier" }
    func priority(_ tier: KubernetesObject) -> Int64? {
      tier.document[path: "spec", "priority"]?.integer
    }
    var verdicts: [DoctorVerdict] = []
    var missing = 0
    for category in Self.categories {
      let name = "nsx-\(category)"
      guard let number = run.settings.number("translation.tierPriorities.\(category)") else {
        continue
      }
      let wanted = Int64(number)
      if let ours = tiers.first(where: { $0.name == name }) {
        guard let found = priority(ours), found != wanted else { continue }
        verdicts.append(
          .failed(
            "tier \(name) has priority \(found), and the configuration says \(wanted)",
            "set translation.tierPriorities.\(category) to \(found), or remove the tier with its policies"
          ))
      } else if let other = tiers.first(where: { priority($0) == wanted }) {
        verdicts.append(
          .failed(
            "priority \(wanted), meant for \(name), is taken by tier \(other.name)",
            "set translation.tierPriorities.\(category) to a free one"))
      } else {
        missing += 1
      }
    }
    let distinct = Set(tiers.compactMap(priority)).count
    let room = Self.limit - distinct
    if room < missing {
      verdicts.append(
        .warning(
          "\(distinct) of at most \(Self.limit) priorities are taken: room for \(max(room, 0)) of the \(missing) tiers that categories may need"
        ))
    }
    return verdicts.isEmpty ? [.ok("\(distinct) of \(Self.limit) priorities taken")] : verdicts
  }
}
