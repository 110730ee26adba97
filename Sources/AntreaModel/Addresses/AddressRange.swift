/// Addresses of one family between two bounds, both included.
public struct AddressRange: Sendable, Hashable {
  /// The family.
  public var family: IPFamily
  /// The lowest address.
  public var lower: UInt128
  /// The highest address.
  public var upper: UInt128

  /// Creates a range; `lower` must not be above `upper`.
  public init(family: IPFamily, lower: UInt128, upper: UInt128) {
    self.family = family
    self.lower = lower
    self.upper = max(lower, upper)
  }

  /// Creates the range of a network.
  public init(_ cidr: CIDR) {
    self.init(family: cidr.family, lower: cidr.address.value, upper: cidr.upper)
  }

  /// Reads an address, a CIDR or `a-b`.
  public init?(_ text: String) {
    let text = text.utf8.contains(UInt8(ascii: " ")) ? text.filter { $0 != " " } : text
    if let dash = text.utf8.firstIndex(of: UInt8(ascii: "-")) {
      guard let low = IPAddress(text[..<dash]),
        let high = IPAddress(text[text.index(after: dash)...]), low.family == high.family,
        low.value <= high.value
      else { return nil }
      self.init(family: low.family, lower: low.value, upper: high.value)
    } else if let cidr = CIDR(text) {
      self.init(cidr)
    } else {
      return nil
    }
  }

  /// The fewest networks that have exactly these addresses, in order.
  public var networks: [CIDR] {
    var list: [CIDR] = []
    var start = lower
    while true {
      var host = min(start == 0 ? 128 : start.trailingZeroBitCount, family.width)
      while host > 0, host >= 128 ? upper != .max : upper - start < (1 << UInt128(host)) - 1 {
        host -= 1
      }
      list.append(
        CIDR(IPAddress(family: family, value: start), prefix: family.width - host))
      let size: UInt128 = host >= 128 ? 0 : 1 << UInt128(host)
      let (next, overflow) = start.addingReportingOverflow(size)
      if overflow || size == 0 || next > upper || next == 0 { return list }
      start = next
    }
  }
}
