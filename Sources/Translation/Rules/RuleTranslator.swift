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
  let services: ServiceResolver
  var jumps = JumpTable()

  /// Translates a rule that is in force.
  func translate(_ job: RuleCase) -> RuleResult {
    let rule = job.rule
    var result = RuleResult()
    let ends = RuleEnds(rule, of: job.policy, groups, target)
    note(ends.groups, into: &result)
    let (parts, causes) = traffic(job)
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
      side.checkMulticast(rule.action)
      if rule.action != .jumpToApplication { problems += side.problems }
      if !problems.isEmpty {
        if options.onUnsupported != .failClosed { continue }
        side.close()
      }
      let rules = side.rules(draft)
      if direction == .in { result.ingress += rules } else { result.egress += rules }
    }
    finish(&result, problems, hasJumped: hasJumped)
    return result
  }

  /// A rule with `JUMP_TO_APPLICATION`, for the rules after it.
  func jump(_ job: RuleCase) -> Jump {
    let ends = RuleEnds(job.rule, of: job.policy, groups, target)
    var jump = Jump(
      place: job.place, category: job.category, rule: job.rule.path, groups: ends.groups)
    let (parts, problems) = traffic(job)
    jump.problems = problems
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

  /// What the rule matches by protocol, `nil` where that is not known; and why
  /// it is refused, apart from its ends.
  private func traffic(_ job: RuleCase) -> (parts: [TrafficPart]?, problems: [Problem]) {
    var problems = job.policyProblems + ruleProblems(job.rule)
    if job.rule.action == .jumpToApplication, job.category != .environment {
      problems.append(
        Problem(
          .jumpToApplication, "JUMP_TO_APPLICATION in category \(job.category.rawValue)"))
    }
    do {
      return (try services.traffic(of: job.rule), problems)
    } catch {
      return (nil, problems + error.list)
    }
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
    if !isAny(rule.profiles) {
      for path in rule.profiles.sorted() {
        let isL7 = path.contains("/l7-access-profiles/")
        problems.append(Problem(isL7 ? .l7AccessProfile : .contextProfile, "profile \(path)"))
      }
    }
    return problems
  }

  private func note(_ groups: [ResolvedGroup], into result: inout RuleResult) {
    for group in groups {
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

  private func finish(_ result: inout RuleResult, _ problems: [Problem], hasJumped: Bool) {
    var seen: Set<Problem> = []
    result.problems = problems.filter { seen.insert($0).inserted }
    if result.problems.isEmpty {
      if result.ingress.isEmpty, result.egress.isEmpty {
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
