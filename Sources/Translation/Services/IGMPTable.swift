import NSXModel

/// What a policy must know of IGMP in the policies before and after it, in one
/// direction.
///
/// With multicast on in Antrea's agents only rules on IGMP decide about it, so
/// that a policy that names IGMP would overtake every rule on all traffic that
/// stands before it and does not repeat itself in a rule on IGMP.
struct IGMPSurroundings {
  /// The actions of rules before that match some IGMP and have no rule on it.
  var overtaken: Set<RuleAction> = []
  /// Whether a rule on all traffic before could not stand among those on IGMP.
  var isBlocked = false
  /// Whether a rule of a later policy names IGMP.
  var isFollowed = false

  /// Takes a rule that matches IGMP into account.
  ///
  /// - Returns: whether it cannot stand among the rules on IGMP.
  mutating func takes(_ action: RuleAction, isNamed: Bool) -> Bool {
    let isLate = isBlocked || overtaken.contains { $0 != action }
    if isLate, !isNamed { isBlocked = true }
    return isLate
  }
}

/// The surroundings of all policies, found before policies are translated at
/// the same time. Empty where no rule names IGMP, as nearly everywhere.
struct IGMPTable {
  private var places: [Int: [RuleDirection: IGMPSurroundings]] = [:]

  /// No rule names IGMP.
  init() {}

  /// - Parameter jobs: all policies in order.
  init(_ jobs: [TranslationRun.Job], _ rules: RuleTranslator) {
    guard jobs.contains(where: { rules.services.namesIGMP($0.policy) }) else { return }
    var surroundings: [RuleDirection: IGMPSurroundings] = [.in: .init(), .out: .init()]
    var last: [RuleDirection: Int] = [:]
    for job in jobs {
      places[job.place] = surroundings
      let causes = PolicyTranslator.problems(job.policy)
      let list =
        PolicyOrder.rules(job.policy).ordered
        + [PolicyTranslator.defaultRule(job.policy)].compactMap { $0 }
      for (index, rule) in list.enumerated() {
        let item = RuleCase(
          rule: rule, policy: job.policy, category: job.category,
          place: RulePlace(policy: job.place, rule: index), policyProblems: causes)
        for (direction, role, isNamed) in rules.igmpRoles(item) {
          if isNamed { last[direction] = job.place }
          switch role {
          case .none, .refused: break
          case .partly: surroundings[direction]?.overtaken.insert(rule.action)
          case .whole: _ = surroundings[direction]?.takes(rule.action, isNamed: isNamed)
          }
        }
      }
    }
    for (direction, place) in last {
      for job in jobs where job.place < place { places[job.place]?[direction]?.isFollowed = true }
    }
  }

  /// The surroundings of a policy by its place.
  subscript(policy: Int, direction: RuleDirection) -> IGMPSurroundings {
    places[policy]?[direction] ?? IGMPSurroundings()
  }
}
