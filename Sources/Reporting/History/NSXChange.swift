import Documents

/// What happened to one NSX object between two trees of a cluster, with who
/// changed it as far as NSX tells.
public struct NSXChange: Sendable, Hashable {
  /// How an object or a rule changed.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The old tree does not have it.
    case added
    /// Both have it.
    case changed
    /// The new tree does not have it. Whose doing that was, no object tells.
    case removed
  }

  /// Who changed something in NSX, and when.
  public struct Edit: Sendable, Hashable {
    /// The user's name; `nil` where NSX does not tell.
    public var user: String?
    /// Milliseconds since 1970-01-01 UTC.
    public var time: Int64?

    /// Reads it from an entry of `provenance.json`; `nil` when nothing is there.
    init?(_ entry: JSONValue?) {
      user = entry?["lastModifiedUser"]?.string
      time = entry?["lastModifiedTime"]?.integer
      if user == nil, time == nil { return nil }
    }
  }

  /// What happened to one NSX rule of a policy.
  public struct Rule: Sendable, Hashable {
    /// How it changed.
    public var kind: Kind
    /// NSX path.
    public var path: String
    /// Display name in NSX.
    public var displayName: String
    /// `rule_id`.
    public var ruleID: Int64?
    /// The names of the Antrea rules that it became.
    public var names: [String]
    /// The edit that both trees do not share; `nil` where there was none.
    public var edit: Edit?
    /// The differences in words, a line each.
    public var words: [String]
  }

  /// How it changed.
  public var kind: Kind
  /// NSX path.
  public var path: String
  /// Display name in NSX.
  public var displayName: String
  /// The display name before, where it was another one.
  public var oldDisplayName: String?
  /// `ClusterNetworkPolicy/name`: what it became, sorted.
  public var objects: [String]
  /// `_revision` in the old tree.
  public var oldRevision: Int64?
  /// `_revision` in the new tree.
  public var revision: Int64?
  /// The edit that both trees do not share; `nil` where there was none: then
  /// something that it refers to changed, or the translation did.
  public var edit: Edit?
  /// The rules that changed, by path.
  public var rules: [Rule]
  /// The differences outside rules in words, a line each.
  public var words: [String]

  /// The change without anybody's edits.
  public var withoutEdits: NSXChange {
    var change = self
    change.edit = nil
    for index in change.rules.indices { change.rules[index].edit = nil }
    return change
  }

  /// Whether it became a policy.
  public var isPolicy: Bool { objects.contains { $0.hasPrefix("ClusterNetworkPolicy/") } }

  /// Everyone who is known to have edited it or one of its rules, sorted.
  public var editors: [String] {
    Set((rules.map(\.edit) + [edit]).compactMap { $0?.user }).sorted { utf8Order($0, $1) < 0 }
  }
}

extension NSXChange {
  /// The change as JSON; times are RFC 3339 in UTC.
  public var document: JSONValue {
    var object = JSONObject()
    object["change"] = .string(kind.rawValue)
    object["path"] = .string(path)
    object["displayName"] = .string(displayName)
    if let oldDisplayName { object["oldDisplayName"] = .string(oldDisplayName) }
    object["objects"] = .array(objects.map { .string($0) })
    if let oldRevision { object["oldRevision"] = .integer(oldRevision) }
    if let revision { object["revision"] = .integer(revision) }
    edit?.write(to: &object)
    object["rules"] = .array(rules.map(\.document))
    object["words"] = .array(words.map { .string($0) })
    return .object(object)
  }
}

extension NSXChange.Rule {
  /// The change as JSON.
  public var document: JSONValue {
    var object = JSONObject()
    object["change"] = .string(kind.rawValue)
    object["path"] = .string(path)
    object["displayName"] = .string(displayName)
    if let ruleID { object["ruleId"] = .integer(ruleID) }
    object["names"] = .array(names.map { .string($0) })
    edit?.write(to: &object)
    object["words"] = .array(words.map { .string($0) })
    return .object(object)
  }
}

extension NSXChange.Edit {
  fileprivate func write(to object: inout JSONObject) {
    if let user { object["editor"] = .string(user) }
    if let time { object["editedAt"] = .string(UTCTime.text(milliseconds: time)) }
  }
}
