import AntreaModel

/// What a step does to one policy: the rules, or parts of them, that come and
/// go, and the groups that these name.
struct PolicyChange {
  typealias Reference = KubernetesObject.Reference

  private(set) var changes: [FlowChange] = []
  /// Groups that rules name which begin to match.
  private(set) var joined: Set<Reference> = []
  /// Groups that rules name which end to match.
  private(set) var left: Set<Reference> = []

  private let before: GroupBook
  private let after: GroupBook

  /// The changes from one version of a policy to the other, either of which may
  /// be missing.
  ///
  /// - Parameter isSplit: Whether the old version stays for a while as another
  ///   object, so that all of the one begins and all of the other ends.
  init(
    from old: OrderedPolicy?, to new: OrderedPolicy?, before: GroupBook, after: GroupBook,
    isSplit: Bool = false
  ) {
    self.before = before
    self.after = after
    guard let old, let new, !isSplit else {
      if let new { for direction in FlowDirection.allCases { addAll(new, direction) } }
      if let old { for direction in FlowDirection.allCases { removeAll(old, direction) } }
      return
    }
    if old.isBeside(new) {
      for direction in FlowDirection.allCases { compare(old, new, direction) }
    } else if FlowDirection.allCases.allSatisfy({ old.rules[$0] == new.rules[$0] }) {
      // At its earlier place it decides all that it decides at the later one,
      // and alike: a policy that moves forward takes nothing away, and one that
      // moves back brings nothing.
      joined = new.groups
      left = old.groups
      let isForward = new.position(0) < old.position(0)
      for direction in FlowDirection.allCases {
        if isForward { addAll(new, direction) } else { removeAll(old, direction) }
      }
    } else {
      for direction in FlowDirection.allCases {
        addAll(new, direction)
        removeAll(old, direction)
      }
    }
  }

  private mutating func addAll(_ policy: OrderedPolicy, _ direction: FlowDirection) {
    for (index, rule) in (policy.rules[direction] ?? []).enumerated() {
      add(rule, policy.position(index), direction)
    }
  }

  private mutating func removeAll(_ policy: OrderedPolicy, _ direction: FlowDirection) {
    for (index, rule) in (policy.rules[direction] ?? []).enumerated() {
      remove(rule, policy.position(index), direction)
    }
  }

  private mutating func add(
    _ rule: OrderedRule, _ position: RulePosition, _ direction: FlowDirection
  ) {
    joined.formUnion(rule.groups)
    changes.append(
      FlowChange(
        direction: direction, adds: true, position: position, verdict: rule.verdict,
        region: after.region(rule)))
  }

  private mutating func remove(
    _ rule: OrderedRule, _ position: RulePosition, _ direction: FlowDirection
  ) {
    left.formUnion(rule.groups)
    changes.append(
      FlowChange(
        direction: direction, adds: false, position: position, verdict: rule.verdict,
        region: before.region(rule)))
  }

  /// Matches rules by name, as far as they keep their order, and compares them.
  private mutating func compare(
    _ old: OrderedPolicy, _ new: OrderedPolicy, _ direction: FlowDirection
  ) {
    let oldRules = old.rules[direction] ?? []
    let newRules = new.rules[direction] ?? []
    let pairs = Self.pairs(old.names[direction] ?? [], new.names[direction] ?? [])
    var matched: Set<Int> = []
    for (index, rule) in newRules.enumerated() {
      guard let place = pairs[index], oldRules[place].verdict == rule.verdict,
        oldRules[place].others == rule.others
      else {
        add(rule, new.position(index), direction)
        continue
      }
      matched.insert(place)
      addPart(of: rule, without: oldRules[place], new.position(index), direction)
      removePart(of: oldRules[place], without: rule, old.position(place), direction)
    }
    for (index, rule) in oldRules.enumerated() where !matched.contains(index) {
      remove(rule, old.position(index), direction)
    }
  }

  private mutating func addPart(
    of rule: OrderedRule, without other: OrderedRule, _ position: RulePosition,
    _ direction: FlowDirection
  ) {
    guard let part = RulePart(of: rule, without: other) else { return }
    if case .whole = part { return add(rule, position, direction) }
    joined.formUnion(part.groups(of: rule))
    changes.append(
      FlowChange(
        direction: direction, adds: true, position: position, verdict: rule.verdict,
        region: part.region(of: rule, without: other, in: after)))
  }

  private mutating func removePart(
    of rule: OrderedRule, without other: OrderedRule, _ position: RulePosition,
    _ direction: FlowDirection
  ) {
    guard let part = RulePart(of: rule, without: other) else { return }
    if case .whole = part { return remove(rule, position, direction) }
    left.formUnion(part.groups(of: rule))
    changes.append(
      FlowChange(
        direction: direction, adds: false, position: position, verdict: rule.verdict,
        region: part.region(of: rule, without: other, in: before)))
  }

  /// The old place of each new rule that keeps its order among the others.
  private static func pairs(_ old: [String], _ new: [String]) -> [Int: Int] {
    func unique(_ names: [String]) -> [String: Int] {
      var places: [String: Int] = [:]
      var twice: Set<String> = [""]
      for (index, name) in names.enumerated() where places.updateValue(index, forKey: name) != nil {
        twice.insert(name)
      }
      return places.filter { !twice.contains($0.key) }
    }
    let oldPlaces = unique(old)
    let newPlaces = unique(new)
    let common = new.enumerated().compactMap { index, name -> (new: Int, old: Int)? in
      guard newPlaces[name] == index, let place = oldPlaces[name] else { return nil }
      return (index, place)
    }
    let stay = IncreasingSubsequence.longest(of: common.map(\.old))
    var result: [Int: Int] = [:]
    for pair in common where stay.contains(pair.old) { result[pair.new] = pair.old }
    return result
  }
}

/// In what a rule is more than another: one of its three parts, or all of it.
enum RulePart {
  case targets([EndpointEntry])
  case peers([EndpointEntry]?)
  case traffic([TrafficTerm]?)
  case whole

  /// `nil` where the rule takes nothing that the other does not take.
  init?(of rule: OrderedRule, without other: OrderedRule) {
    let targets = rule.targets.filter { !other.targets.contains($0) }
    let differs = (
      targets: Set(rule.targets) != Set(other.targets),
      peers: rule.peers.map(Set.init) != other.peers.map(Set.init),
      traffic: rule.traffic.map(Set.init) != other.traffic.map(Set.init)
    )
    switch (differs.targets, differs.peers, differs.traffic) {
    case (false, false, false): return nil
    case (true, false, false):
      if targets.isEmpty { return nil }
      self = .targets(targets)
    case (false, true, false):
      guard let others = other.peers else { return nil }
      let peers = rule.peers.map { list in list.filter { !others.contains($0) } }
      if peers?.isEmpty == true { return nil }
      self = .peers(peers)
    case (false, false, true):
      guard let others = other.traffic else { return nil }
      let traffic = rule.traffic.map { list in
        list.filter { own in !others.contains { own.isSubset(of: $0) } }
      }
      if traffic?.isEmpty == true { return nil }
      self = .traffic(traffic)
    default: self = .whole
    }
  }

  /// The groups that the part names.
  func groups(of rule: OrderedRule) -> Set<KubernetesObject.Reference> {
    narrowed(rule).groups
  }

  /// The flows of the part.
  func region(
    of rule: OrderedRule, without other: OrderedRule, in book: GroupBook
  ) -> FlowRegion {
    var region = book.region(narrowed(rule))
    // What the entries of the other cover is no part of it. That holds only for
    // what no group says, because groups change by other steps.
    func terms(_ entries: [EndpointEntry]) -> EndpointTerms {
      EndpointTerms(
        entries.compactMap { if case .term(let term) = $0 { term } else { nil } })
    }
    switch self {
    case .targets: region.targets = region.targets.subtracting(terms(other.targets))
    case .peers: region.peers = region.peers?.subtracting(terms(other.peers ?? []))
    case .traffic, .whole: break
    }
    return region
  }

  private func narrowed(_ rule: OrderedRule) -> OrderedRule {
    var result = rule
    switch self {
    case .targets(let entries): result.targets = entries
    case .peers(let entries): result.peers = entries
    case .traffic(let terms): result.traffic = terms
    case .whole: break
    }
    return result
  }
}
