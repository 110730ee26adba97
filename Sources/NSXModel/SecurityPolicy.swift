/// A distributed firewall policy with its rules.
public struct SecurityPolicy: NSXObject, Hashable {
  /// The fields that every Policy object has.
  public var common: CommonFields
  /// `category`, for example `Application`; `nil` where it is missing.
  public var category: String?
  /// `sequence_number` within the category.
  public var sequenceNumber: Int64?
  /// `internal_sequence_number`: the order across categories that NSX computes.
  public var internalSequenceNumber: Int64?
  /// `stateful`; NSX's default is true.
  public var isStateful: Bool?
  /// `scope` (applied-to): group paths, or `ANY`. Overrides the rules' own.
  public var scope: [String]
  /// `scheduler_path`.
  public var schedulerPath: String?
  /// `rules`, in the order of the document.
  public var rules: [Rule]
  /// Whether the rules were read: `rules` is there, or rules of the policy came
  /// apart from it. NSX's lists of policies come without.
  public var hasRuleList: Bool
  /// `rule_count`, where it was asked for.
  public var ruleCount: Int64?
  /// `is_default`: one of NSX's own default sections.
  public var isDefault: Bool
  /// `connectivity_preference`, or the deprecated `connectivity_strategy`.
  public var connectivity: Connectivity
  /// Whether `application_connectivity_strategy` has entries.
  public var hasApplicationConnectivity: Bool
  /// `default_rule_id` of the rule that ``connectivity`` generates.
  public var defaultRuleID: Int64?
  /// `logging_enabled`: every rule logs.
  public var isLoggingEnabled: Bool

  /// Creates a policy.
  public init(
    common: CommonFields, category: String? = nil, sequenceNumber: Int64? = nil,
    internalSequenceNumber: Int64? = nil, isStateful: Bool? = nil, scope: [String] = [],
    schedulerPath: String? = nil, rules: [Rule] = [], hasRuleList: Bool = true,
    ruleCount: Int64? = nil, isDefault: Bool = false,
    connectivity: Connectivity = .none, hasApplicationConnectivity: Bool = false,
    defaultRuleID: Int64? = nil, isLoggingEnabled: Bool = false
  ) {
    self.common = common
    self.category = category
    self.sequenceNumber = sequenceNumber
    self.internalSequenceNumber = internalSequenceNumber
    self.isStateful = isStateful
    self.scope = scope
    self.schedulerPath = schedulerPath
    self.rules = rules
    self.hasRuleList = hasRuleList
    self.ruleCount = ruleCount
    self.isDefault = isDefault
    self.connectivity = connectivity
    self.hasApplicationConnectivity = hasApplicationConnectivity
    self.defaultRuleID = defaultRuleID
    self.isLoggingEnabled = isLoggingEnabled
  }
}

extension SecurityPolicy {
  /// Why rules of the policy may be missing; `nil` where it has all that NSX
  /// counts.
  public var missingRules: String? {
    if let ruleCount {
      return ruleCount > rules.count ? "\(rules.count) of \(ruleCount) rules" : nil
    }
    return hasRuleList ? nil : "neither rules nor their number"
  }
}

/// The default rule that NSX generates at the end of a policy.
public enum Connectivity: Sendable, Hashable {
  /// No default rule.
  case none
  /// A drop of everything else.
  case allowlist(logging: Bool)
  /// An allow of everything else.
  case denylist(logging: Bool)
  /// A value that this version does not know.
  case unknown(String)

  /// Reads NSX's value: `ALLOWLIST`, `WHITELIST_ENABLE_LOGGING`, ….
  public init(_ value: String) {
    switch value {
    case "NONE", "": self = .none
    case "ALLOWLIST", "WHITELIST": self = .allowlist(logging: false)
    case "ALLOWLIST_ENABLE_LOGGING", "WHITELIST_ENABLE_LOGGING": self = .allowlist(logging: true)
    case "DENYLIST", "BLACKLIST": self = .denylist(logging: false)
    case "DENYLIST_ENABLE_LOGGING", "BLACKLIST_ENABLE_LOGGING": self = .denylist(logging: true)
    default: self = .unknown(value)
    }
  }
}
