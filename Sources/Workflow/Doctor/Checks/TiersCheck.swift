import AntreaModel
import Failures
import Translation

extension ClusterExamination {
  /// The most distinct priorities that Antrea's webhook lets be (antrea facts, 2.2).
  private static let limit = 20
  /// The priorities that ours may have: behind those of VMware's adapter, and
  /// before Antrea's own.
  private static let places: ClosedRange<Int64> = 5...49

  /// ``DoctorCheck/tiers``.
  func tiers(_ facts: Facts) throws -> [DoctorVerdict] {
    let tiers = try facts.live.get().filter { $0.kind == "Tier" }
    func priority(_ tier: KubernetesObject) -> Int64? {
      tier.document[path: "spec", "priority"]?.integer
    }
    var verdicts: [DoctorVerdict] = []
    do { try run.translationOptions.checkTierPriorities() } catch {
      verdicts.append(.failed(error.failure))
    }
    let taken = Set(tiers.compactMap(priority))
    let free = Self.ranges(Self.places.filter { !taken.contains($0) })
    var missing = 0
    for category in Category.allCases {
      let name = category.tierName
      let setting = "translation.tierPriorities.\(category.slug)"
      let wanted = Int64(run.translationOptions.tierPriority(category))
      if let found = tiers.first(where: { $0.name == name }) {
        if found.labels[Ownership.managedByLabel] != Ownership.managedByValue {
          verdicts.append(
            .warning(
              "tier \(name) is there and not ours",
              "see who made it: a plan takes it over where nobody claims it by a label, and is blocked else"
            ))
        }
        guard let number = priority(found), number != wanted else { continue }
        verdicts.append(
          .failed(
            "tier \(name) has priority \(number), and the configuration says \(wanted)",
            "set \(setting) to \(number), or remove the tier with its policies"))
      } else if let other = tiers.first(where: { priority($0) == wanted }) {
        verdicts.append(
          .failed(
            "priority \(wanted), meant for \(name), is taken by tier \(other.name)",
            "set \(setting) to a free one: \(free)"))
      } else {
        missing += 1
      }
    }
    let room = Self.limit - taken.count
    if room < missing {
      verdicts.append(
        .warning(
          "\(taken.count) of at most \(Self.limit) priorities are taken: room for \(max(room, 0)) of the \(missing) tiers that categories may need"
        ))
    }
    return verdicts.isEmpty
      ? [.ok("\(taken.count) of \(Self.limit) priorities taken; free for ours: \(free)")] : verdicts
  }

  /// `5 to 10, 15 to 49`.
  private static func ranges(_ numbers: [Int64]) -> String {
    var ranges: [ClosedRange<Int64>] = []
    for number in numbers {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    let words = ranges.map { range in
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }
    return words.isEmpty ? "none" : words.joined(separator: ", ")
  }
}
