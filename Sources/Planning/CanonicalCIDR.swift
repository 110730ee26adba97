/// Address blocks in the one spelling that comparison uses: network address,
/// lower-case compressed IPv6 (RFC 5952), prefix length always there.
///
/// The Kubernetes API stores blocks verbatim, host bits included, so that the
/// same block can come back in many spellings.
enum CanonicalCIDR {
  /// The canonical spelling, or the text itself where it is no address block.
  static func text(_ text: String) -> String {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = parts.first, let bytes = parse(address) else { return text }
    var length = bytes.count * 8
    if parts.count == 2 {
      guard let given = Int(parts[1]), (0...length).contains(given), !parts[1].hasPrefix("+") else {
        return text
      }
      length = given
    }
    return "\(format(masked(bytes, to: length)))/\(length)"
  }

  /// The 4 or 16 bytes of an address.
  static func parse(_ text: Substring) -> [UInt8]? {
    text.contains(":") ? parseIPv6(text) : parseIPv4(text)
  }

  private static func masked(_ bytes: [UInt8], to length: Int) -> [UInt8] {
    bytes.indices.map { index in
      let kept = min(8, max(0, length - index * 8))
      return kept == 0 ? 0 : bytes[index] & ~UInt8(truncatingIfNeeded: (1 << (8 - kept)) - 1)
    }
  }

  private static func parseIPv4(_ text: Substring) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
        part.utf8.count == 1 || part.first != "0", let byte = UInt8(part)
      else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  private static func parseIPv6(_ text: Substring) -> [UInt8]? {
    var halves: [Substring] = []
    if let gap = text.firstIndex(of: ":"), text[gap...].hasPrefix("::") || text.contains("::") {
      guard let mark = doubleColon(in: text) else { return nil }
      halves = [text[..<mark], text[text.index(mark, offsetBy: 2)...]]
      if doubleColon(in: halves[1]) != nil { return nil }
    } else {
      halves = [text]
    }
    var lists: [[UInt8]] = []
    for (index, half) in halves.enumerated() {
      guard let list = groups(half, last: index == halves.count - 1) else { return nil }
      lists.append(list)
    }
    guard lists.count == 2 else { return lists[0].count == 16 ? lists[0] : nil }
    let missing = 16 - lists[0].count - lists[1].count
    guard missing >= 2 else { return nil }
    return lists[0] + [UInt8](repeating: 0, count: missing) + lists[1]
  }

  private static func doubleColon(in text: Substring) -> Substring.Index? {
    var previous: Substring.Index?
    for index in text.indices {
      if text[index] == ":" {
        if let previous { return previous }
        previous = index
      } else {
        previous = nil
      }
    }
    return nil
  }

  private static func groups(_ text: Substring, last: Bool) -> [UInt8]? {
    if text.isEmpty { return [] }
    var bytes: [UInt8] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if last, index == parts.count - 1, part.contains(".") {
        guard let tail = parseIPv4(part) else { return nil }
        bytes += tail
        continue
      }
      guard (1...4).contains(part.utf8.count), part.first != "+", part.first != "-",
        let group = UInt16(part, radix: 16)
      else { return nil }
      bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
    }
    return bytes
  }

  private static func format(_ bytes: [UInt8]) -> String {
    if bytes.count == 4 { return bytes.map { String($0) }.joined(separator: ".") }
    let groups = stride(from: 0, to: 16, by: 2).map {
      UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
    }
    var best = 0..<0
    var start = 0
    while start < 8 {
      var end = start
      while end < 8, groups[end] == 0 { end += 1 }
      if end - start > best.count, end - start > 1 { best = start..<end }
      start = max(end, start + 1)
    }
    func hex(_ range: Range<Int>) -> String {
      groups[range].map { String($0, radix: 16) }.joined(separator: ":")
    }
    return best.isEmpty ? hex(0..<8) : "\(hex(0..<best.lowerBound))::\(hex(best.upperBound..<8))"
  }
}
