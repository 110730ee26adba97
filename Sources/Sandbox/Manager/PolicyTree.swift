import Documents

/// The objects of the Policy API by path, as values, so that a failed
/// hierarchical write can be taken back.
struct PolicyTree: Sendable {
  /// An object whose deletion NSX has taken but not realized.
  struct Deletion: Sendable {
    var object: JSONValue
    var until: ContinuousClock.Instant
  }

  private(set) var objects: [String: JSONValue] = [:]
  private(set) var deletions: [String: Deletion] = [:]
  private var members: [String: Set<String>] = [:]
  private var sorted: [String: [String]] = [:]

  subscript(path: String) -> JSONValue? { objects[path] }

  /// The paths of a collection, sorted by display name, then path.
  mutating func list(_ collection: String) -> [String] {
    if let known = sorted[collection] { return known }
    let named = (members[collection] ?? []).map { path in
      (name: objects[path]?["display_name"]?.string ?? "", path: path)
    }
    let paths = named.sorted {
      let order = utf8Order($0.name, $1.name)
      return order == 0 ? utf8Order($0.path, $1.path) < 0 : order < 0
    }.map(\.path)
    sorted[collection] = paths
    return paths
  }

  mutating func set(_ path: String, _ object: JSONValue) {
    let collection = Self.parent(of: path)
    let before = objects.updateValue(object, forKey: path)
    members[collection, default: []].insert(path)
    if before?["display_name"] != object["display_name"] { sorted[collection] = nil }
  }

  /// Removes an object with all below it.
  mutating func remove(_ path: String, pendingUntil: ContinuousClock.Instant?) {
    for key in objects.keys where key == path || key.hasPrefix(path + "/") {
      guard let object = objects.removeValue(forKey: key) else { continue }
      let collection = Self.parent(of: key)
      members[collection]?.remove(key)
      sorted[collection] = nil
      if let pendingUntil {
        deletions[key] = Deletion(
          object: object.setting("marked_for_delete", true), until: pendingUntil)
      }
    }
  }

  /// Forgets deletions that are realized by now.
  mutating func realizeDeletions(_ now: ContinuousClock.Instant) {
    if !deletions.isEmpty { deletions = deletions.filter { $0.value.until > now } }
  }

  /// Forgets all deletions.
  mutating func realizeAllDeletions() { deletions = [:] }

  /// The path without its last segment: of an object its collection, of a
  /// collection its owner.
  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return String(path[..<slash])
  }
}

extension JSONValue {
  /// The object with a member replaced, or removed by `nil`.
  func setting(_ key: String, _ value: JSONValue?) -> JSONValue {
    var object = object ?? JSONObject()
    object[key] = value
    return .object(object)
  }

  /// The object with `members` in place of its own where both have a key.
  func merging(_ members: JSONValue) -> JSONValue {
    var object = object ?? JSONObject()
    for member in members.object?.members ?? [] { object[member.key] = member.value }
    return .object(object)
  }
}
