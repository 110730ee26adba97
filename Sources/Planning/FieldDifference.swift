import Documents

/// One field in which two objects differ, in canonical form.
public struct FieldDifference: Sendable, Hashable {
  /// How the field differs.
  public enum Change: String, Sendable, Hashable, CaseIterable {
    /// Only the new object has it.
    case added
    /// Only the old object has it.
    case removed
    /// Both have it, with other values.
    case changed
    /// A rule stands at another place among the rules that both have.
    case moved
  }

  /// Where: `spec.priority`, `spec.ingress[2].ports`,
  /// `metadata.annotations[nsx-antrea.io/path]`. Indexes count in the new
  /// object, or in the old one for what was removed.
  public var path: String
  /// The name of the rule that the field belongs to; `nil` outside rules.
  public var rule: String?
  /// How it differs.
  public var change: Change
  /// The old value; for ``Change/moved`` the old index.
  public var old: JSONValue?
  /// The new value; for ``Change/moved`` the new index.
  public var new: JSONValue?

  /// Creates a difference.
  public init(
    path: String, rule: String? = nil, change: Change, old: JSONValue? = nil,
    new: JSONValue? = nil
  ) {
    self.path = path
    self.rule = rule
    self.change = change
    self.old = old
    self.new = new
  }

  /// Whether something that was there is gone: a field, a rule, or elements of
  /// a list. Such a change must not follow from an incomplete read.
  public var takesAway: Bool {
    switch change {
    case .removed: return true
    case .added, .moved: return false
    case .changed:
      guard let old = old?.array, let new = new?.array else { return false }
      return !Set(old).isSubset(of: Set(new))
    }
  }
}
