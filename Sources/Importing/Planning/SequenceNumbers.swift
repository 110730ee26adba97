/// Places of imported policies within the category Application: after the
/// policies that are there, and every allow before every drop.
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

  /// The numbers of allows and of drops by path.
  ///
  /// - Parameters:
  ///   - existing: the numbers of imported policies by path.
  /// - Returns: `nil` where there is no room.
  func assign(
    allows: [String], drops: [String], existing: [String: Int64]
  ) -> [String: Int64]? {
    // Where what is there leaves no room for more, all of it moves.
    for known in [existing, [:]] {
      for isPacked in [false, true] {
        if let result = attempt(allows, drops, known, isPacked: isPacked, existing) {
          return result
        }
      }
    }
    return nil
  }

  private func attempt(
    _ allows: [String], _ drops: [String], _ kept: [String: Int64], isPacked: Bool,
    _ existing: [String: Int64]
  ) -> [String: Int64]? {
    var result: [String: Int64] = [:]
    var used = others.union(existing.values)
    for path in allows { result[path] = kept[path] }
    let highestAllow = result.values.max()
    for path in drops {
      // One that was moved before an allow goes back behind it.
      if let number = kept[path], number > highestAllow ?? -1 { result[path] = number }
    }
    let numbersOfDrops = drops.compactMap { result[$0] }
    let end = range.upperBound + 1
    let middle = range.lowerBound + (range.upperBound - range.lowerBound) / 2
    let ceiling = numbersOfDrops.min() ?? (isPacked ? end : middle)
    for path in allows where result[path] == nil {
      // Behind the others' policies, or else among our own.
      let last = max(allows.compactMap { result[$0] }.max() ?? -1, range.lowerBound - 1)
      var number = Self.free(after: last, before: ceiling, used)
      if number == nil, let highestAllow {
        number = Self.free(after: highestAllow, before: ceiling, used)
      }
      guard let number else { return nil }
      result[path] = number
      used.insert(number)
    }
    let lastAllow = allows.compactMap { result[$0] }.max() ?? range.lowerBound - 1
    let lastDrop = numbersOfDrops.max() ?? (isPacked ? lastAllow : middle - 1)
    for path in drops where result[path] == nil {
      guard
        let number = Self.free(after: max(lastAllow, lastDrop), before: end, used)
          ?? Self.free(after: lastAllow, before: end, used)
      else { return nil }
      result[path] = number
      used.insert(number)
    }
    return result
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
