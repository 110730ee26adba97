/// IP addresses and CIDRs as bytes.
enum NetworkAddress {
  /// Reads an IPv4 (4 bytes) or IPv6 (16 bytes) address.
  static func parse(_ text: some StringProtocol) -> [UInt8]? {
    text.contains(":") ? parseV6(String(text)) : parseV4(String(text))
  }

  /// Reads `address/length`; host bits are allowed.
  static func parseCIDR(_ text: String) -> (address: [UInt8], length: Int)? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = parse(parts[0]), let length = Int(parts[1]),
      parts[1].allSatisfy(\.isASCII), !parts[1].hasPrefix("+"),
      (0...address.count * 8).contains(length)
    else { return nil }
    return (address, length)
  }

  /// Whether an address lies in a CIDR of the same family.
  static func contains(_ cidr: (address: [UInt8], length: Int), _ address: [UInt8]) -> Bool {
    guard cidr.address.count == address.count else { return false }
    for index in address.indices {
      let bits = min(max(cidr.length - index * 8, 0), 8)
      let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
      if address[index] & mask != cidr.address[index] & mask { return false }
    }
    return true
  }

  /// Whether an address is a multicast address.
  static func isMulticast(_ address: [UInt8]) -> Bool {
    guard let first = address.first else { return false }
    return address.count == 4 ? first & 0xF0 == 0xE0 : first == 0xFF
  }

  private static func parseV4(_ text: String) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      guard let first = part.first, first.isNumber, part == "0" || first != "0",
        let byte = UInt8(part)
      else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  private static func parseV6(_ text: String) -> [UInt8]? {
    var head = text
    var tail: String?
    if let gap = text.firstRange(of: "::") {
      head = String(text[..<gap.lowerBound])
      tail = String(text[gap.upperBound...])
    }
    guard let before = groups(head), let after = tail.map(groups) ?? [] else { return nil }
    let missing = 16 - before.count - after.count
    guard tail == nil ? missing == 0 : missing >= 2 else { return nil }
    return before + Array(repeating: 0, count: missing) + after
  }

  private static func groups(_ text: String) -> [UInt8]? {
    if text.isEmpty { return [] }
    var bytes: [UInt8] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if part.contains(".") {
        guard index == parts.count - 1, let four = parseV4(String(part)) else { return nil }
        bytes += four
      } else {
        guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit),
          let value = UInt16(part, radix: 16)
        else { return nil }
        bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
      }
    }
    return bytes
  }
}
