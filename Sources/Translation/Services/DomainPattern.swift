/// NSX's domain names, which may have wildcards in their first label.
enum DomainPattern {
  /// The name as Antrea reads it: in lower case, where `*` stands for any
  /// characters, also for dots; `nil` where the two would not mean the same.
  ///
  /// From 4.1.2 on NSX's `*` may be several labels too. Its `^`, for one label
  /// alone, has no counterpart, and `*` elsewhere is none of NSX's.
  static func antrea(_ text: String) -> String? {
    var name = text.lowercased()
    if name.hasSuffix(".") { name.removeLast() }
    guard name.utf8.count <= 253 else { return nil }
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    guard let first = labels.first, labels.count > 1 else { return nil }
    guard isLabel(withoutWildcard(first)), labels.dropFirst().allSatisfy({ isLabel($0) }) else {
      return nil
    }
    return name
  }

  /// Whether a name that ``antrea(_:)`` gave has a wildcard.
  static func hasWildcard(_ name: String) -> Bool { name.utf8.contains(UInt8(ascii: "*")) }

  /// The first label with a letter in place of a `*` at one of its ends.
  private static func withoutWildcard(_ label: Substring) -> Substring {
    if label.first == "*" { return "x" + label.dropFirst() }
    if label.last == "*" { return label.dropLast() + "x" }
    return label
  }

  private static func isLabel(_ label: Substring) -> Bool {
    guard (1...63).contains(label.utf8.count), label.first != "-", label.last != "-" else {
      return false
    }
    return label.utf8.allSatisfy {
      $0 &- 97 < 26 || $0 &- 48 < 10 || $0 == UInt8(ascii: "-")
    }
  }
}
