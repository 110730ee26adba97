import Documents

/// A set of field paths, as a field manager owns them.
///
/// Every list in Antrea's types is atomic, so a path consists of member names
/// only.
struct FieldSet: Sendable, Hashable {
  /// The owned paths.
  var paths: Set<[String]> = []

  /// Whether nothing is owned.
  var isEmpty: Bool { paths.isEmpty }

  /// The scalars, lists and empty objects of a document: what an apply owns.
  static func leaves(of object: JSONValue) -> FieldSet {
    var set = FieldSet()
    set.collect(object, at: [], inner: false)
    return set
  }

  /// The leaves and the objects around them: what an update adds.
  static func everything(in object: JSONValue) -> FieldSet {
    var set = FieldSet()
    set.collect(object, at: [], inner: true)
    return set
  }

  /// Adds the paths of one value.
  mutating func collect(_ value: JSONValue, at path: [String], inner: Bool) {
    guard let object = value.object, !object.isEmpty else {
      if !path.isEmpty { paths.insert(path) }
      return
    }
    if inner, !path.isEmpty { paths.insert(path) }
    for member in object {
      let next = path + [member.key]
      if !Self.isUnowned(next) { collect(member.value, at: next, inner: inner) }
    }
    if path == ["metadata"] { paths.remove(path) }
  }

  /// Fields that nobody owns because the server sets them or they name the
  /// object.
  static func isUnowned(_ path: [String]) -> Bool {
    switch path.count {
    case 1: path[0] == "apiVersion" || path[0] == "kind"
    case 2 where path[0] == "metadata":
      [
        "name", "namespace", "creationTimestamp", "selfLink", "uid", "generation",
        "managedFields", "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds",
        "generateName",
      ].contains(path[1])
    default: false
    }
  }

  /// The set as a `fieldsV1` tree.
  var fieldsV1: JSONValue {
    var tree = JSONValue.object(JSONObject())
    for path in paths.sorted(by: { $0.count < $1.count }) {
      let keys = path.map { "f:\($0)" }
      if tree.member(at: keys) == nil { tree.setMember(at: keys, to: .object(JSONObject())) }
    }
    for path in paths {
      let keys = path.map { "f:\($0)" }
      if tree.member(at: keys)?.object?.isEmpty == false {
        tree.setMember(at: keys + ["."], to: .object(JSONObject()))
      }
    }
    return tree
  }

  /// Reads a `fieldsV1` tree; entries of lists (`k:`, `v:`) are kept as parts
  /// of the path.
  init(fieldsV1: JSONValue) { read(fieldsV1, at: []) }

  /// Creates a set.
  init(_ paths: Set<[String]> = []) { self.paths = paths }

  private mutating func read(_ tree: JSONValue, at path: [String]) {
    guard let object = tree.object, !object.isEmpty else {
      if !path.isEmpty { paths.insert(path) }
      return
    }
    for member in object {
      if member.key == "." {
        paths.insert(path)
      } else {
        let name = member.key.hasPrefix("f:") ? String(member.key.dropFirst(2)) : member.key
        read(member.value, at: path + [name])
      }
    }
  }
}
