import Documents

/// Names of objects and rules: readable, and stable when NSX's display names
/// change.
public enum Naming {
  /// A text in lower case with everything but letters and digits as single
  /// hyphens, at most `limit` characters; `x` where nothing is left.
  public static func slug(_ text: String, limit: Int = 50) -> String {
    var output: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        output.append(byte)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): output.append(byte | 0x20)
      default:
        if let last = output.last, last != UInt8(ascii: "-") { output.append(UInt8(ascii: "-")) }
      }
      if output.count == limit { break }
    }
    while output.last == UInt8(ascii: "-") { output.removeLast() }
    return output.isEmpty ? "x" : String(decoding: output, as: UTF8.self)
  }

  /// Eight hexadecimal digits of a text's SHA-256.
  public static func shortHash(_ text: String) -> String {
    hexText(SHA256.hash(text.utf8).prefix(4))
  }

  /// The name of the object that is made from an NSX object.
  public static func object(id: String, path: String) -> String {
    "\(slug(id))-\(shortHash(path))"
  }

  /// The value of the owner label: which NSX Manager and cluster an object is
  /// rendered for, so that two sources never prune each other's objects.
  public static func owner(manager: String, cluster: String) -> String {
    var manager = manager.lowercased()
    while manager.hasSuffix("/") { manager.removeLast() }
    return hexText(SHA256.hash("\(manager)\n\(cluster)".utf8).prefix(8))
  }

  /// A log label that Antrea accepts: other characters become hyphens, 63 at
  /// most.
  public static func logLabel(_ tag: String) -> String {
    var bytes: [UInt8] = []
    for byte in tag.utf8.prefix(63) {
      let isLetter = (byte | 0x20) &- 97 < 26 || byte &- 48 < 10
      let isMark =
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
      bytes.append(isLetter || isMark ? byte : UInt8(ascii: "-"))
    }
    func isMark(_ byte: UInt8) -> Bool { (byte | 0x20) &- 97 >= 26 && byte &- 48 >= 10 }
    while let last = bytes.last, isMark(last) { bytes.removeLast() }
    while let first = bytes.first, isMark(first) { bytes.removeFirst() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
