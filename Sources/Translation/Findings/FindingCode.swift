/// Everything that a translation can find. The codes are stable: they stand in
/// `findings.json`, in filters and in `docs/findings.md`.
public enum FindingCode: String, Sendable, Hashable, CaseIterable {
  // Policies.
  case ethernetCategory = "ethernet-category"
  case unknownCategory = "unknown-category"
  case missingCategory = "missing-category"
  case statelessPolicy = "stateless-policy"
  case schedule = "schedule"
  case applicationConnectivity = "application-connectivity"
  case unknownConnectivity = "unknown-connectivity"
  case orderTie = "order-tie"
  case ruleOrderTie = "rule-order-tie"
  case orderOutOfRange = "order-out-of-range"
  case incompleteRules = "incomplete-rules"
  case policySkipped = "policy-skipped"
  case ruleClosed = "rule-closed"
  case noRules = "no-rules"
  case danglingSpan = "dangling-span"
  case missingPolicy = "missing-policy"
  case ruleWithoutPolicy = "rule-without-policy"
  case deletedControlPlane = "deleted-control-plane"
  case unknownMember = "unknown-member"
  case admission = "admission"
  // Rules.
  case jumpToApplication = "jump-to-application"
  case jumpRemainder = "jump-remainder"
  case unknownAction = "unknown-action"
  case unknownDirection = "unknown-direction"
  case unknownIPProtocol = "unknown-ip-protocol"
  case contextProfile = "context-profile"
  case danglingProfile = "dangling-profile"
  case fqdnRule = "fqdn-rule"
  case invalidFQDN = "invalid-fqdn"
  case fqdnWildcard = "fqdn-wildcard"
  case l7AccessProfile = "l7-access-profile"
  case familyOfSelector = "family-of-selector"
  case emptyRule = "empty-rule"
  case logLabelAltered = "log-label-altered"
  // Sides of a rule.
  case addressesInAppliedTo = "addresses-in-applied-to"
  case addressesAtPodSide = "addresses-at-pod-side"
  case negatedSelector = "negated-selector"
  case serviceIntersection = "service-intersection"
  case selectorBound = "selector-bound"
  case invalidAddress = "invalid-address"
  case anyWithOthers = "any-with-others"
  case multicastAddress = "multicast-address"
  // Groups.
  case danglingGroup = "dangling-group"
  case groupCycle = "group-cycle"
  case emptyGroup = "empty-group"
  case membersUnknown = "members-unknown"
  case identityGroup = "identity-group"
  case malformedExpression = "malformed-expression"
  case unsupportedCondition = "unsupported-condition"
  case unsupportedExpression = "unsupported-expression"
  case serviceWithoutNamespace = "service-without-namespace"
  case tagWithoutKey = "tag-without-key"
  case tagScopeWithoutPrefix = "tag-scope-without-prefix"
  case invalidLabel = "invalid-label"
  // Services.
  case danglingService = "dangling-service"
  case serviceCycle = "service-cycle"
  case emptyService = "empty-service"
  case algService = "alg-service"
  case igmpService = "igmp-service"
  case igmpOrder = "igmp-order"
  case ipProtocolService = "ip-protocol-service"
  case etherTypeService = "ether-type-service"
  case unknownService = "unknown-service"
  case invalidPort = "invalid-port"
  case invalidICMP = "invalid-icmp"
  case serviceBound = "service-bound"
  // Hygiene, in validate only.
  case shadowedRule = "shadowed-rule"
  case redundantRule = "redundant-rule"
  case duplicateRule = "duplicate-rule"
  case anyAllow = "any-allow"
  case earlyDrop = "early-drop"
  case disabledRules = "disabled-rules"
  case unusedGroup = "unused-group"
  case duplicateGroup = "duplicate-group"
  case searchBound = "search-bound"
  // The same, where the cluster is known.
  case labelCase = "label-case"
  case groupMatchesNothing = "group-matches-nothing"
  case conditionMatchesNothing = "condition-matches-nothing"
  case missingService = "missing-service"
  case unsupportedFeature = "unsupported-feature"

  /// How grave a finding with this code is.
  public var severity: Finding.Severity {
    switch self {
    case .missingCategory, .orderTie, .ruleOrderTie, .emptyRule, .emptyGroup, .logLabelAltered,
      .tagScopeWithoutPrefix, .policySkipped, .ruleClosed, .danglingSpan, .deletedControlPlane,
      .shadowedRule, .duplicateRule, .anyAllow, .earlyDrop, .groupMatchesNothing, .missingService:
      .warning
    case .noRules, .fqdnWildcard, .redundantRule, .disabledRules, .unusedGroup, .duplicateGroup,
      .searchBound, .conditionMatchesNothing:
      .info
    default: .error
    }
  }
}
