/// Names in the DNS that stand for all names which rules cannot tell apart.
enum HostNameWitness {
  /// For every name its own, for every pattern one that hardly any other pattern
  /// matches, and one with a dot in the place of `*`; for patterns that meet, one
  /// that both match.
  static func names(for patterns: Set<String>) -> [String] {
    var result: Set<String> = []
    var ends: [(first: String, last: String)] = []
    for pattern in patterns {
      let parts = Self.parts(pattern)
      for text in parts.count == 1 ? [""] : ["any-0", "any-1.any-0"] {
        result.insert(parts.joined(separator: text))
      }
      if parts.count > 1, let first = parts.first, let last = parts.last {
        ends.append((String(first), String(last)))
      }
    }
    // Names that two patterns match, each by the other end.
    for a in ends where !a.first.isEmpty {
      for b in ends
      where b.last.hasSuffix(a.last) && b.last != a.last && a.first.hasPrefix(b.first)
        && b.first != a.first
      {
        result.insert(a.first + "any-0" + b.last)
      }
    }
    return result.sorted()
  }

  /// Whether a pattern may match a name: all its literal parts are in the name.
  static func mayMatch(_ pattern: String, _ name: String) -> Bool {
    let name = name.lowercased()
    return parts(pattern).allSatisfy { $0.isEmpty || name.contains($0) }
  }

  /// What stands between the wildcards: `*` for any text, `^` for that of one
  /// label, as NSX writes it.
  private static func parts(_ pattern: String) -> [Substring] {
    pattern.split(omittingEmptySubsequences: false) { $0 == "*" || $0 == "^" }
  }
}

extension HostNameWitness {
  /// The pattern that a name stands for, as far as it tells.
  static func pattern(of name: String) -> String {
    var text = name
    for witness in ["any-1.any-0", "any-0"] {
      while let range = text.firstRange(of: witness) { text.replaceSubrange(range, with: "*") }
    }
    return text
  }
}
