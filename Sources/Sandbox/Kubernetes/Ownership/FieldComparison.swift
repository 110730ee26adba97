import Documents

/// How one state of an object differs from another, by fields.
struct FieldComparison: Sendable {
  /// Fields that only the new state has.
  private(set) var added = FieldSet()
  /// Leaves with another value.
  private(set) var modified = FieldSet()
  /// Fields that only the old state has.
  private(set) var removed = FieldSet()

  /// Compares two states.
  init(from old: JSONValue, to new: JSONValue) { compare(old, new, at: []) }

  /// Whether there is no difference in an owned field.
  var isEmpty: Bool { added.isEmpty && modified.isEmpty && removed.isEmpty }
  /// The fields that the new state sets differently.
  var written: Set<[String]> { added.paths.union(modified.paths) }

  private mutating func compare(_ old: JSONValue, _ new: JSONValue, at path: [String]) {
    guard let before = old.object, let after = new.object else {
      if old != new { modified.paths.insert(path) }
      return
    }
    for member in before {
      let next = path + [member.key]
      if FieldSet.isUnowned(next) { continue }
      if let value = after[member.key] {
        compare(member.value, value, at: next)
      } else {
        removed.collect(member.value, at: next, inner: true)
      }
    }
    for member in after where before[member.key] == nil {
      let next = path + [member.key]
      if !FieldSet.isUnowned(next) { added.collect(member.value, at: next, inner: true) }
    }
  }
}
