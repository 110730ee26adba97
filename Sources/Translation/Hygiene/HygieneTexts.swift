extension FindingCode {
  /// The codes that `validate` reports and the rendered tree does not hold.
  public var isHygiene: Bool { hygieneTexts != nil }

  /// Meaning and way out of ``isHygiene``'s codes.
  var hygieneTexts: (meaning: String, hint: String)? {
    switch self {
    case .shadowedRule:
      (
        "Earlier rules decide all traffic that the rule matches, at least one of them with another action.",
        "remove the rule, or move it before them if it is meant to decide"
      )
    case .redundantRule:
      (
        "Earlier rules do the same with all traffic that the rule matches.",
        "remove the rule"
      )
    case .duplicateRule:
      (
        "An earlier rule of the cluster has the same match and the same action.",
        "remove one of them"
      )
    case .anyAllow:
      (
        "The rule allows any service between anything and the pods that it is applied to.",
        "name sources, destinations or services"
      )
    case .earlyDrop:
      (
        "The rule denies everything, and rules for the same pods stand after it in the policy.",
        "move the rule to the end of its policy"
      )
    case .disabledRules:
      (
        "Rules of the policy are disabled; they are not translated.",
        "remove what is not needed any more"
      )
    case .unusedGroup:
      (
        "A group of pods that no policy of the snapshot uses; policies that were not read may.",
        "remove the group if nothing else uses it"
      )
    case .duplicateGroup:
      ("Two groups that rules use have the same members.", "use one of them in all rules")
    case .searchBound:
      (
        "There are too many rules that overlap to compare all of them.",
        "look at the rules that are reported first, and validate again"
      )
    case .labelCase:
      (
        "NSX compares without regard to case, labels do not: some pods are in a group in NSX and not by the rendered selector, or the other way round.",
        "write the label's own spelling in NSX, or every spelling (operator IN, or a further OR), or change the label"
      )
    case .groupMatchesNothing:
      (
        "A group that rules use selects no pod of the cluster.",
        "correct its conditions, or remove it"
      )
    case .conditionMatchesNothing:
      (
        "A condition matches no pod or namespace of the cluster, in any case.",
        "correct the label in the condition, if it is meant for this cluster"
      )
    case .missingService:
      ("A group names a Kubernetes Service that the cluster does not have.", "correct the name")
    case .unsupportedFeature:
      (
        "A rendered object uses what the cluster's Antrea does not have; its API server would drop the field, which can widen the policy. `plan`, `apply` and `sync` refuse it.",
        "upgrade or configure Antrea in the cluster, or change the rule in NSX"
      )
    default: nil
    }
  }
}
