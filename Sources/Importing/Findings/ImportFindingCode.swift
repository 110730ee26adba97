/// Everything that an import can find. The codes are stable: they stand in the
/// command's JSON and in `docs/import.md`.
public enum ImportFindingCode: String, Sendable, Hashable, CaseIterable {
  // What NSX cannot say: the policy is not imported.
  case labelMissing = "label-missing"
  case emptyLabelValue = "empty-label-value"
  case longLabelKey = "long-label-key"
  case tooManyConditions = "too-many-conditions"
  case tooManyGroups = "too-many-groups"
  case tooManyRules = "too-many-rules"
  case sctpPort = "sctp-port"
  case namedPort = "named-port"
  case invalidPolicy = "invalid-policy"
  case invalidSelector = "invalid-selector"
  case invalidPort = "invalid-port"
  case invalidAddress = "invalid-address"
  case noIdentity = "no-identity"
  case antreaConstruct = "antrea-construct"
  case unknownTier = "unknown-tier"
  // What is worth knowing: the policy is imported.
  case matchesNothing = "matches-nothing"
  case missingLabelMatches = "missing-label-matches"
  case namedPortResolved = "named-port-resolved"
  case sctpProtocol = "sctp-protocol"
  case unnamedType = "unnamed-type"

  /// Whether the policy is not imported because of it.
  public var isRefusal: Bool {
    switch self {
    case .matchesNothing, .missingLabelMatches, .namedPortResolved, .sctpProtocol, .unnamedType:
      false
    default: true
    }
  }

  /// What somebody can do who needs the policy in NSX; empty where there is nothing
  /// to do.
  public var remedy: String {
    switch self {
    case .labelMissing: "select by a label that the pods have: In, NotIn or Exists"
    case .emptyLabelValue: "give the label a value"
    case .longLabelKey: "select by a shorter label"
    case .tooManyConditions: "select by fewer labels, or by one label that stands for them"
    case .tooManyGroups: "select by one label that stands for the values"
    case .tooManyRules: "split the policy in two: NetworkPolicies are a union"
    case .sctpPort: "allow all of SCTP (no port), or keep the policy in the cluster"
    case .namedPort: "write the number, or let every pod it is about name the port alike"
    case .invalidPolicy, .invalidSelector, .invalidPort, .invalidAddress:
      "correct the policy"
    case .noIdentity: "read it from the cluster: kubectl get -o yaml"
    case .antreaConstruct: "keep the policy in the cluster"
    case .unknownTier: "correct its priority or tier"
    case .matchesNothing, .missingLabelMatches, .namedPortResolved, .sctpProtocol, .unnamedType:
      ""
    }
  }

  /// Why, in one sentence for `docs/import.md`.
  public var meaning: String {
    switch self {
    case .labelMissing:
      "A selector asks that a label is missing (DoesNotExist): conditions of ANTREA groups cannot."
    case .emptyLabelValue:
      "A selector asks for an empty value: NSX reads a tag without one as any value."
    case .longLabelKey: "A label's key does not fit a tag scope of 128 characters."
    case .tooManyConditions:
      "More than 5 conditions of one type, or 15 of several, have to hold at once."
    case .tooManyGroups:
      "The alternatives of a selector (In with several values) need more groups than the 128 that a list of NSX holds."
    case .tooManyRules: "The policy has more than the 1000 rules that a policy of NSX holds."
    case .sctpPort: "A port of SCTP: NSX's services have ports of TCP and UDP only."
    case .namedPort:
      "A named port that is not the same number at every pod it is about, or at none."
    case .invalidPolicy: "The policy has members that are not known, or of the wrong kind."
    case .invalidSelector: "A label selector is not valid."
    case .invalidPort: "A port is no number from 1 to 65535, or the end of a range is below it."
    case .invalidAddress: "An ipBlock is no network, or what it excepts is not inside."
    case .noIdentity:
      "The object has no uid, as it comes from a file that was written by hand."
    case .antreaConstruct:
      "A policy of Antrea has something that NSX's policies for Antrea clusters have no words for: Pass, FQDNs, service accounts, Nodes, Services, source ports, ICMP and IGMP, layer 7."
    case .unknownTier:
      "A policy of Antrea has no priority, or a tier that is not among the cluster's."
    case .missingLabelMatches:
      "NotIn is also true of what lacks the label. It became NOTEQUALS, which nsx-antrea reads the same way; what NSX shows as the group's members without the label is not documented."
    case .matchesNothing: "A rule or the whole policy can match nothing and is left out."
    case .namedPortResolved:
      "A named port became the number that all pods give it now; import again when that changes."
    case .sctpProtocol:
      "All of SCTP became IP protocol 132, which VMware's adapter does not realize and nsx-antrea does."
    case .unnamedType:
      "The policy has rules of a direction that its policyTypes do not name; Antrea enforces them, and so does the import."
    }
  }
}
