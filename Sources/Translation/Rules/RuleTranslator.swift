import AntreaModel
import NSXModel

/// What one NSX rule becomes.
struct RuleResult {
  var ingress: [PolicyRule] = []
  var egress: [PolicyRule] = []
  /// What it does with IGMP.
  var igmp = IGMPSides()
  var problems: [Problem] = []
  var notes: [Problem] = []
  /// Whether a deny took the place of what was refused.
  var isClosed = false
}

extension PolicyRule {
  /// Makes the rule a deny of at least all that it was about: names are only
  /// known as far as pods have asked for them, and content only an Allow has.
  fileprivate mutating func close() {
    action = .drop
    applications = []
    let hasNames = peers.contains { if case .name = $0 { true } else { false } }
    if hasNames { peers = [] }
  }
}

/// A rule with what is known about its policy.
struct RuleCase {
  var rule: Rule
  var policy: SecurityPolicy
  var category: Category
  var place: RulePlace
  /// Causes that refuse every rule of the policy.
  var policyProblems: [Problem]
}

/// Translates single rules.
struct RuleTranslator {
  let target: ClusterTarget
  let options: TranslationOptions
  let groups: GroupTable
  let services: ServiceTable
  let profiles: ProfileReader
  var jumps = JumpTable()
  var igmp = IGMPTable()

  /// Translates a rule that is in force.
  func translate(_ job: RuleCase) -> RuleResult {
    let rule = job.rule
    var result = RuleResult()
    var ends = RuleEnds(rule, of: job.policy, groups, target)
    note(ends.groups, into: &result)
    let matter = matter(job)
    let (parts, causes) = (matter.parts, matter.problems)
    ends.domainNames = matter.match?.domainNames ?? []
    noteWildcards(ends.domainNames, into: &result)
    var problems = causes
    if rule.action == .jumpToApplication {
      let jump = jumps[job.place]
      problems = jump?.problems ?? causes
      if problems.isEmpty {
        if jump?.ingress.isEmpty ?? true, jump?.egress.isEmpty ?? true {
          result.notes.append(Problem(.emptyRule, "no traffic can match"))
        }
        return result
      }
    }
    let draft = RuleDraft(
      rule: rule, policy: job.policy, name: Self.name(rule), logLabel: logLabel(rule, &result))
    let names = PodNames(groups: groups)
    let earlier = jumps.before(job.place, in: job.category)
    var hasJumped = false
    for direction in ends.directions {
      var side = DirectionResult(direction, ends, names, target)
      if side.pods == .nothing { continue }
      for (index, part) in (parts ?? [.everything]).enumerated() { side.add(part, index) }
      if let parts, !earlier.isEmpty, problems.isEmpty, side.problems.isEmpty {
        hasJumped = side.subtract(earlier, of: parts) || hasJumped
      }
      let role = reader(job, matter).role(direction)
      if case .refused(let cause) = role { side.refuse(Problem(.igmpService, cause)) }
      side.checkMulticast(rule.action)
      if rule.action != .jumpToApplication { problems += side.problems }
      if !problems.isEmpty {
        if options.onUnsupported != .failClosed { continue }
        side.close()
      }
      let rules = side.rules(draft)
      if direction == .in { result.ingress += rules } else { result.egress += rules }
      result.igmp.set(role, isRefused: !problems.isEmpty, side, draft)
    }
    result.igmp.isNamed = matter.traffic.namesIGMP
    finish(&result, problems, hasJumped: hasJumped)
    return result
  }

  /// What a rule does with IGMP in each direction in which pods may match.
  func igmpRoles(_ job: RuleCase) -> [(RuleDirection, IGMPRole, isNamed: Bool)] {
    if job.rule.action == .jumpToApplication { return [] }
    let matter = matter(job)
    let reader = reader(job, matter)
    let ends = RuleEnds(job.rule, of: job.policy, groups, target)
    return ends.directions.map { ($0, reader.role($0), matter.traffic.namesIGMP) }
  }

  private func reader(_ job: RuleCase, _ matter: Matter) -> IGMPReader {
    IGMPReader(
      rule: job.rule, traffic: matter.traffic, match: matter.match, families: target.families,
      jumps: jumps.before(job.place, in: job.category))
  }

  /// A rule with `JUMP_TO_APPLICATION`, for the rules after it.
  func jump(_ job: RuleCase) -> Jump {
    let ends = RuleEnds(job.rule, of: job.policy, groups, target)
    var jump = Jump(
      place: job.place, category: job.category, rule: job.rule.path, groups: ends.groups)
    let matter = matter(job)
    let parts = matter.parts.map { $0 + (matter.traffic.namesIGMP ? [.igmp] : []) }
    jump.problems = matter.problems
    var boxes: [RuleDirection: [RuleBox]] = [:]
    for direction in ends.directions {
      var budget = SelectorBudget()
      do throws(Problems) {
        boxes[direction] = try ends.boxes(direction, parts ?? [], &budget)
      } catch {
        jump.problems += error.list
      }
    }
    if !jump.problems.isEmpty {
      for direction in ends.directions {
        var budget = SelectorBudget()
        boxes[direction] = ends.bounds(direction, parts, &budget)
      }
    }
    jump.ingress = boxes[.in] ?? []
    jump.egress = boxes[.out] ?? []
    return jump
  }

  /// What a rule is about, apart from its ends.
  private struct Matter {
    var traffic: RuleTraffic
    /// `nil` where the profiles cannot be told.
    var match: ProfileMatch?
    /// The traffic without IGMP, which stands apart; `nil` where it is not known.
    var parts: [TrafficPart]?
    /// Why the rule is refused.
    var problems: [Problem]
  }

  private func matter(_ job: RuleCase) -> Matter {
    var problems = job.policyProblems + ruleProblems(job.rule)
    if job.rule.action == .jumpToApplication, job.category != .environment {
      problems.append(
        Problem(
          .jumpToApplication, "JUMP_TO_APPLICATION in category \(job.category.rawValue)"))
    }
    var result = Matter(traffic: services.traffic(of: job.rule), problems: problems)
    do {
      result.match = try profiles.match(of: job.rule)
    } catch {
      result.problems += error.list
    }
    do {
      result.parts = try result.traffic.parts(
        action: job.rule.action, result.match ?? .everything
      ).filter { $0.kind != .igmp }
    } catch {
      result.problems += error.list
    }
    return result
  }

  /// `<slug>-<rule_id>`, or with a short hash of the path where there is no
  /// number.
  static func name(_ rule: Rule) -> String {
    let suffix = rule.ruleID.map(String.init) ?? Naming.shortHash(rule.path)
    return "\(Naming.slug(rule.id, limit: 40))-\(suffix)"
  }

  private func ruleProblems(_ rule: Rule) -> [Problem] {
    var problems: [Problem] = []
    if case .unknown(let value) = rule.action {
      problems.append(Problem(.unknownAction, "the action is \(value)"))
    }
    if case .unknown(let value) = rule.direction {
      problems.append(Problem(.unknownDirection, "the direction is \(value)"))
    }
    if case .unknown(let value) = rule.ipProtocol {
      problems.append(Problem(.unknownIPProtocol, "the IP protocol is \(value)"))
    }
    if let problem = Problem.unknownMembers(of: rule, "rule") { problems.append(problem) }
    return problems
  }

  private func note(_ groups: [ResolvedGroup], into result: inout RuleResult) {
    var seen = Set(result.notes)
    for group in groups {
      for note in group.notes where seen.insert(note).inserted { result.notes.append(note) }
      if group.isEmpty, group.problems.isEmpty {
        let empty = Problem(.emptyGroup, "group \(group.path) has no member")
        if seen.insert(empty).inserted { result.notes.append(empty) }
      }
    }
  }

  private func noteWildcards(_ names: [String], into result: inout RuleResult) {
    for name in names where DomainPattern.hasWildcard(name) {
      result.notes.append(Problem(.fqdnWildcard, "domain name \(name)"))
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

  private func finish(_ result: inout RuleResult, _ problems: [Problem], hasJumped: Bool) {
    var seen: Set<Problem> = []
    result.problems = problems.filter { seen.insert($0).inserted }
    if result.problems.isEmpty {
      if result.ingress.isEmpty, result.egress.isEmpty, result.igmp.isEmpty {
        result.notes.append(
          Problem(
            .emptyRule,
            hasJumped ? "all its traffic has jumped to Application" : "no traffic can match"))
      }
      return
    }
    guard options.onUnsupported == .failClosed else {
      result.ingress = []
      result.egress = []
      result.igmp = IGMPSides()
      return
    }
    for index in result.ingress.indices { result.ingress[index].close() }
    for index in result.egress.indices { result.egress[index].close() }
    if !result.ingress.isEmpty || !result.egress.isEmpty || !result.igmp.isEmpty {
      result.isClosed = true
      result.notes.append(Problem(.ruleClosed, "a Drop stands in the rule's place"))
    }
  }
}
