import Documents
import NSXModel
import Reporting
import Translation

/// What became of an NSX rule or policy that left nothing in a cluster's
/// objects.
struct RuleFate: Sendable {
  /// Why there is nothing; stable, part of the JSON form.
  enum Reason: String, Sendable {
    /// The cluster does not get the policy.
    case notSelected = "not-selected"
    /// NSX is deleting the policy or the rule.
    case deleted
    /// The rule is disabled.
    case disabled
    /// The rule jumps to Application: it takes traffic from later rules.
    case jumped
    /// The rule cannot be translated.
    case refused
    /// The whole policy was left out, because one of its rules was refused.
    case policySkipped = "policy-skipped"
    /// No traffic of the cluster can match, or there is no rule.
    case empty
    /// None of these.
    case unknown
  }

  /// Name of the cluster.
  var cluster: String
  /// The policy.
  var policy: SecurityPolicy
  /// The rule; `nil` where the policy was asked for.
  var rule: Rule?
  /// Why it left nothing.
  var reason: Reason
  /// The same in words, with what it depends on.
  var words: String
  /// Findings about it, as in `findings.json`.
  var findings: [JSONValue]

  /// The fate as a JSON object.
  var document: JSONValue {
    [
      "cluster": .string(cluster),
      "fate": [
        "reason": .string(reason.rawValue), "text": .string(words),
        "policy": ["displayName": .string(policy.displayName), "path": .string(policy.path)],
        "rule": rule.map { rule in
          [
            "displayName": .string(rule.displayName), "path": .string(rule.path),
            "ruleId": rule.ruleID.map { .integer($0) } ?? .null,
          ]
        } ?? .null,
        "findings": .array(findings),
      ],
    ]
  }

  /// Lines for a person.
  static func text(_ match: JSONValue) -> String {
    let fate = match["fate"]
    func name(_ key: String) -> String {
      "\"\(TextStyle.printable(fate?[path: key, "displayName"]?.string ?? ""))\""
    }
    let number = fate?[path: "rule", "ruleId"]?.integer.map { "\($0) " } ?? ""
    let hasRule = fate?["rule"]?.object != nil
    let subject =
      hasRule
      ? "rule \(number)\(name("rule")) of policy \(name("policy"))" : "policy \(name("policy"))"
    let path = fate?[path: hasRule ? "rule" : "policy", "path"]?.string ?? ""
    var text = "NSX \(subject): no rule in cluster \(match["cluster"]?.string ?? "")\n"
    text += "  why           \(TextStyle.printable(fate?["text"]?.string ?? ""))\n"
    text += "  NSX path      \(TextStyle.printable(path))\n"
    for finding in fate?["findings"]?.array ?? [] {
      let code = finding["code"]?.string ?? ""
      text += "  \(finding["severity"]?.string ?? "") \(code): "
      text += TextStyle.printable(finding["message"]?.string ?? "") + "\n"
      if let hint = finding["hint"]?.string { text += "    hint: \(TextStyle.printable(hint))\n" }
    }
    return text
  }
}
