/// How many objects one run may delete.
public struct DeletionBudget: Sendable, Hashable {
  /// Objects that may go whatever the percentage says.
  public var count: Int
  /// Percentage of our live objects that may go, 0 to 100.
  public var percent: Int

  /// Creates a budget: the larger of the two allowances.
  public init(count: Int, percent: Int) {
    self.count = count
    self.percent = percent
  }

  /// 30 % of our live objects, but at least 10.
  public static let standard = DeletionBudget(count: leastOfShare, percent: 30)

  /// Objects that may go where a share is given: of few objects it would allow
  /// none or one.
  private static let leastOfShare = 10

  /// Reads `--max-deletes`: `25` objects, or `40%` of our live objects but at
  /// least 10; `0` and `0%` allow none.
  ///
  /// - Returns: `nil` for anything else.
  public init?(parsing text: String) {
    let digits = text.hasSuffix("%") ? text.dropLast() : text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }),
      let value = Int(digits)
    else { return nil }
    if text.hasSuffix("%") {
      guard value <= 100 else { return nil }
      self.init(count: value == 0 ? 0 : Self.leastOfShare, percent: value)
    } else {
      self.init(count: value, percent: 0)
    }
  }

  /// How many of this many live objects may be deleted.
  public func limit(of live: Int) -> Int {
    max(count, live / 100 * percent + live % 100 * percent / 100)
  }
}
