import Documents

/// A finding as it is shown: what was refused or needs attention, and why.
public struct ReportedFinding: Sendable, Hashable {
  /// Stable code.
  public var code: String
  /// `error`, `warning` or `info`.
  public var severity: String
  /// NSX path.
  public var path: String
  /// Rule that it is about, where there is one.
  public var rule: String?
  /// What is the matter.
  public var message: String
  /// The way out, where there is one.
  public var hint: String?

  /// Creates a finding.
  public init(
    code: String, severity: String, path: String, rule: String? = nil, message: String,
    hint: String? = nil
  ) {
    self.code = code
    self.severity = severity
    self.path = path
    self.rule = rule
    self.message = message
    self.hint = hint
  }

  /// The finding as a JSON object, as in `findings.json`.
  public var document: JSONValue {
    [
      "code": .string(code), "severity": .string(severity), "path": .string(path),
      "rule": rule.map { .string($0) } ?? .null, "message": .string(message),
      "hint": hint.map { .string($0) } ?? .null,
    ]
  }
}

/// Renders findings.
public enum FindingsText {
  /// Findings by path, each with its way out, and a last line with the counts.
  public static func render(_ findings: [ReportedFinding], color: Bool) -> String {
    let style = TextStyle(color: color)
    var text = ""
    var path: String?
    for finding in sorted(findings) {
      if finding.path != path {
        text += style(.heading, TextStyle.printable(finding.path)) + "\n"
        path = finding.path
      }
      let rule = finding.rule.map { "rule \($0): " } ?? ""
      let role: TextStyle.Role = finding.severity == "error" ? .removed : .changed
      let message = TextStyle.printable(rule + finding.message)
      text += "  \(style(role, finding.severity)) \(finding.code): \(message)\n"
      if let hint = finding.hint { text += "    hint: \(TextStyle.printable(hint))\n" }
    }
    let counts = ["error", "warning", "info"].compactMap { severity -> String? in
      let count = findings.count { $0.severity == severity }
      return count == 0 ? nil : "\(count) \(severity)\(count == 1 || severity == "info" ? "" : "s")"
    }
    return text + "Findings: \(counts.isEmpty ? "none" : counts.joined(separator: ", ")).\n"
  }

  /// One table row for each finding.
  public static func table(_ findings: [ReportedFinding]) -> TextTable {
    var table = TextTable(["SEVERITY", "CODE", "PATH", "RULE", "MESSAGE"])
    for finding in sorted(findings) {
      table.add(
        [finding.severity, finding.code, finding.path, finding.rule ?? "", finding.message])
    }
    return table
  }

  /// The findings as a document with `schemaVersion` 1.
  public static func document(_ findings: [ReportedFinding]) -> JSONValue {
    ["schemaVersion": 1, "findings": .array(sorted(findings).map(\.document))]
  }

  private static func sorted(_ findings: [ReportedFinding]) -> [ReportedFinding] {
    findings.sorted { left, right in
      for (a, b) in [
        (left.path, right.path), (left.rule ?? "", right.rule ?? ""), (left.code, right.code),
        (left.message, right.message),
      ] {
        let order = utf8Order(a, b)
        if order != 0 { return order < 0 }
      }
      return false
    }
  }
}
