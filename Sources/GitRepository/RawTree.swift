/// One entry of a git tree object, byte for byte as stored.
struct RawTreeEntry: Sendable, Hashable {
  /// The octal mode as written, for example `100644`, `40000`.
  var mode: [UInt8]
  var name: [UInt8]
  var id: ObjectID

  static let file = Array("100644".utf8)
  static let executable = Array("100755".utf8)
  static let folder = Array("40000".utf8)

  var isFolder: Bool { mode == Self.folder || mode == Array("040000".utf8) }
  /// A commit of another repository: a submodule.
  var isSubmodule: Bool { mode == Array("160000".utf8) }
  var isFile: Bool { mode.starts(with: Array("100".utf8)) }

  /// Git orders a folder as if its name ended in `/`.
  func precedes(_ other: RawTreeEntry) -> Bool {
    let slash = UInt8(ascii: "/")
    var left = name
    var right = other.name
    if isFolder { left.append(slash) }
    if other.isFolder { right.append(slash) }
    return left.lexicographicallyPrecedes(right)
  }
}

/// Reads and writes the bytes of git tree objects.
enum RawTree {
  /// The entries of a tree object; `nil` when the bytes are not one.
  static func decode(_ bytes: [UInt8]) -> [RawTreeEntry]? {
    var entries: [RawTreeEntry] = []
    var at = 0
    while at < bytes.count {
      guard let space = bytes[at...].firstIndex(of: 0x20),
        let end = bytes[space...].firstIndex(of: 0), end + 20 < bytes.count
      else { return nil }
      entries.append(
        RawTreeEntry(
          mode: Array(bytes[at..<space]), name: Array(bytes[(space + 1)..<end]),
          id: ObjectID(raw: bytes[(end + 1)..<(end + 21)])))
      at = end + 21
    }
    return entries
  }

  /// The bytes of a tree object of entries that are already in git's order.
  static func encode(_ entries: [RawTreeEntry]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(entries.count * 64)
    for entry in entries {
      bytes += entry.mode
      bytes.append(0x20)
      bytes += entry.name
      bytes.append(0)
      bytes += entry.id.raw
    }
    return bytes
  }
}
