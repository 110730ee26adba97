/// The version of an NSX, compared by its first three numbers.
public struct NSXVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Major, minor and maintenance number.
  public let major: Int, minor: Int, maintenance: Int
  /// The whole text, for example `9.1.0.0.24733065`.
  public let text: String

  /// Parses a `product_version`; `nil` where it does not begin with at least
  /// two numbers.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).prefix(3)
    let numbers = parts.map { part in Int(part.prefix { $0.isASCII && $0.isNumber }) }
    guard numbers.count >= 2, let major = numbers[0], let minor = numbers[1] else { return nil }
    self.major = major
    self.minor = minor
    self.maintenance = numbers.count > 2 ? numbers[2] ?? 0 : 0
    self.text = text
  }

  /// Creates a version to compare with.
  public init(_ major: Int, _ minor: Int, _ maintenance: Int = 0) {
    self.major = major
    self.minor = minor
    self.maintenance = maintenance
    text = "\(major).\(minor).\(maintenance)"
  }

  /// The whole text.
  public var description: String { text }

  /// Orders by the three numbers; the build does not count.
  public static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor, left.maintenance) < (right.major, right.minor, right.maintenance)
  }

  /// Equal when the three numbers are.
  public static func == (left: Self, right: Self) -> Bool {
    (left.major, left.minor, left.maintenance) == (right.major, right.minor, right.maintenance)
  }

  /// Hashes the three numbers.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(major)
    hasher.combine(minor)
    hasher.combine(maintenance)
  }
}
