/// A rule of a security policy.
public struct Rule: NSXObject, Hashable {
  /// The fields that every Policy object has.
  public var common: CommonFields
  /// `action`.
  public var action: RuleAction
  /// `direction`, from the workload's point of view.
  public var direction: RuleDirection
  /// `ip_protocol`.
  public var ipProtocol: RuleIPProtocol
  /// `sequence_number` within the policy; `nil` where it is missing.
  public var sequenceNumber: Int64?
  /// `rule_id`: the number that logs and statistics carry.
  public var ruleID: Int64?
  /// `source_groups`: group paths and addresses, or `ANY`.
  public var sources: [String]
  /// `destination_groups`.
  public var destinations: [String]
  /// `sources_excluded`: the sources are everything else.
  public var areSourcesExcluded: Bool
  /// `destinations_excluded`.
  public var areDestinationsExcluded: Bool
  /// `services`: service paths, or `ANY`.
  public var services: [String]
  /// `service_entries`: inline services, united with ``services``.
  public var serviceEntries: [ServiceEntry]
  /// `profiles`: context profiles or one L7 access profile, or `ANY`.
  public var profiles: [String]
  /// `scope` (applied-to); only counts where the policy has none.
  public var scope: [String]
  /// `disabled`.
  public var isDisabled: Bool
  /// `logged`.
  public var isLogged: Bool
  /// `tag`: the label in the packet log.
  public var logTag: String

  /// Creates a rule.
  public init(
    common: CommonFields, action: RuleAction, direction: RuleDirection = .inOut,
    ipProtocol: RuleIPProtocol = .both, sequenceNumber: Int64? = nil, ruleID: Int64? = nil,
    sources: [String] = [], destinations: [String] = [], areSourcesExcluded: Bool = false,
    areDestinationsExcluded: Bool = false, services: [String] = [],
    serviceEntries: [ServiceEntry] = [], profiles: [String] = [], scope: [String] = [],
    isDisabled: Bool = false, isLogged: Bool = false, logTag: String = ""
  ) {
    self.common = common
    self.action = action
    self.direction = direction
    self.ipProtocol = ipProtocol
    self.sequenceNumber = sequenceNumber
    self.ruleID = ruleID
    self.sources = sources
    self.destinations = destinations
    self.areSourcesExcluded = areSourcesExcluded
    self.areDestinationsExcluded = areDestinationsExcluded
    self.services = services
    self.serviceEntries = serviceEntries
    self.profiles = profiles
    self.scope = scope
    self.isDisabled = isDisabled
    self.isLogged = isLogged
    self.logTag = logTag
  }
}

/// What a rule does to the traffic that it matches.
public enum RuleAction: Sendable, Hashable {
  /// `ALLOW`.
  case allow
  /// `DROP`.
  case drop
  /// `REJECT`.
  case reject
  /// `JUMP_TO_APPLICATION`: leaves the Environment category.
  case jumpToApplication
  /// A missing action (empty) or one that this version does not know.
  case unknown(String)

  /// Reads NSX's value.
  public init(_ value: String) {
    switch value {
    case "ALLOW": self = .allow
    case "DROP": self = .drop
    case "REJECT": self = .reject
    case "JUMP_TO_APPLICATION": self = .jumpToApplication
    default: self = .unknown(value)
    }
  }
}

/// The traffic directions that a rule filters.
public enum RuleDirection: Sendable, Hashable {
  /// `IN`: into the workload.
  case `in`
  /// `OUT`: out of the workload.
  case out
  /// `IN_OUT`, also when missing.
  case inOut
  /// A direction that this version does not know.
  case unknown(String)

  /// Reads NSX's value.
  public init(_ value: String) {
    switch value {
    case "IN": self = .in
    case "OUT": self = .out
    case "IN_OUT", "": self = .inOut
    default: self = .unknown(value)
    }
  }
}

/// The address families that a rule filters.
public enum RuleIPProtocol: Sendable, Hashable {
  /// `IPV4`.
  case ipv4
  /// `IPV6`.
  case ipv6
  /// `IPV4_IPV6`, also when missing.
  case both
  /// A value that this version does not know.
  case unknown(String)

  /// Reads NSX's value.
  public init(_ value: String) {
    switch value {
    case "IPV4": self = .ipv4
    case "IPV6": self = .ipv6
    case "IPV4_IPV6", "": self = .both
    default: self = .unknown(value)
    }
  }
}
