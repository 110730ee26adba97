/// A name or a pattern of names, as a rule's `fqdn` writes it: `*` stands for
/// any text, dots and nothing included. Case does not count.
struct HostNamePattern {
  private let parts: [String]

  init(_ text: String) {
    parts = text.lowercased().split(separator: "*", omittingEmptySubsequences: false)
      .map(String.init)
  }

  /// Whether a name is meant; a dot at its end does not count.
  func matches(_ name: String) -> Bool {
    let name = name.lowercased()
    var rest = name.hasSuffix(".") ? name.dropLast() : name[...]
    guard let first = parts.first, let last = parts.last, parts.count > 1 else {
      return rest == parts.first ?? ""
    }
    guard rest.hasPrefix(first) else { return false }
    rest = rest.dropFirst(first.count)
    guard rest.hasSuffix(last) else { return false }
    rest = rest.dropLast(last.count)
    // The earliest place of each part leaves the most for the others.
    for part in parts.dropFirst().dropLast() {
      guard let end = Self.end(of: part, in: rest) else { return false }
      rest = rest[end...]
    }
    return true
  }

  private static func end(of part: String, in text: Substring) -> Substring.Index? {
    if part.isEmpty { return text.startIndex }
    var start = text.startIndex
    while true {
      if text[start...].hasPrefix(part) { return text.index(start, offsetBy: part.count) }
      if start == text.endIndex { return nil }
      start = text.index(after: start)
    }
  }
}
