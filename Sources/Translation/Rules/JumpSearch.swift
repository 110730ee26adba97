import NSXModel

/// Finds the rules that jump, and what may hide one: rules after a jump that was
/// overlooked would judge traffic that NSX leaves to Application.
struct JumpSearch {
  let translator: RuleTranslator
  /// All policies that have a place, in order.
  let jobs: [TranslationRun.Job]
  /// Environment policies that have none.
  let unplaced: [SecurityPolicy]

  /// The jumps in order of their places.
  var table: JumpTable {
    var jumps: [Jump] = []
    if let first = jobs.first(where: { $0.category == .environment }) {
      // Where these stand is not known: before all that has a place.
      let place = RulePlace(policy: first.place, rule: -1)
      for policy in unplaced where mayJump(policy, in: .environment) {
        jumps.append(anyJump(policy, place, Problem(.orderOutOfRange, "the policy has no place")))
      }
    }
    for job in jobs {
      if mayJump(job.policy, in: job.category) { jumps += rules(of: job) }
      if job.category == .environment, let cause = job.policy.missingRules {
        let place = RulePlace(policy: job.place, rule: .max)
        jumps.append(anyJump(job.policy, place, Problem(.incompleteRules, cause)))
      }
    }
    return JumpTable(jumps, closesRefused: translator.options.onUnsupported == .failClosed)
  }

  private func rules(of job: TranslationRun.Job) -> [Jump] {
    let causes = PolicyTranslator.problems(job.policy)
    return PolicyOrder.rules(job.policy).ordered.enumerated()
      .filter { mayJump($1, in: job.category) }
      .map { index, rule in
        translator.jump(
          RuleCase(
            rule: rule, policy: job.policy, category: job.category,
            place: RulePlace(policy: job.place, rule: index), policyProblems: causes))
      }
  }

  /// What stands for a rule that may jump with anything.
  private func anyJump(_ policy: SecurityPolicy, _ place: RulePlace, _ problem: Problem) -> Jump {
    let common = CommonFields(id: "", displayName: "", path: policy.path)
    return translator.jump(
      RuleCase(
        rule: Rule(common: common, action: .jumpToApplication), policy: policy,
        category: .environment, place: place, policyProblems: [problem]))
  }

  private func mayJump(_ policy: SecurityPolicy, in category: Category) -> Bool {
    policy.rules.contains { mayJump($0, in: category) }
  }

  /// Whether a rule leaves its category, or may by an action that is not known.
  private func mayJump(_ rule: Rule, in category: Category) -> Bool {
    switch rule.action {
    case .jumpToApplication: true
    case .unknown: category == .environment
    default: false
    }
  }
}
