import AntreaModel
import NSXModel

/// What one NSX policy becomes.
struct PolicyResult {
  var policy: ClusterNetworkPolicy?
  var provenance: Provenance
  /// The rules on IGMP, which Antrea takes only in a policy of their own.
  var igmp: ClusterNetworkPolicy?
  var igmpProvenance: Provenance
  var findings: [Finding] = []
  /// Whether something was refused and nothing safe stands in its place.
  var isRefused = false
}

/// Translates policies, all rules of each.
struct PolicyTranslator {
  let rules: RuleTranslator
  let owner: String

  /// Translates a policy.
  func translate(
    _ policy: SecurityPolicy, category: Category, priority: Double, place: Int
  ) -> PolicyResult {
    let origin = Provenance(
      path: policy.path, displayName: policy.displayName, revision: policy.revision,
      lastEdit: policy.lastEdit)
    var result = PolicyResult(provenance: origin, igmpProvenance: origin)
    let order = PolicyOrder.rules(policy)
    result.findings += order.findings
    let causes = Self.problems(policy)
    var ingress: [PolicyRule] = []
    var egress: [PolicyRule] = []
    var names: Set<String> = []
    var igmp = IGMPRules(ingress: rules.igmp[place, .in], egress: rules.igmp[place, .out])
    for (index, rule) in (order.ordered + defaultRules(policy, &result)).enumerated() {
      var translated = rules.translate(
        RuleCase(
          rule: rule, policy: policy, category: category,
          place: RulePlace(policy: place, rule: index), policyProblems: causes))
      for problem in translated.problems + translated.notes {
        result.findings.append(
          Finding(problem.code, path: policy.path, rule: rule.path, message: problem.message))
      }
      if !translated.problems.isEmpty, !translated.isClosed { result.isRefused = true }
      igmp.add(translated.igmp, of: rule)
      let origin = Provenance.Rule(rule)
      for index in translated.ingress.indices {
        claim(&translated.ingress[index], rule, &names)
        result.provenance.rules[translated.ingress[index].name] = origin
      }
      for index in translated.egress.indices {
        claim(&translated.egress[index], rule, &names)
        result.provenance.rules[translated.egress[index].name] = origin
      }
      ingress += translated.ingress
      egress += translated.egress
    }
    if let cause = policy.missingRules {
      result.isRefused = true
      result.findings.append(Finding(.incompleteRules, path: policy.path, message: cause))
    }
    add(igmp, policy, category, priority, &result)
    if result.isRefused, rules.options.onUnsupported == .skipPolicy {
      result.findings.append(
        Finding(.policySkipped, path: policy.path, message: "the policy was left out"))
      result.igmp = nil
      return result
    }
    // A policy without rules would never be realized (and selects nothing).
    if ingress.isEmpty, egress.isEmpty {
      if result.findings.isEmpty, result.igmp == nil {
        result.findings.append(
          Finding(
            .noRules, path: policy.path,
            message: order.ordered.isEmpty ? "no rule in force" : "no rule that decides traffic"))
      }
      return result
    }
    result.policy = ClusterNetworkPolicy(
      metadata: Metadata.of(policy, owner: owner), tier: category.tierName, priority: priority,
      ingress: ingress, egress: egress)
    return result
  }

  /// Makes the policy of the rules on IGMP: right before the other.
  private func add(
    _ rules: IGMPRules, _ policy: SecurityPolicy, _ category: Category, _ priority: Double,
    _ result: inout PolicyResult
  ) {
    let isClosing = self.rules.options.onUnsupported == .failClosed
    let (ingress, egress, refused) = rules.assemble(closes: isClosing)
    for rule in refused {
      result.findings.append(
        Finding(
          .igmpOrder, path: policy.path, rule: rule.path,
          message: "a rule before it does something else with some IGMP"))
      if isClosing {
        result.findings.append(
          Finding(
            .ruleClosed, path: policy.path, rule: rule.path,
            message: "a Drop stands in the rule's place"))
      } else {
        result.isRefused = true
      }
    }
    if ingress.isEmpty, egress.isEmpty { return }
    var names: Set<String> = []
    func named(_ members: [IGMPRules.Member]) -> [PolicyRule] {
      members.map { member in
        var rule = member.rule
        claim(&rule, member.origin, &names)
        result.igmpProvenance.rules[rule.name] = Provenance.Rule(member.origin)
        return rule
      }
    }
    var metadata = Metadata.of(policy, owner: owner)
    metadata.name += "-igmp"
    result.igmp = ClusterNetworkPolicy(
      metadata: metadata, tier: category.tierName, priority: priority - PolicyOrder.unit,
      ingress: named(ingress), egress: named(egress))
  }

  /// Rule names are unique in a policy; NSX's numbers may repeat in a
  /// handwritten snapshot.
  private func claim(_ rule: inout PolicyRule, _ origin: Rule, _ names: inout Set<String>) {
    if names.insert(rule.name).inserted { return }
    let base = "\(rule.name)-\(Naming.shortHash(origin.path))"
    rule.name = base
    var count = 2
    while !names.insert(rule.name).inserted {
      rule.name = "\(base)-\(count)"
      count += 1
    }
  }

  /// Causes that refuse every rule of a policy.
  static func problems(_ policy: SecurityPolicy) -> [Problem] {
    var problems: [Problem] = []
    if policy.isStateful == false {
      problems.append(Problem(.statelessPolicy, "stateful is false"))
    }
    if let path = policy.schedulerPath, !path.isEmpty {
      problems.append(Problem(.schedule, "schedule \(path)"))
    }
    if let problem = Problem.unknownMembers(of: policy, "policy") { problems.append(problem) }
    return problems
  }

  /// The rule that `connectivity_preference` generates after all others.
  private func defaultRules(_ policy: SecurityPolicy, _ result: inout PolicyResult) -> [Rule] {
    if policy.hasApplicationConnectivity {
      result.isRefused = true
      result.findings.append(
        Finding(
          .applicationConnectivity, path: policy.path,
          message: "application_connectivity_strategy has entries"))
    }
    if case .unknown(let value) = policy.connectivity {
      result.isRefused = true
      result.findings.append(
        Finding(
          .unknownConnectivity, path: policy.path, message: "connectivity preference \(value)"))
    }
    return [Self.defaultRule(policy)].compactMap { $0 }
  }

  /// The rule that `connectivity_preference` generates, if it generates one.
  static func defaultRule(_ policy: SecurityPolicy) -> Rule? {
    let action: RuleAction
    let isLogged: Bool
    switch policy.connectivity {
    case .none, .unknown: return nil
    case .allowlist(let logging): (action, isLogged) = (.drop, logging)
    case .denylist(let logging): (action, isLogged) = (.allow, logging)
    }
    let path = "\(policy.path)/default-rule"
    let common = CommonFields(
      id: "default", displayName: "Default rule of \(policy.displayName)", path: path)
    return Rule(
      common: common, action: action, ruleID: policy.defaultRuleID, scope: policy.scope,
      isLogged: isLogged)
  }
}
