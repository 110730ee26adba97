import Documents
import NSXModel
import Reporting
import Translation

/// Finds out why rules of NSX left nothing in a cluster's objects.
struct FateFinding {
  private let cluster: DesiredCluster
  private let side: NSXSide

  /// - Parameter cluster: with NSX's side.
  init(_ cluster: DesiredCluster, _ side: NSXSide) {
    self.cluster = cluster
    self.side = side
  }

  /// The fates of the rules and policies that a target names: a rule id, or the
  /// path of a rule or a policy.
  func fates(of target: String) -> [RuleFate] {
    side.snapshot.policies.flatMap { policy -> [RuleFate] in
      if policy.path == target { return [fate(of: policy, nil)] }
      return policy.rules
        .filter { $0.path == target || $0.ruleID.map(String.init) == target }
        .map { fate(of: policy, $0) }
    }
  }

  private func fate(of policy: SecurityPolicy, _ rule: Rule?) -> RuleFate {
    let own = findings { $0["rule"]?.string == rule?.path && rule != nil }
    let (reason, words, told) = why(policy, rule, own)
    return RuleFate(
      cluster: cluster.settings.name, policy: policy, rule: rule, reason: reason, words: words,
      findings: told)
  }

  /// In the order in which a translation looks.
  private func why(
    _ policy: SecurityPolicy, _ rule: Rule?, _ own: [JSONValue]
  ) -> (RuleFate.Reason, String, [JSONValue]) {
    if policy.common.isMarkedForDelete { return (.deleted, "NSX is deleting the policy", []) }
    let all = findings { $0["path"]?.string == policy.path }
    let isSkipped = all.contains { $0["code"]?.string == FindingCode.policySkipped.rawValue }
    if !isSkipped, !side.policies.contains(where: { $0.path == policy.path }) {
      return (.notSelected, notSelected(policy), [])
    }
    if let rule {
      if rule.common.isMarkedForDelete { return (.deleted, "NSX is deleting the rule", []) }
      if rule.isDisabled { return (.disabled, "the rule is disabled in NSX", own) }
    }
    if own.contains(where: Self.isError) {
      let end =
        isSkipped
        ? ", so that its whole policy was left out"
        : cluster.isApplicable
          ? "" : ", and nothing is applied to the cluster as long as it is so"
      return (.refused, "the rule cannot be translated exactly\(end)", own)
    }
    if isSkipped {
      return (
        .policySkipped, "its policy was left out, because rules of it were refused",
        all.filter(Self.isError)
      )
    }
    guard let rule else {
      let refused = all.filter(Self.isError)
      return refused.isEmpty
        ? (.empty, "the policy has no rule that is in force here", all)
        : (.refused, "the policy cannot be translated exactly", refused)
    }
    if rule.action == .jumpToApplication { return (.jumped, jumped(policy, rule), own) }
    let policyErrors = all.filter { Self.isError($0) && $0["rule"]?.string == nil }
    if !policyErrors.isEmpty {
      return (.refused, "its policy cannot be translated exactly", policyErrors)
    }
    if !own.isEmpty { return (.empty, "no traffic of the cluster can match", own) }
    let isOther = if case .otherState = side.kinship { true } else { false }
    return (
      .unknown,
      isOther
        ? "the tree was rendered from another state of NSX; render again"
        : "the tree does not have it; it may have been changed by hand: render again", []
    )
  }

  private func notSelected(_ policy: SecurityPolicy) -> String {
    if cluster.settings.select != nil {
      return "the cluster's select does not choose its policy"
    }
    let spans = side.snapshot.spans.filter { $0.policyPath == policy.path }
      .map { $0.clusterPath.split(separator: "/").last.map(String.init) ?? $0.clusterPath }
    return spans.isEmpty
      ? "its policy is not spanned to any container cluster"
      : "its policy is not spanned to this cluster, but to \(PeerView.words(of: spans.sorted(), limit: 5))"
  }

  /// The rules from which a jump may have taken traffic: those after it in its
  /// category.
  private func jumped(_ policy: SecurityPolicy, _ rule: Rule) -> String {
    func place(_ policy: SecurityPolicy) -> Int64 {
      policy.internalSequenceNumber ?? policy.sequenceNumber ?? 0
    }
    func number(_ rule: Rule) -> (Int64, Int64, String) {
      (rule.sequenceNumber ?? 0, rule.ruleID ?? .max, rule.path)
    }
    let later = side.policies
      .filter { $0.category?.lowercased() == policy.category?.lowercased() }
      .filter { $0.path != policy.path && (place($0), $0.path) > (place(policy), policy.path) }
      .sorted { (place($0), $0.path) < (place($1), $1.path) }
    let rules =
      policy.rules.filter { number($0) > number(rule) }.sorted { number($0) < number($1) }
      + later.flatMap { $0.rules.sorted { number($0) < number($1) } }
    let names = rules.filter { !$0.isDisabled && !$0.common.isMarkedForDelete }.map {
      ($0.ruleID.map { "\($0) " } ?? "") + "\"\($0.displayName)\""
    }
    let rest =
      names.isEmpty
      ? "no rule comes after it there"
      : "the rules after it there leave it alone: \(PeerView.words(of: names, limit: 5))"
    return
      "the rule jumps to Application, which is no Antrea rule: what it matches leaves category \(policy.category ?? "Environment"), and \(rest)"
  }

  private func findings(_ condition: (JSONValue) -> Bool) -> [JSONValue] {
    cluster.findings.filter(condition)
  }

  private static func isError(_ finding: JSONValue) -> Bool {
    finding["severity"]?.string == Finding.Severity.error.rawValue
  }
}
