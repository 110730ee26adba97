/// A set of pairs of numbers: destination and source port, or type and code.
///
/// It is kept as the first numbers at which the set of second numbers changes,
/// so that equal sets are equal values.
public struct NumberPairSet: Sendable, Hashable {
  /// From ``first`` on, up to the next step, ``second`` is the set of second
  /// numbers.
  struct Step: Sendable, Hashable {
    var first: UInt32
    var second: NumberSet
  }

  /// Ascending. Neighbours differ; the last is empty.
  private(set) var steps: [Step]

  /// Creates the empty set.
  public init() { steps = [] }

  /// Creates the set of all pairs of two sets.
  public init(_ first: NumberSet, _ second: NumberSet) {
    steps = []
    if second.isEmpty { return }
    steps.reserveCapacity(first.changes.count)
    for (index, change) in first.changes.enumerated() {
      steps.append(Step(first: change, second: index & 1 == 0 ? second : NumberSet()))
    }
  }

  /// Whether there is no member.
  public var isEmpty: Bool { steps.isEmpty }

  /// The lowest first number, and its lowest second number.
  public var first: (first: Int, second: Int)? {
    guard let step = steps.first, let second = step.second.first else { return nil }
    return (Int(step.first), second)
  }

  /// Intervals of first numbers with their second numbers, ascending.
  public var rectangles: [(first: ClosedRange<Int>, second: NumberSet)] {
    steps.indices.dropLast().compactMap { index in
      let step = steps[index]
      if step.second.isEmpty { return nil }
      return (Int(step.first)...Int(steps[index + 1].first) - 1, step.second)
    }
  }

  /// Whether a pair is a member.
  public func contains(_ first: Int, _ second: Int) -> Bool {
    guard let step = steps.last(where: { Int($0.first) <= first }) else { return false }
    return step.second.contains(second)
  }

  /// Either, both, or the first without the second.
  func combine(_ other: NumberPairSet, _ operation: SetOperation) -> NumberPairSet {
    if let short = operation.shortcut(self, other) { return short }
    var result = NumberPairSet()
    var (left, right) = (0, 0)
    var (own, peer) = (NumberSet(), NumberSet())
    while left < steps.count || right < other.steps.count {
      let a = left < steps.count ? steps[left].first : .max
      let b = right < other.steps.count ? other.steps[right].first : .max
      let place = min(a, b)
      if a == place {
        own = steps[left].second
        left += 1
      }
      if b == place {
        peer = other.steps[right].second
        right += 1
      }
      let value = own.combine(peer, operation)
      if value != result.steps.last?.second ?? NumberSet() {
        result.steps.append(Step(first: place, second: value))
      }
    }
    return result
  }
}
