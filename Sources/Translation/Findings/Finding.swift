import Documents

/// Something about a translation that a person should know.
public struct Finding: Sendable, Hashable {
  /// How grave a finding is.
  public enum Severity: String, Sendable, Hashable {
    /// A rule or a policy was refused.
    case error
    /// The translation is exact, but probably not what was meant.
    case warning
    /// Worth knowing.
    case info
  }

  /// What was found.
  public var code: FindingCode
  /// How grave it is.
  public var severity: Severity
  /// NSX path of the policy, group or service.
  public var path: String
  /// NSX path of the rule, where it is about one.
  public var rule: String?
  /// What was found, with the value in question.
  public var message: String
  /// The way out.
  public var hint: String

  /// Creates a finding with the severity of its code.
  public init(_ code: FindingCode, path: String, rule: String? = nil, message: String) {
    self.code = code
    self.severity = code.severity
    self.path = path
    self.rule = rule
    self.message = message
    self.hint = code.hint
  }

  /// The order of `findings.json`: path, rule, code, message.
  static func precedes(_ left: Finding, _ right: Finding) -> Bool {
    for (a, b) in [
      (left.path, right.path), (left.rule ?? "", right.rule ?? ""),
      (left.code.rawValue, right.code.rawValue),
    ] {
      let order = utf8Order(a, b)
      if order != 0 { return order < 0 }
    }
    return utf8Order(left.message, right.message) < 0
  }
}

/// A cause for refusing a rule, before it is known which rule.
struct Problem: Error, Hashable {
  var code: FindingCode
  var message: String

  init(_ code: FindingCode, _ message: String) {
    self.code = code
    self.message = message
  }
}

/// Several causes at once, so that a person sees all in one run.
struct Problems: Error {
  var list: [Problem]
}
