import AntreaModel
import Documents

/// What NSX calls one policy of a cluster and its rules.
public struct PolicyOrigin: Sendable, Hashable {
  /// What NSX calls one rule.
  public struct Rule: Sendable, Hashable {
    /// NSX path; `nil` where only the number is known.
    public var path: String?
    /// `rule_id`; the rule that `connectivity_preference` stands for may have none.
    public var ruleID: Int64?
    /// Display name; the rule's own name where NSX's is not known.
    public var displayName: String
  }

  /// NSX path of the policy.
  public var path: String
  /// Display name.
  public var displayName: String
  /// Rules by the names that they have in the cluster.
  public var rules: [String: Rule]

  /// Finds where a live policy comes from: by `provenance.json`, else by its
  /// annotations, where a rule is known by the number in its name if that is certain.
  ///
  /// - Parameter provenance: `provenance.json`; `nil` where there is no tree.
  /// - Returns: `nil` for a policy that was not made from NSX.
  public init?(of policy: KubernetesObject, provenance: JSONValue?) {
    let entry = provenance?[path: "objects", "\(policy.reference)"]
    guard let path = entry?["path"]?.string ?? policy.annotations[Ownership.pathAnnotation] else {
      return nil
    }
    self.path = path
    displayName =
      entry?["displayName"]?.string ?? policy.annotations[Ownership.displayNameAnnotation] ?? path
    rules = [:]
    for member in entry?["rules"]?.object?.members ?? [] {
      rules[member.key] = Rule(
        path: member.value["path"]?.string, ruleID: member.value["ruleId"]?.integer,
        displayName: member.value["displayName"]?.string ?? member.key)
    }
  }

  /// The NSX rule behind a rule of the cluster; one without path and number where
  /// that is not known.
  ///
  /// A tree that is older or newer than what is live may not have it.
  public func rule(named name: String) -> Rule {
    if let known = rules[name] { return known }
    let number = RenderedRuleName.number(in: name)
    let same = rules.values.first { $0.ruleID != nil && $0.ruleID == number }
    return same ?? Rule(path: nil, ruleID: number, displayName: name)
  }
}
