import Documents

/// The common fields as they are being read.
struct IdentityFields {
  var id: String?
  var displayName: String?
  var path: String?
  var parentPath: String?
  var revision: Int64?
  var uniqueID: String?
  var lastModifiedUser: String?
  var lastModifiedTime: Int64?
  var isMarkedForDelete = false
  var tags: [Tag] = []
  /// Members that nothing is known about.
  var unknownMembers: [String] = []

  /// Reads a common field; `false` where the key is none.
  @inline(__always)
  mutating func read(_ key: JSONReader.Key, _ reader: inout JSONReader) throws -> Bool {
    switch key {
    case "id": id = try reader.name()
    case "display_name": displayName = try reader.name()
    case "path": path = try reader.name()
    case "parent_path": parentPath = try reader.name()
    case "_revision": revision = try reader.integer()
    case "unique_id": uniqueID = try reader.readString()
    case "_last_modified_user": lastModifiedUser = try reader.readString()
    case "_last_modified_time": lastModifiedTime = try reader.integer()
    case "marked_for_delete": isMarkedForDelete = try reader.readBool()
    case "tags": tags = try reader.tags()
    default: return false
    }
    return true
  }

  /// The fields, with the path derived from the parent where it is missing.
  ///
  /// - Returns: `nil` where there is neither path nor id nor name.
  func common(parent: String?, collection: String) -> CommonFields? {
    guard let name = id ?? displayName ?? path else { return nil }
    let base = parentPath ?? parent
    let derived = base.map { "\($0)/\(collection)/\(name)" }
    guard let place = path ?? derived else { return nil }
    return CommonFields(
      id: name, displayName: displayName ?? name, path: place, parentPath: base,
      revision: revision, uniqueID: uniqueID, lastModifiedUser: lastModifiedUser,
      lastModifiedTime: lastModifiedTime, isMarkedForDelete: isMarkedForDelete, tags: tags,
      unknownMembers: unknownMembers)
  }
}
