/// The two address families.
public enum IPFamily: Int, Sendable, Hashable, Comparable, CaseIterable {
  /// IPv4.
  case v4 = 4
  /// IPv6.
  case v6 = 6

  /// Bits of an address.
  public var width: Int { self == .v4 ? 32 : 128 }
  /// The highest address.
  public var highest: UInt128 { self == .v4 ? UInt128(UInt32.max) : UInt128.max }
  /// IPv4 before IPv6.
  public static func < (left: IPFamily, right: IPFamily) -> Bool { left.rawValue < right.rawValue }
}

/// An IPv4 or IPv6 address.
public struct IPAddress: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The family.
  public var family: IPFamily
  /// The address as a number.
  public var value: UInt128

  /// Creates an address.
  public init(family: IPFamily, value: UInt128) {
    self.family = family
    self.value = value
  }

  /// Reads `10.0.0.1` or `2001:db8::1`; zones and leading zeros are refused.
  public init?(_ text: some StringProtocol) {
    if let value = Self.parseV4(text) {
      self.init(family: .v4, value: UInt128(value))
    } else if let value = Self.parseV6(text) {
      self.init(family: .v6, value: value)
    } else {
      return nil
    }
  }

  /// By family, then by number.
  public static func < (left: IPAddress, right: IPAddress) -> Bool {
    left.family == right.family ? left.value < right.value : left.family < right.family
  }

  /// Whether this is a multicast address (224.0.0.0/4, ff00::/8).
  public var isMulticast: Bool {
    family == .v4 ? value >> 28 == 0xE : value >> 120 == 0xFF
  }

  /// The address as text; IPv6 in the form of RFC 5952.
  public var description: String {
    if family == .v4 {
      return (0..<4).map { String(value >> UInt128(24 - 8 * $0) & 255) }.joined(separator: ".")
    }
    let words = (0..<8).map { UInt16(truncatingIfNeeded: value >> UInt128(112 - 16 * $0)) }
    var best = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, words[end] == 0 { end += 1 }
      if end - start > max(best.count, 1) { best = start..<end }
      start = max(end, start + 1)
    }
    let hex = words.map { String($0, radix: 16) }
    if best.isEmpty { return hex.joined(separator: ":") }
    return hex[..<best.lowerBound].joined(separator: ":") + "::"
      + hex[best.upperBound...].joined(separator: ":")
  }

  private static func parseV4(_ text: some StringProtocol) -> UInt32? {
    var value: UInt32 = 0
    var parts = 0
    for part in text.split(separator: ".", omittingEmptySubsequences: false) {
      guard parts < 4, (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ $0 &- 48 < 10 }),
        let byte = UInt8(part), part.utf8.count == 1 || part.utf8.first != 48
      else { return nil }
      value = value << 8 | UInt32(byte)
      parts += 1
    }
    return parts == 4 ? value : nil
  }

  private static func parseV6(_ text: some StringProtocol) -> UInt128? {
    guard text.utf8.count >= 2, text.utf8.count <= 45 else { return nil }
    var head: [UInt16] = []
    var tail: [UInt16] = []
    var compressed = false
    var rest = text[...]
    if rest.hasPrefix("::") {
      compressed = true
      rest = rest.dropFirst(2)
    } else if rest.hasPrefix(":") {
      return nil
    }
    while !rest.isEmpty {
      let end = rest.firstIndex(of: ":") ?? rest.endIndex
      let part = rest[..<end]
      var words: [UInt16] = []
      if part.contains(".") {
        guard end == rest.endIndex, let v4 = parseV4(part) else { return nil }
        words = [UInt16(v4 >> 16), UInt16(truncatingIfNeeded: v4)]
      } else {
        guard (1...4).contains(part.utf8.count), part.utf8.first != UInt8(ascii: "+"),
          let word = UInt16(part, radix: 16)
        else { return nil }
        words = [word]
      }
      if compressed { tail += words } else { head += words }
      if end == rest.endIndex { break }
      rest = rest[rest.index(after: end)...]
      if rest.first == ":" {
        guard !compressed else { return nil }
        compressed = true
        rest = rest.dropFirst()
      } else if rest.isEmpty {
        return nil
      }
    }
    let count = head.count + tail.count
    guard compressed ? count < 8 : count == 8 else { return nil }
    let words = head + Array(repeating: 0, count: 8 - count) + tail
    return words.reduce(0) { $0 << 16 | UInt128($1) }
  }
}
