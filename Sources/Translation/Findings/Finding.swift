import Documents
import NSXModel

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
    self.message = Self.shortened(message)
    self.hint = code.hint
  }

  /// A text of NSX may be of any length; a person needs its beginning.
  private static func shortened(_ text: String) -> String {
    let limit = 1000
    if text.utf8.count <= limit { return text }
    return text.prefix(limit) + "…"
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

  /// ANY in a list that has something else.
  static func anyWithOthers(in list: String) -> Problem {
    Problem(.anyWithOthers, "ANY must stand alone in \(list)")
  }

  /// The problem of members that nothing is known about; `nil` where an object
  /// has none.
  static func unknownMembers(of object: some NSXObject, _ kind: String) -> Problem? {
    let names = object.common.unknownMembers
    if names.isEmpty { return nil }
    return Problem(
      .unknownMember, "\(kind) \(object.path) has \(names.joined(separator: ", "))")
  }
}

/// Several causes at once, so that a person sees all in one run.
struct Problems: Error {
  var list: [Problem]
}
