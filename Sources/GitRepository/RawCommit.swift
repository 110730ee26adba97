/// A commit object as it is stored.
struct RawCommit: Sendable {
  var tree: ObjectID
  var parents: [ObjectID] = []
  var authorName = ""
  var authorEmail = ""
  /// When it was committed, in seconds since 1970-01-01 UTC.
  var time: Int64 = 0
  var message = ""

  /// Reads the bytes of a commit; `nil` when they are not one.
  init?(_ bytes: [UInt8]) {
    var rest = bytes[...]
    var tree: ObjectID?
    while let end = rest.firstIndex(of: 0x0a) {
      let line = rest[..<end]
      rest = rest[(end + 1)...]
      // An empty line ends the headers; one that begins with a space goes on
      // with the one above it (a signature).
      if line.isEmpty { break }
      guard let space = line.firstIndex(of: 0x20), space > line.startIndex else { continue }
      let value = String(decoding: line[(space + 1)...], as: UTF8.self)
      switch String(decoding: line[..<space], as: UTF8.self) {
      case "tree": tree = ObjectID(hex: value)
      case "parent":
        guard let parent = ObjectID(hex: value) else { return nil }
        parents.append(parent)
      case "author":
        let who = Self.signature(value)
        (authorName, authorEmail) = (who.name, who.email)
      case "committer": time = Self.signature(value).time
      default: break
      }
    }
    guard let tree else { return nil }
    self.tree = tree
    message = String(decoding: rest, as: UTF8.self)
  }

  /// `Name <mail> seconds zone`.
  private static func signature(_ text: String) -> (name: String, email: String, time: Int64) {
    guard let open = text.firstIndex(of: "<"), let close = text.lastIndex(of: ">"), open < close
    else { return (text, "", 0) }
    var name = text[..<open]
    while name.last == " " { name.removeLast() }
    let numbers = text[text.index(after: close)...].split(separator: " ")
    return (
      String(name), String(text[text.index(after: open)..<close]),
      numbers.first.flatMap { Int64($0) } ?? 0
    )
  }
}

extension ObjectDatabase {
  /// A commit; `nil` where the object is not stored, as beyond the border of a
  /// shallow repository.
  func commit(_ id: ObjectID) throws(GitError) -> RawCommit? {
    guard let bytes = try readIfPresent(id) else { return nil }
    guard let commit = RawCommit(bytes) else {
      throw .library(operation: id.hex, code: -1, errorClass: 0, message: "is not a commit")
    }
    return commit
  }
}
