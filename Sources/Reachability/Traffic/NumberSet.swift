/// A set of numbers from 0 to 65535: ports, or types and codes of ICMP.
///
/// It is kept as the numbers at which membership changes, so that equal sets
/// are equal values.
public struct NumberSet: Sendable, Hashable {
  /// Ascending: the first member of an interval, then the first number after it,
  /// and so on.
  private(set) var changes: [UInt32]

  /// Creates the empty set.
  public init() { changes = [] }

  /// Creates a set of one interval.
  public init(_ range: ClosedRange<Int>) {
    changes = [UInt32(max(range.lowerBound, 0)), UInt32(min(range.upperBound, 65535) + 1)]
  }

  /// Whether there is no member.
  public var isEmpty: Bool { changes.isEmpty }

  /// The lowest member.
  public var first: Int? { changes.first.map { Int($0) } }

  /// The intervals, ascending.
  public var ranges: [ClosedRange<Int>] {
    stride(from: 0, to: changes.count, by: 2).map {
      Int(changes[$0])...Int(changes[$0 + 1]) - 1
    }
  }

  /// Whether a number is a member.
  public func contains(_ number: Int) -> Bool {
    var isInside = false
    for change in changes {
      if Int(change) > number { break }
      isInside.toggle()
    }
    return isInside
  }

  /// The members of either set.
  public func union(_ other: NumberSet) -> NumberSet { combine(other, .union) }
  /// The members of both sets.
  public func intersection(_ other: NumberSet) -> NumberSet { combine(other, .intersection) }
  /// The members that are not in another set.
  public func subtracting(_ other: NumberSet) -> NumberSet { combine(other, .difference) }

  /// Either, both, or the first without the second.
  func combine(_ other: NumberSet, _ operation: SetOperation) -> NumberSet {
    if let short = operation.shortcut(self, other) { return short }
    var result = NumberSet()
    var (left, right) = (0, 0)
    var isInside = false
    while left < changes.count || right < other.changes.count {
      let a = left < changes.count ? changes[left] : .max
      let b = right < other.changes.count ? other.changes[right] : .max
      let place = min(a, b)
      if a == place { left += 1 }
      if b == place { right += 1 }
      let isMember = operation.keeps(left & 1 == 1, right & 1 == 1)
      if isMember != isInside {
        result.changes.append(place)
        isInside = isMember
      }
    }
    return result
  }
}

/// The three ways to make a set of two.
enum SetOperation {
  case union
  case intersection
  case difference

  /// Whether something in the first or second set is in the result.
  func keeps(_ first: Bool, _ second: Bool) -> Bool {
    switch self {
    case .union: first || second
    case .intersection: first && second
    case .difference: first && !second
    }
  }

  /// The result where it needs no work.
  func shortcut<Value: Emptiable>(_ first: Value, _ second: Value) -> Value? {
    switch self {
    case .union: first.isEmpty ? second : second.isEmpty ? first : nil
    case .intersection: first.isEmpty ? first : second.isEmpty ? second : nil
    case .difference: first.isEmpty || second.isEmpty ? first : nil
    }
  }
}

/// A set that knows whether it is empty.
protocol Emptiable {
  var isEmpty: Bool { get }
}

extension NumberSet: Emptiable {}
extension NumberPairSet: Emptiable {}
