/// Places of imported policies within the category Application: after the
/// policies that are there, and every allow before every drop. Policies of Antrea
/// keep their order around them.
///
/// What has a number keeps it, so that a second import changes nothing and an
/// administrator's order stays.
struct SequenceNumbers {
  /// The highest number that NSX takes.
  static let highest: Int64 = 999_999
  /// The distance of new neighbours, so that there is room between them.
  private static let step: Int64 = 10

  /// The numbers of policies that were not imported from this cluster.
  var others: Set<Int64>
  /// The bounds that new numbers keep to.
  var range: ClosedRange<Int64>

  /// What gets numbers, by path: each list before the next.
  struct Lists {
    /// Policies of Antrea, in their order.
    var ordered: [String] = []
    /// What NetworkPolicies allow, in any order.
    var allows: [String] = []
    /// What stops the rest, in any order.
    var drops: [String] = []
    /// Policies of Antrea's baseline, in their order.
    var baseline: [String] = []
  }

  /// The numbers by path.
  ///
  /// - Parameters:
  ///   - existing: the numbers of imported policies by path.
  /// - Returns: `nil` where there is no room.
  func assign(_ lists: Lists, existing: [String: Int64]) -> [String: Int64]? {
    // Where what is there leaves no room for more, all of it moves.
    for known in [existing, [:]] {
      for isPacked in [false, true] {
        if let result = attempt(lists, known, isPacked: isPacked, existing) { return result }
      }
    }
    return nil
  }

  private func attempt(
    _ lists: Lists, _ known: [String: Int64], isPacked: Bool, _ existing: [String: Int64]
  ) -> [String: Int64]? {
    let end = range.upperBound + 1
    // Each list has a quarter to grow in.
    let quarter = isPacked ? 0 : (end - range.lowerBound) / 4
    let all = [
      (lists.ordered, true), (lists.allows, false), (lists.drops, false), (lists.baseline, true),
    ]
    var result: [String: Int64] = [:]
    var used = others.union(existing.values)
    var floor: Int64 = -1
    for (index, (paths, isOrdered)) in all.enumerated() {
      let kept = Self.kept(paths, known, above: floor, isOrdered: isOrdered)
      result.merge(kept) { $1 }
      let highest = kept.values.max()
      let later = all.dropFirst(index + 1).flatMap(\.0).compactMap { known[$0] }
        .filter { $0 > max(floor, highest ?? -1) }.min()
      let own =
        isPacked || index == all.count - 1
        ? end : range.lowerBound + Int64(index + 1) * quarter
      let ceiling = later ?? max(own, (highest ?? -1) + 2)
      let start = max(floor, range.lowerBound + Int64(index) * quarter - 1)
      var last = highest.map { max($0, floor, range.lowerBound - 1) } ?? start
      for path in paths where result[path] == nil {
        // Behind the others' policies, or else among our own.
        var number = Self.free(after: last, before: min(ceiling, end), used)
        if number == nil, !isOrdered, let highest {
          number = Self.free(after: max(highest, floor), before: min(ceiling, end), used)
        }
        guard let number else { return nil }
        result[path] = number
        used.insert(number)
        last = max(last, number)
      }
      floor = max(floor, paths.compactMap { result[$0] }.max() ?? floor)
    }
    return result
  }

  /// Which policies keep their numbers: those behind the list before, and of an
  /// ordered list all or none.
  private static func kept(
    _ paths: [String], _ known: [String: Int64], above floor: Int64, isOrdered: Bool
  ) -> [String: Int64] {
    let list = paths.compactMap { path in known[path].map { (path, $0) } }.filter { $0.1 > floor }
    if isOrdered {
      let isWhole = list.count == paths.count
      guard isWhole, zip(list, list.dropFirst()).allSatisfy({ $0.1 < $1.1 }) else { return [:] }
    }
    return Dictionary(list) { first, _ in first }
  }

  /// The first free number, at a distance where there is one.
  private static func free(after lower: Int64, before upper: Int64, _ used: Set<Int64>) -> Int64? {
    for step in [step, 1] {
      var number = lower + step
      while number < upper {
        if !used.contains(number) { return number }
        number += step
      }
    }
    return nil
  }
}
