/// What the name of a rendered rule tells of the NSX rule that it was made from.
public enum RenderedRuleName {
  /// NSX's number of the rule; `nil` where the name does not tell it for certain.
  ///
  /// A name is the slug of NSX's id, the number (or a hash of the path, where there is
  /// none), `-in` or `-out`, and what tells the parts of a rule apart. Digits of the
  /// slug, or of a hash, are no number.
  public static func number(in name: String) -> Int64? {
    var parts = name.split(separator: "-", omittingEmptySubsequences: false)[...]
    func last(_ isMark: (Substring) -> Bool) {
      if let part = parts.last, isMark(part) { parts.removeLast() }
    }
    last { $0.hasPrefix("rest") && isNumber($0.dropFirst(4)) }
    last { ["icmp4", "icmp6", "igmp"].contains($0) }
    last { $0 == "in" || $0 == "out" }
    guard parts.count > 1, let number = parts.last, isNumber(number), !isHash(number) else {
      return nil
    }
    // Behind a hash, or a name that is whole, it would count rules of the same name.
    let before = parts.dropLast()
    if let last = before.last, isHash(last) { return nil }
    if before.last == "in" || before.last == "out", let part = before.dropLast().last,
      isNumber(part)
    {
      return nil
    }
    return Int64(number)
  }

  private static func isNumber(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 &- 48 < 10 }
  }

  /// Whether it may be eight digits of a hash.
  private static func isHash(_ text: Substring) -> Bool {
    text.utf8.count == 8 && text.utf8.allSatisfy { $0 &- 48 < 10 || $0 &- 97 < 6 }
  }
}
