import Documents

/// Changes of NSX objects in words.
public enum NSXChangeText {
  /// One line for a commit message:
  /// `~ Policy "Web": 1 rule changed, by alice, bob`.
  public static func line(_ change: NSXChange) -> String {
    var facts: [String] = []
    if let old = change.oldDisplayName { facts.append("was \"\(TextStyle.printable(old))\"") }
    for kind in NSXChange.Kind.allCases {
      let count = change.rules.count { $0.kind == kind }
      // The rules of what is new or gone are as new or gone.
      guard count > 0, change.kind == .changed || kind == change.kind else { continue }
      let verb = change.kind == .changed ? " \(kind.rawValue)" : ""
      facts.append("\(count) rule\(count == 1 ? "" : "s")\(verb)")
    }
    if !change.editors.isEmpty {
      facts.append("by " + change.editors.map(TextStyle.printable).joined(separator: ", "))
    }
    return "\(mark(change.kind)) \(noun(change)) \"\(TextStyle.printable(change.displayName))\""
      + (facts.isEmpty ? "" : ": " + facts.joined(separator: ", "))
  }

  /// The change with its rules and differences, for `log`.
  public static func paragraph(_ change: NSXChange, color: Bool) -> String {
    let style = TextStyle(color: color)
    var text =
      "  " + style(role(change.kind), "\(mark(change.kind)) \(noun(change))")
      + " \"\(TextStyle.printable(change.displayName))\""
      + style(.faint, " \(TextStyle.printable(change.path))") + "\n"
    func line(_ indent: Int, _ line: String) {
      text += String(repeating: " ", count: indent) + TextStyle.printable(line) + "\n"
    }
    line(6, summary(change))
    for word in change.words { line(6, word) }
    for rule in change.rules where change.kind == .changed {
      let number = rule.ruleID.map { " (rule id \($0))" } ?? ""
      line(
        6,
        "rule \"\(rule.displayName)\"\(number) \(rule.kind.rawValue)\(who(rule.edit))")
      for word in rule.words { line(8, word) }
    }
    return text
  }

  private static func summary(_ change: NSXChange) -> String {
    var parts = [change.kind.rawValue + who(change.edit)]
    if let old = change.oldDisplayName { parts.append("was named \"\(old)\"") }
    if let old = change.oldRevision, let new = change.revision, old != new {
      parts.append("revision \(old) to \(new)")
    }
    switch change.kind {
    case .changed where change.editors.isEmpty:
      parts.append(
        "not edited itself: something that it uses was, or the translation or the tree changed")
    case .removed: parts.append("by whom, its objects do not tell")
    case .added where !change.rules.isEmpty:
      parts.append("\(change.rules.count) rule\(change.rules.count == 1 ? "" : "s")")
    default: break
    }
    return parts.joined(separator: "; ")
  }

  private static func who(_ edit: NSXChange.Edit?) -> String {
    guard let edit else { return "" }
    return (edit.user.map { " by \($0)" } ?? "")
      + (edit.time.map { " at \(UTCTime.text(milliseconds: $0))" } ?? "")
  }

  private static func noun(_ change: NSXChange) -> String { change.isPolicy ? "policy" : "group" }

  private static func mark(_ kind: NSXChange.Kind) -> String {
    switch kind {
    case .added: "+"
    case .changed: "~"
    case .removed: "-"
    }
  }

  private static func role(_ kind: NSXChange.Kind) -> TextStyle.Role {
    switch kind {
    case .added: .added
    case .changed: .changed
    case .removed: .removed
    }
  }
}
