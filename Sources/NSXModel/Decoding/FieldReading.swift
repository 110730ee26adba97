import Documents

/// Reading of fields that NSX may leave out or set to `null`.
extension JSONReader {
  /// Reads the members of an NSX object. `null` counts as left out, no key may
  /// come twice, and an error names the member that it is in.
  mutating func readMembers(_ member: (Key, inout JSONReader) throws -> Void) throws {
    var keys = KeySet()
    try readObject { key, reader in
      guard keys.insert(key) else { throw reader.error("\(key.string): comes twice") }
      if try reader.readNull() { return }
      do {
        try member(key, &reader)
      } catch let error as JSONSyntaxError {
        throw JSONSyntaxError(offset: error.offset, reason: "\(key.string): \(error.reason)")
      }
    }
  }

  mutating func integer() throws -> Int64 {
    guard let value = try readNumber().integer else { throw error("expected an integer") }
    return value
  }

  mutating func strings() throws -> [String] {
    var list: [String] = []
    try readArray { list.append(try $0.readString()) }
    return list
  }

  /// A text that names something, or a path; `nil` where it is empty.
  mutating func name() throws -> String? {
    let text = try readString()
    return text.isEmpty ? nil : text
  }

  /// Whether the value is an array with elements, or anything else that is not
  /// `null`.
  mutating func hasContent() throws -> Bool {
    guard try peek() == .array else {
      try skip()
      return true
    }
    var count = 0
    try readArray {
      try $0.skip()
      count += 1
    }
    return count > 0
  }

  mutating func tags() throws -> [Tag] {
    guard try peek() == .array else {
      try skip()
      return []
    }
    var list: [Tag] = []
    try readArray { reader in
      guard try reader.peek() == .object else { return try reader.skip() }
      var tag = Tag(scope: "", tag: "")
      try reader.readMembers { key, reader in
        switch key {
        case "scope": tag.scope = try reader.readString()
        case "tag": tag.tag = try reader.readString()
        default: try reader.skip()
        }
      }
      list.append(tag)
    }
    return list
  }
}
