import Documents

/// Reads every form of document that holds NSX objects.
struct SnapshotDecoder {
  private var objects: ObjectCollection
  private var foundObjects = false
  private let bytes: UnsafeBufferPointer<UInt8>

  private init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    objects = ObjectCollection(bytes)
  }

  /// Reads a document.
  ///
  /// - Throws: ``SnapshotError``.
  static func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws -> NSXSnapshot {
    var decoder = SnapshotDecoder(bytes)
    do {
      var reader = JSONReader(bytes)
      if try reader.peek() == .array {
        try decoder.readList(&reader, hint: nil, parent: nil)
      } else {
        try decoder.readDocument(&reader)
      }
      try reader.expectEnd()
    } catch let error as JSONSyntaxError {
      throw SnapshotError.malformed(offset: error.offset, reason: error.reason, path: nil)
    }
    guard decoder.foundObjects else { throw SnapshotError.notASnapshot }
    return try decoder.objects.finish()
  }

  private mutating func readDocument(_ reader: inout JSONReader) throws {
    let start = reader.offset
    do {
      try readMembers(of: &reader)
    } catch let error as JSONSyntaxError {
      throw SnapshotError.malformed(
        offset: error.offset, reason: error.reason,
        path: FaultFinder.path(
          bytes, around: error.offset, from: start, parent: nil, hint: nil))
    }
  }

  private mutating func readMembers(of reader: inout JSONReader) throws {
    let start = reader.offset
    var fields = ObjectFields()
    var format: String?
    var complete: Bool?
    var hasCursor = false
    try reader.readMembers { key, reader in
      switch key {
      case "format": format = try reader.readString()
      case "manager": objects.snapshot.manager = try reader.readString()
      case "complete": complete = try reader.readBool()
      case "incompleteTypes", "incomplete":
        objects.snapshot.incompleteTypes = try reader.strings()
      case "memberIPs": try readMemberIPs(&reader)
      case "objects", "results":
        foundObjects = true
        try readList(&reader, hint: nil, parent: nil)
      case "cursor":
        hasCursor = true
        try reader.skip()
      case "services":
        foundObjects = true
        try readList(&reader, hint: "Service", parent: "/infra")
      case "domains":
        foundObjects = true
        try readDomains(&reader)
      default: try fields.read(key, &reader)
      }
    }
    if let format {
      guard format == NSXSnapshot.format else { throw SnapshotError.unsupportedFormat(format) }
      objects.snapshot.isComplete =
        (complete ?? false) && objects.snapshot.incompleteTypes.isEmpty
    } else {
      objects.snapshot.isComplete = (complete ?? true) && !hasCursor
    }
    if fields.type != nil {
      foundObjects = true
      try objects.add(fields, wrapped: [], hint: nil, parent: nil, offset: start)
    }
  }

  private mutating func readMemberIPs(_ reader: inout JSONReader) throws {
    try reader.readObject { key, reader in
      let group = key.string
      do {
        guard objects.snapshot.memberIPs[group] == nil else { throw reader.error("comes twice") }
        // `null` is no list: what the members are is not known.
        if try reader.readNull() { return }
        objects.snapshot.memberIPs[group] = try reader.strings()
      } catch let error as JSONSyntaxError {
        throw SnapshotError.malformed(
          offset: error.offset, reason: "memberIPs: \(error.reason)", path: group)
      }
    }
  }

  /// Reads what a collector of topologies writes. It leaves empty lists out, and
  /// has the rules in their policies.
  private mutating func readDomains(_ reader: inout JSONReader) throws {
    let parent = "/infra/domains/default"
    try reader.readArray { reader in
      try reader.readMembers { key, reader in
        guard key.string == "resources" else { return try reader.skip() }
        try reader.readMembers { key, reader in
          switch key {
          case "security_policies":
            objects.hasEveryRule = true
            try readList(&reader, hint: "SecurityPolicy", parent: parent)
            objects.hasEveryRule = false
          case "groups": try readList(&reader, hint: "Group", parent: parent)
          default: try reader.skip()
          }
        }
      }
    }
  }

  private mutating func readList(
    _ reader: inout JSONReader, hint: String?, parent: String?
  ) throws {
    try reader.readArray {
      foundObjects = true
      try objects.readObject(&$0, hint: hint, parent: parent)
    }
  }
}
