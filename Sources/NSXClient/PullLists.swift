import Documents

/// The lists that a pull looks at twice, by path; `nil` for one that could not
/// be read.
struct PullLists: Sendable {
  var policies: [String: JSONValue]?
  var groups: [String: JSONValue]?
  var services: [String: JSONValue]?
}

/// What tells that an object is another than at the first look. A rule is an
/// object of its own, so the number of rules counts as well.
struct PullFingerprint: Hashable {
  let revision: Int64?
  let modified: Int64?
  let rules: Int64?

  init(_ object: JSONValue) {
    revision = object["_revision"]?.integer
    modified = object["_last_modified_time"]?.integer
    rules = object["rule_count"]?.integer
  }
}

extension [String: JSONValue] {
  /// The paths of the objects that are new, gone or different in a later look.
  func changedPaths(in later: [String: JSONValue]) -> Set<String> {
    var changed: Set<String> = []
    for (path, object) in self {
      guard let other = later[path], PullFingerprint(other) == PullFingerprint(object) else {
        changed.insert(path)
        continue
      }
    }
    for path in later.keys where self[path] == nil { changed.insert(path) }
    return changed
  }
}
