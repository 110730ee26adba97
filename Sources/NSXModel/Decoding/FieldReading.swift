import Documents

/// Reading of fields that NSX may leave out or set to `null`.
extension JSONReader {
  mutating func optionalString() throws -> String? {
    try readNull() ? nil : try readString()
  }

  mutating func optionalInteger() throws -> Int64? {
    if try readNull() { return nil }
    guard let value = try readNumber().integer else { throw error("expected an integer") }
    return value
  }

  mutating func optionalBool() throws -> Bool? {
    try readNull() ? nil : try readBool()
  }

  mutating func strings() throws -> [String] {
    if try readNull() { return [] }
    var list: [String] = []
    try readArray { list.append(try $0.readString()) }
    return list
  }

  /// Whether the value is an array with elements, or an object.
  mutating func hasContent() throws -> Bool {
    switch try peek() {
    case .null:
      _ = try readNull()
      return false
    case .array:
      var count = 0
      try readArray {
        try $0.skip()
        count += 1
      }
      return count > 0
    default:
      try skip()
      return true
    }
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
      try reader.readObject { key, reader in
        switch key {
        case "scope": tag.scope = try reader.optionalString() ?? ""
        case "tag": tag.tag = try reader.optionalString() ?? ""
        default: try reader.skip()
        }
      }
      list.append(tag)
    }
    return list
  }
}
