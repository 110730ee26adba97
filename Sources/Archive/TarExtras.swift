/// What stands before an entry of a tar archive and tells more about it than its header
/// has room for: PAX records, and the long names of GNU.
struct TarExtras {
  /// Extended headers of one file and of all, long names and long targets of links.
  static let kinds: Set<UInt8> = [
    UInt8(ascii: "x"), UInt8(ascii: "g"), UInt8(ascii: "L"), UInt8(ascii: "K"),
  ]
  /// More than any name has.
  static let longest: Int64 = 1 << 20

  /// The name of the next entry.
  private(set) var name: String?
  /// Its size.
  private(set) var size: Int64?

  /// Takes what stands there.
  ///
  /// - Throws: ``ArchiveError/notTar(_:)``.
  mutating func take(_ kind: UInt8, _ bytes: [UInt8]) throws {
    switch kind {
    case UInt8(ascii: "L"): name = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    case UInt8(ascii: "x"): try takeRecords(bytes[...])
    // What is told of all files is neither name nor size.
    default: break
    }
  }

  /// Records of the form `LENGTH KEY=VALUE` with a line feed; the length counts all of it.
  private mutating func takeRecords(_ bytes: ArraySlice<UInt8>) throws {
    var rest = bytes
    while let first = rest.first, first != 0 {
      let digits = rest.prefix { $0 &- 48 < 10 }
      guard digits.count < 8, let length = Int(String(decoding: digits, as: UTF8.self)),
        length > digits.count + 1, length <= rest.count,
        rest[rest.startIndex + digits.count] == 0x20,
        rest[rest.startIndex + length - 1] == 0x0a
      else { throw ArchiveError.notTar("an extended header is damaged") }
      let record = rest.prefix(length - 1).dropFirst(digits.count + 1)
      rest = rest.dropFirst(length)
      guard let sign = record.firstIndex(of: UInt8(ascii: "=")) else {
        throw ArchiveError.notTar("an extended header is damaged")
      }
      let value = String(decoding: record[(sign + 1)...], as: UTF8.self)
      switch String(decoding: record[..<sign], as: UTF8.self) {
      case "path": name = value
      case "size":
        guard let number = Int64(value), number >= 0, number < 1 << 60 else {
          throw ArchiveError.notTar("an extended header has no size")
        }
        size = number
      default: break
      }
    }
  }

  /// An extended header that tells a name, and a size where a header has no room for it.
  static func records(name: String, size: Int64?) -> [UInt8] {
    record("path", name) + (size.map { record("size", String($0)) } ?? [])
  }

  private static func record(_ key: String, _ value: String) -> [UInt8] {
    let rest = Array(" \(key)=\(value)\n".utf8)
    // The length has digits of its own.
    var length = rest.count + 1
    while String(length).utf8.count + rest.count != length { length += 1 }
    return Array(String(length).utf8) + rest
  }
}
