import Documents

/// Texts cut to the lengths that NSX takes.
enum InventoryText {
  /// What the scope of a tag from a label begins with.
  static let scopePrefix = "dis:k8s:"
  /// NSX takes 30 tags an object and adds some itself: its own documents allow
  /// 27 labels of a Namespace and 25 of anything else.
  static func maximumTags(_ type: InventoryType) -> Int { type == .project ? 27 : 25 }
  /// Characters of a tag.
  static let maximumTag = 256
  /// Characters of an error message. NSX documents no limit; this is that of
  /// its descriptions.
  static let maximumMessage = 1024
  /// A spec longer than this is cut: it is only shown, and one huge object
  /// must not make NSX refuse its whole batch.
  static let maximumSpecBytes = 65_536

  /// The first `count` Unicode scalars.
  static func prefix(_ text: String, _ count: Int) -> String {
    guard text.utf8.count > count else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.prefix(count)))
  }

  /// `dis:k8s:` and the label key. A key over 120 characters keeps 111 of them
  /// and gets `-` with the first 8 hexadecimal digits of its SHA-1, so that
  /// the scope fits NSX's 128 and stays distinct.
  static func scope(of key: String) -> String {
    guard key.unicodeScalars.count > 120 else { return scopePrefix + key }
    return "\(scopePrefix)\(prefix(key, 111))-\(hexText(SHA1.hash(key.utf8)).prefix(8))"
  }

  /// A spec as YAML, cut at a line where it is too long, and how many bytes are
  /// missing then.
  static func spec(of value: JSONValue) -> (text: String, rest: Int) {
    let bytes = YAMLWriter.document(value)
    guard bytes.count > maximumSpecBytes else { return (String(decoding: bytes, as: UTF8.self), 0) }
    let room = bytes.prefix(maximumSpecBytes - 64)
    let end = room.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let rest = bytes.count - end
    return (String(decoding: bytes[..<end], as: UTF8.self) + "# cut: \(rest) more bytes\n", rest)
  }
}
