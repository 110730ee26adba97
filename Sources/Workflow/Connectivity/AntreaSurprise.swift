import Reachability

/// Words for objects that do something else in Antrea than they seem to say.
enum AntreaSurprise {
  /// Lines that are told; the rest is counted.
  private static let shown = 10

  /// A line for each, in order.
  static func lines(_ deviations: [AntreaDeviation]) -> [String] {
    let all = Set(deviations.map(\.description)).sorted()
    var lines = all.prefix(shown).map { "not as it seems: \($0)" }
    if all.count > shown { lines.append("not as they seem: \(all.count - shown) more") }
    return lines
  }
}

extension Universe {
  /// What is said where ``hasNamesEverywhere`` does not hold.
  static let namesNote =
    "there are too many names in the DNS to take each at every address: at addresses that rules mention, rules about names were not judged"
}
