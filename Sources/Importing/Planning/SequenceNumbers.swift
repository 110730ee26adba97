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
    var result: [String: Int64] = [:]
    var used = others.union(existing.values)
    for path in allows { result[path] = existing[path] }
    let highestAllow = result.values.max() ?? -1
    for path in drops {
      // One that was moved before an allow goes back behind it.
      if let number = existing[path], number > highestAllow { result[path] = number }
    }
    let lowestDrop = drops.compactMap { result[$0] }.min() ?? range.upperBound + 1
    let middle = range.lowerBound + (range.upperBound - range.lowerBound) / 2
    let allowRange = range.lowerBound..<min(lowestDrop, range.upperBound + 1)
    let firstDrop = drops.contains { result[$0] != nil } ? lowestDrop : middle
    for path in allows where result[path] == nil {
      let start = highestAllow >= allowRange.lowerBound ? highestAllow : allowRange.lowerBound - 1
      let end = min(allowRange.upperBound, max(firstDrop, start + 1))
      guard
        let number = Self.free(after: start, before: end, used)
          ?? Self.free(after: allowRange.lowerBound - 1, before: allowRange.upperBound, used)
      else { return nil }
      result[path] = number
      used.insert(number)
    }
    let lastAllow = allows.compactMap { result[$0] }.max() ?? range.lowerBound - 1
    for path in drops where result[path] == nil {
      guard
        let number = Self.free(
          after: max(lastAllow, firstDrop - 1), before: range.upperBound + 1, used)
          ?? Self.free(after: lastAllow, before: range.upperBound + 1, used)
      else { return nil }
      result[path] = number
      used.insert(number)
    }
    return result
  }

  /// The first free number, at a distance where there is one.
  private static func free(after lower: Int64, before upper: Int64, _ used: Set<Int64>) -> Int64? {
    for step in [step, 1] {
      var number = lower + 1
      while number < upper {
        if !used.contains(number) { return number }
        number += step
      }
    }
    return nil
  }
}
