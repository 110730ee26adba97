/// A set of addresses of both families, as ranges that neither meet nor
/// overlap, in order.
public struct AddressSet: Sendable, Hashable {
  /// The ranges: IPv4 before IPv6, ascending.
  public private(set) var ranges: [AddressRange]

  /// Creates the union of ranges.
  public init(_ ranges: some Sequence<AddressRange>) {
    let sorted = ranges.sorted {
      $0.family == $1.family ? $0.lower < $1.lower : $0.family < $1.family
    }
    var merged: [AddressRange] = []
    for range in sorted {
      if let last = merged.last, last.family == range.family,
        last.upper == .max || range.lower <= last.upper + 1
      {
        merged[merged.count - 1].upper = max(last.upper, range.upper)
      } else {
        merged.append(range)
      }
    }
    self.ranges = merged
  }

  /// Whether there is no address.
  public var isEmpty: Bool { ranges.isEmpty }

  /// All addresses of both families that are not in this set.
  public var complement: AddressSet {
    var result: [AddressRange] = []
    for family in IPFamily.allCases {
      var next: UInt128? = 0
      for range in ranges where range.family == family {
        guard let low = next else { break }
        if range.lower > low {
          result.append(AddressRange(family: family, lower: low, upper: range.lower - 1))
        }
        next = range.upper >= family.highest ? nil : range.upper + 1
      }
      if let low = next {
        result.append(AddressRange(family: family, lower: low, upper: family.highest))
      }
    }
    return AddressSet(result)
  }

  /// The addresses that are not in another set.
  public func subtracting(_ other: AddressSet) -> AddressSet {
    var result: [AddressRange] = []
    for range in ranges {
      var next: UInt128? = range.lower
      for hole in other.ranges where hole.family == range.family && hole.upper >= range.lower {
        guard let low = next, hole.lower <= range.upper else { break }
        if hole.lower > low {
          result.append(AddressRange(family: range.family, lower: low, upper: hole.lower - 1))
        }
        next = hole.upper >= range.upper ? nil : hole.upper + 1
      }
      if let low = next {
        result.append(AddressRange(family: range.family, lower: low, upper: range.upper))
      }
    }
    return AddressSet(result)
  }

  /// Whether an address is in the set.
  public func contains(_ address: IPAddress) -> Bool {
    ranges.contains {
      $0.family == address.family && $0.lower <= address.value && address.value <= $0.upper
    }
  }

  /// All addresses of some families.
  public static func all(_ families: some Sequence<IPFamily>) -> AddressSet {
    AddressSet(families.map { AddressRange(family: $0, lower: 0, upper: $0.highest) })
  }

  /// The addresses that are in one of the sets.
  public func union(_ other: AddressSet) -> AddressSet {
    if other.isEmpty { return self }
    return isEmpty ? other : AddressSet(ranges + other.ranges)
  }

  /// The addresses that are in both sets.
  public func intersection(_ other: AddressSet) -> AddressSet {
    var result: [AddressRange] = []
    var (left, right) = (ranges[...], other.ranges[...])
    while let a = left.first, let b = right.first {
      if a.family == b.family, a.lower <= b.upper, b.lower <= a.upper {
        result.append(
          AddressRange(
            family: a.family, lower: max(a.lower, b.lower), upper: min(a.upper, b.upper)))
      }
      let isLeftFirst = a.family == b.family ? a.upper < b.upper : a.family < b.family
      if isLeftFirst { left.removeFirst() } else { right.removeFirst() }
    }
    return AddressSet(result)
  }

  /// Whether all addresses are in the other set.
  public func isSubset(of other: AddressSet) -> Bool { subtracting(other).isEmpty }

  /// The addresses of one family.
  public func only(_ family: IPFamily) -> AddressSet {
    AddressSet(ranges.filter { $0.family == family })
  }

  /// Whether an address is in both sets.
  public func intersects(_ other: AddressSet) -> Bool {
    var (left, right) = (ranges[...], other.ranges[...])
    while let a = left.first, let b = right.first {
      if a.family == b.family, a.lower <= b.upper, b.lower <= a.upper { return true }
      let isLeftFirst = a.family == b.family ? a.upper < b.upper : a.family < b.family
      if isLeftFirst { left.removeFirst() } else { right.removeFirst() }
    }
    return false
  }

  /// The fewest networks that have exactly these addresses, in order.
  public var networks: [CIDR] { ranges.flatMap(\.networks) }
}
