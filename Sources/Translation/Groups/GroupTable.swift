import Documents

/// Groups that are resolved already, so that policies can be translated at the
/// same time.
struct GroupTable {
  private let groups: [String: ResolvedGroup]

  init(_ groups: [String: ResolvedGroup]) { self.groups = groups }

  /// The paths of all groups in order.
  var paths: [String] { groups.keys.sorted { utf8Order($0, $1) < 0 } }

  /// The group at a path.
  subscript(path: String) -> ResolvedGroup { groups[path] ?? .missing(path) }
}

extension ResolvedGroup {
  /// What stands for a group that the snapshot lacks.
  static func missing(_ path: String) -> ResolvedGroup {
    var missing = ResolvedGroup(path: path, displayName: path, name: "")
    missing.problems = [Problem(.danglingGroup, "group \(path) is not in the snapshot")]
    return missing
  }
}
