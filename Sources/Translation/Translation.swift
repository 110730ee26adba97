import AntreaModel
import NSXModel

/// What a cluster gets from a snapshot.
public struct Translation: Sendable {
  /// The cluster's name.
  public var cluster: String
  /// The URL of the NSX Manager.
  public var manager: String
  /// The value of the owner label of every object.
  public var owner: String
  /// The tiers in use, by name.
  public var tiers: [Tier]
  /// The groups in use, by name.
  public var clusterGroups: [ClusterGroup]
  /// The policies with their category, by category and name.
  public var policies: [TranslatedPolicy]
  /// Where each object comes from, by `Kind/name`.
  public var provenance: [String: Provenance]
  /// What was refused or is worth knowing, sorted.
  public var findings: [Finding]
  /// Hash over the NSX objects that this translation is made from.
  public var digest: String
  /// Whether the snapshot was complete. Otherwise the result may be looked at,
  /// and nothing may be deleted because of it.
  public var isComplete: Bool
  /// Whether the result may be applied: nothing was refused, or the options
  /// say how to go on without it.
  public var isApplicable: Bool
}

/// A policy with the category that it came from.
public struct TranslatedPolicy: Sendable {
  /// The category.
  public var category: Category
  /// The policy.
  public var policy: ClusterNetworkPolicy
}

/// The NSX object that an Antrea object was made from.
public struct Provenance: Sendable, Hashable {
  /// The NSX rule that an Antrea rule was made from.
  public struct Rule: Sendable, Hashable {
    /// NSX path.
    public var path: String
    /// `rule_id`.
    public var ruleID: Int64?
    /// Display name in NSX.
    public var displayName: String
    /// Who changed it last, and when.
    public var lastEdit = LastEdit()

    init(_ rule: NSXModel.Rule) {
      path = rule.path
      ruleID = rule.ruleID
      displayName = rule.displayName
      lastEdit = rule.lastEdit
    }
  }

  /// NSX path.
  public var path: String
  /// Display name in NSX.
  public var displayName: String
  /// `_revision`.
  public var revision: Int64?
  /// Who changed it last, and when.
  public var lastEdit = LastEdit()
  /// The rules of a policy by the Antrea rule's name.
  public var rules: [String: Rule] = [:]
}
