/// Percent-encoding of URLs and forms (RFC 3986, and `+` for a space in
/// queries and `application/x-www-form-urlencoded` bodies).
enum PercentCoding {
  /// Decodes `%XX`; what is not a whole escape is kept as it stands.
  static func decode(_ text: String, plusIsSpace: Bool) -> String {
    var bytes: [UInt8] = []
    let source = Array(text.utf8)
    var index = 0
    while index < source.count {
      let byte = source[index]
      if byte == UInt8(ascii: "%"), index + 2 < source.count,
        let high = hexDigit(source[index + 1]), let low = hexDigit(source[index + 2])
      {
        bytes.append(high << 4 | low)
        index += 3
        continue
      }
      bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      index += 1
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The decoded members of `a=b&c=d`; a member without `=` has the value "".
  static func pairs(_ text: String) -> [(name: String, value: String)] {
    text.split(separator: "&").map { member in
      let parts = member.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (
        name: decode(String(parts[0]), plusIsSpace: true),
        value: parts.count == 2 ? decode(String(parts[1]), plusIsSpace: true) : ""
      )
    }
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
