import NSXModel

/// What a rule matches and does, as NSX compares it.
private struct RuleMatch: Hashable {
  let action: RuleAction
  let direction: RuleDirection
  let ipProtocol: RuleIPProtocol
  let scope: Set<String>
  let sources: Set<String>
  let destinations: Set<String>
  let areSourcesExcluded: Bool
  let areDestinationsExcluded: Bool
  let services: Set<String>
  let entries: Set<ServiceEntry>
  let profiles: Set<String>
  let isStateful: Bool
  let schedule: String

  /// A rule of a policy; lists that do not restrict are empty.
  init(_ rule: Rule, of policy: SecurityPolicy) {
    func set(_ list: [String]) -> Set<String> { isAny(list) ? [] : Set(list) }
    action = rule.action
    direction = rule.direction
    ipProtocol = rule.ipProtocol
    scope = set(isAny(policy.scope) ? rule.scope : policy.scope)
    sources = set(rule.sources)
    destinations = set(rule.destinations)
    areSourcesExcluded = rule.areSourcesExcluded
    areDestinationsExcluded = rule.areDestinationsExcluded
    services = set(rule.services)
    entries = Set(rule.serviceEntries)
    profiles = set(rule.profiles)
    isStateful = policy.isStateful != false
    schedule = policy.schedulerPath ?? ""
  }

  /// Whether sources, destinations and services do not restrict the rule.
  var isAnyToAny: Bool {
    sources.isEmpty && destinations.isEmpty && !areSourcesExcluded && !areDestinationsExcluded
      && services.isEmpty && entries.isEmpty && profiles.isEmpty
  }

  /// Whether pods, directions and families of another rule are among this
  /// one's.
  func reaches(_ other: RuleMatch) -> Bool {
    (scope.isEmpty || (!other.scope.isEmpty && other.scope.isSubset(of: scope)))
      && (direction == .inOut || direction == other.direction)
      && (ipProtocol == .both || ipProtocol == other.ipProtocol)
  }
}

/// Looks at the rules of a cluster as NSX has them, refused ones included.
struct RuleHygiene {
  private(set) var findings: [Finding] = []
  /// The rules that repeat an earlier one, by path.
  private(set) var duplicates: Set<String> = []
  private var seen: [RuleMatch: String] = [:]

  /// Looks at policies.
  init(_ policies: [SecurityPolicy]) {
    for (_, members) in PolicyOrder.byCategory(policies) {
      for policy in members { read(policy) }
    }
  }

  private mutating func read(_ policy: SecurityPolicy) {
    let rules = PolicyOrder.rules(policy).ordered
    let matches = rules.map { RuleMatch($0, of: policy) }
    for (index, (rule, match)) in zip(rules, matches).enumerated() {
      if let earlier = seen[match] {
        duplicates.insert(rule.path)
        add(.duplicateRule, policy, rule, "same match and action as \(earlier)")
      } else {
        seen[match] = rule.path
      }
      guard match.isAnyToAny else { continue }
      switch rule.action {
      case .allow: add(.anyAllow, policy, rule, "allows everything \(place(match))")
      case .drop, .reject:
        let later = zip(rules, matches).dropFirst(index + 1).filter { match.reaches($0.1) }
        guard let first = later.first else { continue }
        add(
          .earlyDrop, policy, rule,
          "denies everything \(place(match)) before \(count(later.count, "rule")) of the policy, "
            + "first \(first.0.path)")
      case .jumpToApplication, .unknown: continue
      }
    }
    let disabled = policy.rules.count { $0.isDisabled && !$0.common.isMarkedForDelete }
    if disabled > 0 {
      findings.append(
        Finding(
          .disabledRules, path: policy.path,
          message: "\(disabled) of \(count(policy.rules.count, "rule")) disabled"))
    }
  }

  private mutating func add(
    _ code: FindingCode, _ policy: SecurityPolicy, _ rule: Rule, _ message: String
  ) {
    findings.append(Finding(code, path: policy.path, rule: rule.path, message: message))
  }

  private func place(_ match: RuleMatch) -> String {
    let way =
      switch match.direction {
      case .in: "into "
      case .out: "out of "
      case .inOut, .unknown: "at "
      }
    return way
      + (match.scope.isEmpty ? "every pod" : match.scope.sorted().joined(separator: ", "))
  }

  private func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}

extension PolicyOrder {
  /// The policies that become tiers, by category, in order of evaluation.
  static func byCategory(
    _ policies: [SecurityPolicy]
  ) -> [(category: Category, policies: [SecurityPolicy])] {
    let groups = Dictionary(grouping: policies) { policy in
      // Without a category NSX evaluates a policy as Application.
      policy.category.flatMap { $0.isEmpty ? nil : $0 } ?? Category.application.rawValue
    }
    return Category.allCases.compactMap { category in
      groups[category.rawValue].map { (category, assign($0).ordered.map(\.policy)) }
    }
  }
}
