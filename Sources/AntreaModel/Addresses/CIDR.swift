/// A network: an address without host bits and the length of its prefix.
public struct CIDR: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The lowest address.
  public let address: IPAddress
  /// Bits of the prefix.
  public let prefix: Int

  /// Creates the network that an address lies in.
  ///
  /// - Parameter prefix: taken as 0 or the family's width where it is outside.
  public init(_ address: IPAddress, prefix: Int) {
    let prefix = min(max(prefix, 0), address.family.width)
    let host = address.family.width - prefix
    let cleared = host >= 128 ? 0 : (address.value >> UInt128(host)) << UInt128(host)
    self.address = IPAddress(family: address.family, value: cleared)
    self.prefix = prefix
  }

  /// Reads `10.0.0.0/8`, also with host bits, or an address alone.
  public init?(_ text: some StringProtocol) {
    guard let slash = text.firstIndex(of: "/") else {
      guard let address = IPAddress(text) else { return nil }
      self.init(address, prefix: address.family.width)
      return
    }
    let digits = text[text.index(after: slash)...]
    guard let address = IPAddress(text[..<slash]), digits.utf8.allSatisfy({ $0 &- 48 < 10 }),
      (1...3).contains(digits.utf8.count), let prefix = Int(digits), prefix <= address.family.width
    else { return nil }
    self.init(address, prefix: prefix)
  }

  /// Everything of a family: `0.0.0.0/0` or `::/0`.
  public static func everything(_ family: IPFamily) -> CIDR {
    CIDR(IPAddress(family: family, value: 0), prefix: 0)
  }

  /// The family.
  public var family: IPFamily { address.family }

  /// The highest address as a number.
  public var upper: UInt128 {
    let host = family.width - prefix
    return host >= 128 ? .max : address.value | ((1 << UInt128(host)) - 1)
  }

  /// Whether all addresses of another network are in this one.
  public func contains(_ other: CIDR) -> Bool {
    family == other.family && prefix <= other.prefix && address.value <= other.address.value
      && other.upper <= upper
  }

  /// By address, the wider first.
  public static func < (left: CIDR, right: CIDR) -> Bool {
    left.address == right.address ? left.prefix < right.prefix : left.address < right.address
  }

  /// `10.0.0.0/8`.
  public var description: String { "\(address)/\(prefix)" }
}
