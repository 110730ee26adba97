import Documents
import Reachability

/// A rule by the names that a person knows it by: NSX's where it comes from NSX,
/// else those of the object in the cluster.
public struct NamedRule: Sendable, Hashable {
  /// Display name of the NSX policy, or `Kind/name` of an object that is not
  /// made from NSX.
  public var policy: String
  /// Display name of the NSX rule, or the name of the rule in the object.
  public var name: String
  /// NSX's `rule_id`.
  public var ruleID: Int64?
  /// NSX path of the rule.
  public var path: String?
  /// `Kind/name` or `Kind/namespace/name` of the object in the cluster.
  public var object: String?
  /// What the rule does in the words of the side that it stands on, for example
  /// `Drop`; empty where that is not known.
  public var action: String

  /// Creates a rule.
  public init(
    policy: String, name: String, ruleID: Int64? = nil, path: String? = nil,
    object: String? = nil, action: String = ""
  ) {
    self.policy = policy
    self.name = name
    self.ruleID = ruleID
    self.path = path
    self.object = object
    self.action = action
  }

  /// A rule by the names of its own world alone.
  public init(_ reference: RuleReference) {
    let isPath = reference.policy.hasPrefix("/")
    self.init(
      policy: Self.last(of: reference.policy, isPath), name: Self.last(of: reference.rule, isPath),
      path: isPath ? reference.rule : nil, object: isPath ? nil : reference.policy)
  }

  private static func last(of text: String, _ isPath: Bool) -> String {
    isPath ? text.split(separator: "/").last.map(String.init) ?? text : text
  }

  /// Whether the rule is NSX's or was made from one of NSX's.
  public var isNSX: Bool { path != nil }

  /// `rule 1043 "deny" (policy shop)`, or `ClusterNetworkPolicy/lockdown rule
  /// "deny-all"`.
  public var text: String {
    let quoted = "\"\(TextStyle.printable(name))\""
    guard isNSX else {
      return TextStyle.printable(policy) + (name.isEmpty ? "" : " rule \(quoted)")
    }
    let number = ruleID.map { "\($0) " } ?? ""
    return "rule \(number)\(quoted) (policy \(TextStyle.printable(policy)))"
  }

  /// `1043 "deny"`, or the text of a rule that is not NSX's.
  var short: String {
    guard isNSX else { return text }
    return (ruleID.map { "\($0) " } ?? "") + "\"\(TextStyle.printable(name))\""
  }

  /// The rule as a JSON object.
  public var document: JSONValue {
    [
      "policy": .string(policy), "name": .string(name),
      "ruleId": ruleID.map { .integer($0) } ?? .null,
      "path": path.map { .string($0) } ?? .null, "object": object.map { .string($0) } ?? .null,
    ]
  }
}

/// Finds the names of rules.
public struct RuleNames: Sendable {
  private let lookup: @Sendable (RuleReference) -> NamedRule?

  /// Names from a lookup; what it does not know keeps its own names.
  public init(_ lookup: @escaping @Sendable (RuleReference) -> NamedRule? = { _ in nil }) {
    self.lookup = lookup
  }

  /// The names of a rule.
  public func callAsFunction(_ reference: RuleReference) -> NamedRule {
    lookup(reference) ?? NamedRule(reference)
  }
}
