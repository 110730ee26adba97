import AntreaModel

/// Chooses an address that a person takes for one.
enum ExampleAddress {
  /// An address of some ranges that nobody of a list has; `nil` where all are
  /// taken. The first that can be a host's, where there is one.
  static func first(in ranges: [AddressRange], without taken: Set<IPAddress>) -> IPAddress? {
    for start in [Self.usual, { _ in 0 }] {
      for range in ranges {
        var value = max(range.lower, start(range.family))
        // The first address of a network is mostly no host's.
        if value < range.upper { value += 1 }
        while value <= range.upper {
          let address = IPAddress(family: range.family, value: value)
          if !taken.contains(address) { return address }
          if value == range.upper { break }
          value += 1
        }
        let lowest = IPAddress(family: range.family, value: range.lower)
        if start(range.family) <= range.lower, !taken.contains(lowest) { return lowest }
      }
    }
    return nil
  }

  /// 1.0.0.0 and 2000::, where unicast begins.
  private static func usual(_ family: IPFamily) -> UInt128 {
    family == .v4 ? 1 << 24 : 1 << 125
  }
}
