import AntreaModel
import NSXModel

/// What one NSX rule becomes.
struct RuleResult {
  var ingress: [PolicyRule] = []
  var egress: [PolicyRule] = []
  var problems: [Problem] = []
  var notes: [Problem] = []
  /// Whether a deny took the place of what was refused.
  var isClosed = false
}

/// Translates single rules.
struct RuleTranslator {
  let target: ClusterTarget
  let options: TranslationOptions
  let groups: GroupTable
  let services: ServiceResolver

  /// Translates a rule that is in force.
  ///
  /// - Parameter policyProblems: causes that refuse every rule of the policy.
  func translate(
    _ rule: Rule, of policy: SecurityPolicy, policyProblems: [Problem]
  ) -> RuleResult {
    var result = RuleResult()
    var problems = policyProblems + ruleProblems(rule)
    let scope = isAny(policy.scope) ? rule.scope : policy.scope
    let appliedTo = Operand(scope, groups)
    let sources = Operand(rule.sources, groups)
    let destinations = Operand(rule.destinations, groups)
    note(appliedTo, sources, destinations, into: &result)

    var parts: [TrafficPart]?
    do {
      parts = try services.traffic(of: rule)
    } catch {
      problems += error.list
    }
    let family: IPFamily? =
      switch rule.ipProtocol {
      case .ipv4: .v4
      case .ipv6: .v6
      default: nil
      }
    let draft = RuleDraft(
      rule: rule, policy: policy, name: Self.name(rule), logLabel: logLabel(rule, &result))
    let names = PodNames(groups: groups)
    for direction in directions(rule) {
      var budget = SelectorBudget()
      let isIn = direction == .in
      let own = OwnSide(
        appliedTo: appliedTo, side: isIn ? destinations : sources,
        isExcluded: isIn ? rule.areDestinationsExcluded : rule.areSourcesExcluded,
        podNetworks: target.podNetworks.map { AddressSet($0.map { AddressRange($0) }) })
      let other = OtherSide(
        operand: isIn ? sources : destinations,
        isExcluded: isIn ? rule.areSourcesExcluded : rule.areDestinationsExcluded)
      var side = DirectionResult(
        direction: direction, suffix: directions(rule).count > 1 ? (isIn ? "-in" : "-out") : "")
      do {
        side.pods = try own.resolve(names, &budget)
      } catch {
        side.problems += error.list
      }
      if side.pods == .nothing { continue }
      for part in parts ?? [.everything] {
        side.add(part, limit: family, target: target, other: other, names, &budget)
      }
      if !isIn, rule.action == .reject, side.parts.contains(where: { $0.peers.hasMulticast }) {
        side.problems.append(
          Problem(.multicastAddress, "the excluded addresses leave multicast, which has no Reject"))
      }
      problems += side.problems
      let refused = !problems.isEmpty
      if refused, options.onUnsupported != .failClosed { continue }
      if refused, side.pods == nil {
        side.pods = fallback(appliedTo: appliedTo)
      }
      emit(side, draft, into: &result)
    }
    finish(&result, problems, draft, appliedTo: appliedTo)
    return result
  }

  /// `<slug>-<rule_id>`, or with a short hash of the path where there is no
  /// number.
  static func name(_ rule: Rule) -> String {
    let suffix = rule.ruleID.map(String.init) ?? Naming.shortHash(rule.path)
    return "\(Naming.slug(rule.id, limit: 40))-\(suffix)"
  }

  private func directions(_ rule: Rule) -> [RuleDirection] {
    switch rule.direction {
    case .in: [.in]
    case .out: [.out]
    default: [.in, .out]
    }
  }

  private func ruleProblems(_ rule: Rule) -> [Problem] {
    var problems: [Problem] = []
    switch rule.action {
    case .jumpToApplication:
      problems.append(Problem(.jumpToApplication, "the action is JUMP_TO_APPLICATION"))
    case .unknown(let value): problems.append(Problem(.unknownAction, "the action is \(value)"))
    default: break
    }
    if case .unknown(let value) = rule.direction {
      problems.append(Problem(.unknownDirection, "the direction is \(value)"))
    }
    if case .unknown(let value) = rule.ipProtocol {
      problems.append(Problem(.unknownIPProtocol, "the IP protocol is \(value)"))
    }
    if !isAny(rule.profiles) {
      for path in rule.profiles.sorted() {
        let isL7 = path.contains("/l7-access-profiles/")
        problems.append(Problem(isL7 ? .l7AccessProfile : .contextProfile, "profile \(path)"))
      }
    }
    return problems
  }

  private func note(
    _ appliedTo: Operand, _ sources: Operand, _ destinations: Operand, into result: inout RuleResult
  ) {
    for group in appliedTo.groups + sources.groups + destinations.groups {
      for note in group.notes where !result.notes.contains(note) { result.notes.append(note) }
      let empty = Problem(.emptyGroup, "group \(group.path) has no member")
      if group.isEmpty, group.problems.isEmpty, !result.notes.contains(empty) {
        result.notes.append(empty)
      }
    }
  }

  private func logLabel(_ rule: Rule, _ result: inout RuleResult) -> String {
    if rule.logTag.isEmpty { return "" }
    let label = Naming.logLabel(rule.logTag)
    if label != rule.logTag {
      result.notes.append(
        Problem(.logLabelAltered, "tag \(rule.logTag) became \(label.isEmpty ? "no label" : label)")
      )
    }
    return label
  }

  /// Where a deny stands whose own pods cannot be told: at the applied-to, or
  /// where that is unknown as well, everywhere.
  private func fallback(appliedTo: Operand) -> PodSide {
    // Which pods have the addresses that stand there cannot be told either.
    if appliedTo.isAny || !appliedTo.problems.isEmpty || !appliedTo.allRanges.isEmpty {
      return .everyPod
    }
    let names = Set(appliedTo.groups.filter { !$0.pods.isEmpty }.map(\.name))
    return names.isEmpty ? .everyPod : .targets(names.sorted().map { .group($0) })
  }

  private func emit(_ side: DirectionResult, _ draft: RuleDraft, into result: inout RuleResult) {
    guard case .targets(let targets) = side.pods ?? .everyPod else { return }
    var rules: [PolicyRule] = []
    for (part, peers) in side.parts {
      let list: [PolicyPeer]
      switch peers {
      case .nothing: continue
      case .any: list = []
      case .peers(let peers): list = peers
      }
      let mark = side.parts.count > 1 && part.kind != .ports ? "-\(part.kind.rawValue)" : ""
      let suffix = side.suffix + mark
      // Antrea takes multicast networks only in rules of their own.
      let multicast = list.filter(\.isMulticast)
      if multicast.isEmpty || multicast.count == list.count {
        rules.append(draft.rule(suffix: suffix, targets: targets, peers: list, part: part))
      } else {
        let others = list.filter { !$0.isMulticast }
        rules.append(draft.rule(suffix: suffix, targets: targets, peers: others, part: part))
        rules.append(
          draft.rule(
            suffix: suffix + "-multicast", targets: targets, peers: multicast, part: part))
      }
    }
    if side.direction == .in { result.ingress += rules } else { result.egress += rules }
  }

  private func finish(
    _ result: inout RuleResult, _ problems: [Problem], _ draft: RuleDraft, appliedTo: Operand
  ) {
    var seen: Set<Problem> = []
    result.problems = problems.filter { seen.insert($0).inserted }
    if result.problems.isEmpty {
      if result.ingress.isEmpty, result.egress.isEmpty {
        result.notes.append(Problem(.emptyRule, "no traffic can match"))
      }
      return
    }
    guard options.onUnsupported == .failClosed else {
      result.ingress = []
      result.egress = []
      return
    }
    for index in result.ingress.indices { result.ingress[index].action = .drop }
    for index in result.egress.indices { result.egress[index].action = .drop }
    if !result.ingress.isEmpty || !result.egress.isEmpty {
      result.isClosed = true
      result.notes.append(Problem(.ruleClosed, "a Drop stands in the rule's place"))
    }
  }
}
