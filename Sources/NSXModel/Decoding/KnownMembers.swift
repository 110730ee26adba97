import Documents

/// Which members of NSX's objects are passed over in silence. Whatever is not
/// among them and is not read may restrict or widen a match, and becomes a
/// finding.
enum KnownMembers {
  /// Members that say nothing about traffic: NSX's own bookkeeping, texts, and
  /// what it keeps for its editors (NSX 3.2 to 9.1). All that begin with `_`
  /// are bookkeeping too.
  static func isHarmless(_ key: JSONReader.Key) -> Bool {
    if key.first == UInt8(ascii: "_") { return true }
    switch key {
    case "resource_type", "id", "display_name", "description", "tags", "path", "relative_path",
      "parent_path", "remote_path", "unique_id", "realization_id", "owner_id", "origin_site_id",
      "overridden", "marked_for_delete", "children", "is_default", "target_type":
      return true
    // Policies: locks of editors, handshake checks that every Antrea rule has.
    case "tcp_strict", "locked", "lock_modified_by", "lock_modified_time", "comments": return true
    // Rules.
    case "notes": return true
    // Groups: what refers to them, and how far NSX is.
    case "reference", "state": return true
    // Services.
    case "service_type": return true
    // L7 access profiles: logs and counts.
    case "default_action_logged", "entry_count": return true
    default: return false
    }
  }

  /// Members of a group that collectors add to NSX's own: the members that its
  /// criteria had, not criteria.
  static func isCollected(_ name: String) -> Bool { name.hasSuffix("_members") }

  /// The largest number of names that one object keeps.
  static let maximumNames = 16
}

extension JSONReader {
  /// Reads past a member that nothing reads. Unless it is harmless or `null`,
  /// its name goes to a list.
  mutating func skip(_ key: Key, noting names: inout [String]) throws {
    if KnownMembers.isHarmless(key) { return try skip() }
    if try readNull() { return }
    if names.count < KnownMembers.maximumNames { names.append(key.string) }
    try skip()
  }
}
