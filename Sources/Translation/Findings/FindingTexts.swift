extension FindingCode {
  /// What the code means, one sentence.
  public var meaning: String { texts.meaning }

  /// What a person can do about it.
  public var hint: String { texts.hint }

  private var texts: (meaning: String, hint: String) {
    switch self {
    case .ethernetCategory:
      (
        "An Ethernet policy filters layer 2, which Antrea cannot.",
        "take the cluster out of the policy's span"
      )
    case .unknownCategory:
      (
        "The policy's category is none of the four that become tiers.",
        "move the policy to Emergency, Infrastructure, Environment or Application"
      )
    case .missingCategory:
      ("The policy has no category; NSX evaluates it as Application.", "set the category in NSX")
    case .statelessPolicy:
      (
        "The policy is stateless; Antrea always lets replies through, which would be wider.",
        "make the policy stateful"
      )
    case .schedule:
      (
        "The policy is only in force at certain times; Antrea has no schedules.",
        "remove the schedule"
      )
    case .applicationConnectivity:
      (
        "The policy generates default rules by application connectivity strategy.",
        "write the default rules out"
      )
    case .unknownConnectivity:
      (
        "The policy's connectivity preference is unknown to this version.",
        "write the default rule out"
      )
    case .orderTie:
      (
        "Two policies of a category have the same sequence number; NSX leaves their order open, here the path decides.",
        "give them different places in NSX"
      )
    case .ruleOrderTie:
      (
        "Two rules of a policy have the same sequence number; NSX leaves their order open, here rule id and path decide.",
        "give them different places in NSX"
      )
    case .orderOutOfRange:
      (
        "The policy's sequence number cannot become a priority.",
        "move the policy in NSX, so that it gets another number"
      )
    case .incompleteRules:
      (
        "The snapshot has fewer rules than NSX counts for the policy, or has neither its rules nor their number.",
        "pull again"
      )
    case .policySkipped:
      (
        "The policy was left out because one of its rules was refused (skip-policy).",
        "see the policy's other findings"
      )
    case .ruleClosed:
      ("A deny took the place of a refused rule (fail-closed).", "see the rule's other findings")
    case .noRules:
      ("The policy has no rule in force and is not rendered.", "nothing to do")
    case .danglingSpan:
      (
        "The policy spans a control plane that NSX did not give, so no cluster gets it for that span.",
        "correct the span, or pull again"
      )
    case .missingPolicy:
      ("A span of the cluster names a policy that NSX did not give.", "pull again")
    case .ruleWithoutPolicy:
      (
        "The snapshot has a rule whose policy is missing, so that its place is unknown.",
        "pull again, or give the policy with its rules"
      )
    case .deletedControlPlane:
      (
        "NSX is taking the control plane down; policies that span it are for no cluster.",
        "take its cluster out of the configuration"
      )
    case .unknownMember:
      (
        "An object has a member that this version does not know and that may restrict or widen what it matches.",
        "use a version of nsx-antrea that knows the member, or remove it in NSX"
      )
    case .admission:
      (
        "Antrea's admission would refuse the object, so it, and what refers to it, is not rendered.",
        "report this with the snapshot"
      )
    case .jumpToApplication:
      (
        "A rule outside the category Environment has the action JUMP_TO_APPLICATION.",
        "move the rule to Environment, or give it another action"
      )
    case .jumpRemainder:
      (
        "An earlier rule jumps to Application with some of the rule's traffic, and the rest cannot be told or has no form in Antrea.",
        "let the earlier rule jump with all services, state the cluster's pod networks (clusters[].podNetworks), or put the rule before it"
      )
    case .unknownAction:
      ("The rule's action is missing or unknown to this version.", "set ALLOW, DROP or REJECT")
    case .unknownDirection:
      ("The rule's direction is unknown to this version.", "set IN, OUT or IN_OUT")
    case .unknownIPProtocol:
      ("The rule's IP protocol is unknown to this version.", "set IPV4, IPV6 or IPV4_IPV6")
    case .contextProfile:
      (
        "The rule has several context profiles, or one of something else than domain names: an application id only says that another rule may match, and Antrea has no URL categories.",
        "filter by port instead, or use one profile with DOMAIN_NAME alone"
      )
    case .danglingProfile:
      ("The rule names a profile that NSX did not give.", "pull again, or correct the rule")
    case .fqdnRule:
      (
        "A rule with domain names is no ALLOW of TCP or UDP with direction OUT to ANY: Antrea only knows the addresses that pods have asked for, and filters them on the way out.",
        "use direction OUT, destinations ANY and services of TCP and UDP, and deny the rest in a rule of its own"
      )
    case .invalidFQDN:
      (
        "A domain name has a wildcard or a character that Antrea does not have.",
        "use letters, digits and '-', and '*' at one end of the first label"
      )
    case .fqdnWildcard:
      (
        "A domain name has '*', which stands for any number of labels, as it does in NSX from 4.1.2 on; before, it was one label.",
        "nothing to do; with an older NSX list the names"
      )
    case .l7AccessProfile:
      (
        "The rule's L7 access profile is not one that lets HTTP (APP_ID HTTP and HTTP2) or TLS (SSL) through and rejects the rest, or the rule is no ALLOW of TCP ports.",
        "filter by port instead"
      )
    case .familyOfSelector:
      (
        "The rule or its ICMP service is about one IP family, and its other side is pods, whose families are unknown.",
        "state the cluster's IP families in the configuration, or use both families"
      )
    case .emptyRule:
      ("The rule matches nothing and is left out.", "disable the rule or fill its groups")
    case .logLabelAltered:
      (
        "The rule's log tag is no Antrea log label and was altered.",
        "use at most 63 letters, digits, '-', '_' and '.'"
      )
    case .addressesInAppliedTo:
      (
        "Addresses that may be pods' are in applied-to.",
        "apply the rule to groups of pods, or state the cluster's pod networks (clusters[].podNetworks)"
      )
    case .addressesAtPodSide:
      (
        "The rule selects pods of the cluster by address, which Antrea cannot.",
        "set the direction to the side of the pods, or state the cluster's pod networks (clusters[].podNetworks)"
      )
    case .negatedSelector:
      (
        "Everything but a group of pods, as the other side, cannot be told: it has addresses that are no pod's.",
        "state the cluster's pod networks (clusters[].podNetworks), with excluded addresses also its Nodes' (clusters[].nodeNetworks)"
      )
    case .serviceIntersection:
      (
        "Pods behind a Kubernetes Service would have to be told apart by labels or by another Service.",
        "select the pods by label"
      )
    case .selectorBound:
      (
        "A union, an intersection or a complement of groups has more than 256 terms or takes too long, or a group has more than 10,000 networks.",
        "use simpler groups"
      )
    case .invalidAddress:
      ("A text is no address, CIDR or range.", "correct it in NSX")
    case .anyWithOthers:
      (
        "ANY stands beside other entries of a list; NSX takes it alone.",
        "leave ANY alone, or take it out of the list"
      )
    case .multicastAddress:
      (
        "A multicast address among sources or destinations.",
        "remove it; multicast is not translated"
      )
    case .danglingGroup:
      ("The rule names a group that NSX did not give.", "pull again, or correct the rule")
    case .groupCycle:
      ("Groups contain each other in a circle.", "break the circle in NSX")
    case .emptyGroup:
      ("A group has no member; it matches nothing.", "fill the group or remove it from the rule")
    case .membersUnknown:
      (
        "A group of members outside the cluster has no resolved addresses in the snapshot.",
        "pull again with rights to read the group's members"
      )
    case .identityGroup:
      ("The group has identity members.", "identity firewall has no counterpart in Antrea")
    case .malformedExpression:
      (
        "The group's expression is not operands joined by AND or OR, or joins what cannot be joined.",
        "correct the group in NSX; for pods with addresses, state the pod networks (clusters[].podNetworks)"
      )
    case .unsupportedCondition:
      (
        "A condition has a member type, key or operator that no label selector can express.",
        "use Namespace Name, Namespace Tag, Pod Tag or Service Name with EQUALS or NOTEQUALS"
      )
    case .unsupportedExpression:
      (
        "The group's expression has an element of a kind that this version does not know.",
        "write the group with conditions, paths or addresses"
      )
    case .serviceWithoutNamespace:
      (
        "A Service condition is not joined by AND with exactly one Namespace Name condition.",
        "add the namespace"
      )
    case .tagWithoutKey:
      (
        "A tag condition has no scope, and a label selector needs the label's key.",
        "set the scope to dis:k8s:<label key>"
      )
    case .tagScopeWithoutPrefix:
      (
        "A tag's scope is a bare label key, without the prefix dis:k8s:.",
        "write dis:k8s:<label key>"
      )
    case .invalidLabel:
      (
        "A key or value can be no Kubernetes label; Antrea would drop the selector and so widen the rule.",
        "correct the condition"
      )
    case .danglingService:
      ("The rule names a service that NSX did not give.", "pull again, or correct the rule")
    case .serviceCycle:
      ("Services contain each other in a circle.", "break the circle in NSX")
    case .emptyService:
      ("A service has no entry.", "fill the service or remove it from the rule")
    case .algService:
      (
        "An ALG service opens further connections, which Antrea does not follow.",
        "allow the ports of the application itself"
      )
    case .igmpService:
      (
        "Antrea filters the reports of pods and general queries to them, by Allow and Drop, and never by the other side or by family.",
        "use ALLOW or DROP, IPV4_IPV6 and ANY: destinations for OUT, sources and destinations for IN"
      )
    case .igmpOrder:
      (
        "A rule before it matches IGMP in part, so that the rules on IGMP cannot stand in a policy of their own.",
        "move the rule with IGMP to the top of the policy"
      )
    case .ipProtocolService:
      ("Antrea cannot filter this IP protocol.", "remove the service from the rule")
    case .etherTypeService:
      (
        "An EtherType service filters layer 2, which Antrea cannot.",
        "remove the service from the rule"
      )
    case .unknownService:
      (
        "A service entry is of a kind or a protocol unknown to this version.",
        "remove it from the rule"
      )
    case .invalidPort:
      ("A text is no port and no range of ports from 1 to 65535.", "correct the service")
    case .invalidICMP:
      (
        "An ICMP type or code is outside 0 to 255, or a code stands without its type.",
        "correct the service"
      )
    case .shadowedRule, .redundantRule, .duplicateRule, .anyAllow, .earlyDrop, .disabledRules,
      .unusedGroup, .duplicateGroup, .searchBound, .labelCase, .groupMatchesNothing,
      .conditionMatchesNothing, .missingService, .unsupportedFeature:
      hygieneTexts ?? ("", "")
    case .serviceBound:
      (
        "A service has more than 4096 combinations of source and destination ports, or services are nested more than 64 levels deep.",
        "use simpler services"
      )
    }
  }
}
