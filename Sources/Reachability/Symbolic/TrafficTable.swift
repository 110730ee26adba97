import AntreaModel

/// Sets of traffic by number: each is kept once, and what was computed of two is
/// not computed again.
struct TrafficTable {
  /// The number of the empty set.
  static let nothing: Int32 = 0

  private var numbers: [TrafficSet: Int32] = [TrafficSet(): 0]
  private(set) var sets = [TrafficSet()]
  private var known: [SetOperation: [UInt64: Int32]] = [:]

  subscript(number: Int32) -> TrafficSet { sets[Int(number)] }

  /// The number of a set.
  mutating func number(of set: TrafficSet) -> Int32 {
    if let number = numbers[set] { return number }
    let number = Int32(sets.count)
    numbers[set] = number
    sets.append(set)
    return number
  }

  mutating func union(_ a: Int32, _ b: Int32) -> Int32 {
    a == Self.nothing || a == b ? b : b == Self.nothing ? a : combine(a, b, .union)
  }

  mutating func intersection(_ a: Int32, _ b: Int32) -> Int32 {
    a == b
      ? a : a == Self.nothing || b == Self.nothing ? Self.nothing : combine(a, b, .intersection)
  }

  mutating func difference(_ a: Int32, _ b: Int32) -> Int32 {
    a == b ? Self.nothing : a == Self.nothing || b == Self.nothing ? a : combine(a, b, .difference)
  }

  private mutating func combine(_ a: Int32, _ b: Int32, _ operation: SetOperation) -> Int32 {
    let key = UInt64(UInt32(bitPattern: a)) << 32 | UInt64(UInt32(bitPattern: b))
    if let known = known[operation]?[key] { return known }
    let (left, right) = (self[a], self[b])
    let result =
      switch operation {
      case .union: left.union(right)
      case .intersection: left.intersection(right)
      case .difference: left.subtracting(right)
      }
    let number = number(of: result)
    known[operation, default: [:]][key] = number
    return number
  }
}
