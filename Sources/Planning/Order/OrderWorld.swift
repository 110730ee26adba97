import AntreaModel
import Documents

/// The policies and groups before and after a plan, read as far as the order of
/// its steps depends on them.
struct OrderWorld {
  typealias Reference = KubernetesObject.Reference
  typealias Objects = [Reference: KubernetesObject]

  /// Members that a group gets and loses.
  struct Delta {
    var added: EndpointTerms
    var removed: EndpointTerms
  }

  let before: Objects
  /// As all will be once nothing is blocked any more.
  let after: Objects
  /// What is to be done; blocked steps stand here as what they are to do, because
  /// others have to come after them.
  let steps: [Reference: PlanStep]
  /// The objects of the steps that must not be taken.
  let blocked: Set<Reference>
  /// Policies as they are, and as they will be.
  private(set) var oldPolicies: [Reference: OrderedPolicy] = [:]
  private(set) var newPolicies: [Reference: OrderedPolicy] = [:]
  let oldGroups: GroupBook
  let newGroups: GroupBook
  /// What the steps of groups change about their members, children left aside
  /// that stay.
  private(set) var deltas: [Reference: Delta] = [:]
  /// Changed groups that no policy names yet, directly or through a parent: they
  /// change before one does.
  private(set) var early: Set<Reference> = []
  /// Changed groups that no policy will name any more: they change after the
  /// last one did.
  private(set) var late: Set<Reference> = []
  /// The policies that name a changed group that is neither, before or after.
  private(set) var users: [Reference: Set<Reference>] = [:]
  /// Policies that stay, but whose tier is to get another priority, by tier.
  private(set) var moved: [Reference: [Reference]] = [:]
  private let oldNamers: [Reference: [Reference]]
  private var newNamers: [Reference: [Reference]] = [:]
  /// The effects of the steps of groups.
  private var groupEffects: [Reference: (added: [FlowEffect], removed: [FlowEffect])] = [:]

  init(desired: Objects, live: Objects, steps: [Reference: PlanStep]) {
    let (steps, blocked) = Self.wishes(steps)
    self.steps = steps
    self.blocked = blocked
    before = live
    var after = live
    for (reference, step) in steps where step.action.writes {
      after[reference] = step.action == .delete ? nil : desired[reference]
    }
    self.after = after
    let (oldTiers, newTiers) = (Self.tiers([after, live]), Self.tiers([live, after]))
    let goes = Set(steps.values.filter { $0.action == .delete }.map(\.reference))
    var namers: [Reference: [Reference]] = [:]
    for (reference, object) in goes.isEmpty ? [:] : live
    where steps[reference]?.action.writes == true {
      for other in AntreaKinds.references(of: object) where goes.contains(other) {
        namers[other, default: []].append(reference)
      }
    }
    oldNamers = namers.mapValues { $0.sorted(by: Reference.precedes) }
    oldGroups = Self.groups(live)
    newGroups = Self.groups(after)
    for (reference, object) in live where AntreaKinds.role(of: reference) == .policy {
      oldPolicies[reference] = OrderedPolicy(object, tiers: oldTiers)
    }
    let isSettled = oldTiers == newTiers
    for (reference, object) in after where AntreaKinds.role(of: reference) == .policy {
      let isSame = steps[reference]?.action.writes != true
      newPolicies[reference] =
        isSame && isSettled ? oldPolicies[reference] : OrderedPolicy(object, tiers: newTiers)
      if isSame, !isSettled { noteMove(of: object) }
    }
    findDeltas()
    guard !deltas.isEmpty else { return }
    for (reference, policy) in newPolicies {
      for group in policy.groups { newNamers[group, default: []].append(reference) }
    }
    findUsers()
    for group in deltas.keys {
      groupEffects[group] = (
        computedEffects(of: group, adds: true), computedEffects(of: group, adds: false)
      )
    }
  }

  /// The steps with blocked ones as what they are to do. What is still used stays
  /// without being asked for, and says nothing about flows by itself.
  private static func wishes(
    _ steps: [Reference: PlanStep]
  ) -> (steps: [Reference: PlanStep], blocked: Set<Reference>) {
    var result = steps
    var blocked: Set<Reference> = []
    for (reference, step) in steps where step.action == .blocked {
      guard let intended = step.intended, step.reason?.code != .stillReferenced else { continue }
      result[reference]?.action = intended
      blocked.insert(reference)
    }
    return (result, blocked)
  }

  private mutating func noteMove(of policy: KubernetesObject) {
    let reference = policy.reference
    guard oldPolicies[reference]?.tier != newPolicies[reference]?.tier else { return }
    let tier = CanonicalPolicy.tierName(policy.document[path: "spec", "tier"]?.string)
    moved[Reference(group: AntreaKinds.group, kind: "Tier", name: tier), default: []]
      .append(reference)
  }

  /// The priorities of tiers; in later worlds they count more.
  private static func tiers(_ worlds: [Objects]) -> [String: Int] {
    var result: [String: Int] = [
      "emergency": 50, "securityops": 100, "networkops": 150, "platform": 200,
      "application": 250, "baseline": 253,
    ]
    for objects in worlds {
      for (reference, object) in objects where AntreaKinds.role(of: reference) == .tier {
        if let priority = object.document[path: "spec", "priority"]?.integer {
          result[reference.name] = Int(priority)
        }
      }
    }
    return result
  }

  private static func groups(_ objects: Objects) -> GroupBook {
    var result: [Reference: OrderedGroup] = [:]
    for (reference, object) in objects where AntreaKinds.role(of: reference) == .group {
      result[reference] = OrderedGroup(object)
    }
    return GroupBook(result)
  }

  private mutating func findDeltas() {
    for (reference, step) in steps
    where step.action.writes && step.action != .delete
      && AntreaKinds.role(of: reference) == .group
    {
      let old = oldGroups.groups[reference]
      let new = newGroups.groups[reference]
      guard old != new else { continue }
      var delta = Delta(added: EndpointTerms(), removed: EndpointTerms())
      if let old, let new, !old.children.isEmpty, !new.children.isEmpty {
        for child in new.children where !old.children.contains(child) {
          delta.added.formUnion(newGroups.members(of: child))
        }
        for child in old.children where !new.children.contains(child) {
          delta.removed.formUnion(oldGroups.members(of: child))
        }
      } else {
        let (past, future) = (oldGroups.members(of: reference), newGroups.members(of: reference))
        delta.added = future.subtracting(past)
        delta.removed = past.subtracting(future)
      }
      if !delta.added.isEmpty || !delta.removed.isEmpty { deltas[reference] = delta }
    }
  }

  private mutating func findUsers() {
    let old = users(oldPolicies, oldGroups)
    let new = users(newPolicies, newGroups)
    for group in deltas.keys {
      switch (old[group], new[group]) {
      case (let past?, let future?): users[group] = past.union(future)
      case (nil, _?): early.insert(group)
      case (_?, nil): late.insert(group)
      case (nil, nil): break
      }
    }
    deltas = deltas.filter { users[$0.key] != nil }
  }

  private func users(
    _ policies: [Reference: OrderedPolicy], _ book: GroupBook
  ) -> [Reference: Set<Reference>] {
    var result: [Reference: Set<Reference>] = [:]
    for (reference, policy) in policies {
      for name in policy.groups {
        for group in book.closure(name) where deltas[group] != nil {
          result[group, default: []].insert(reference)
        }
      }
    }
    return result
  }

  /// The parts of a rule that a group stands in: itself, or a parent of it.
  func isNamed(_ group: Reference, in entries: [EndpointEntry], _ book: GroupBook) -> Bool {
    entries.contains { entry in
      guard case .group(let name) = entry else { return false }
      return name == group || book.groups[name]?.children.contains(group) == true
    }
  }

  /// Whether a rule has a group at both ends. Old and new members together would
  /// then meet each other, which neither the old nor the new policies say.
  func isAtBothEnds(_ group: Reference) -> Bool {
    let worlds = [(oldPolicies, oldGroups), (newPolicies, newGroups)]
    return worlds.contains { policies, book in
      (users[group] ?? []).contains { user in
        (policies[user]?.rules ?? [:]).values.joined().contains { rule in
          isNamed(group, in: rule.targets, book) && isNamed(group, in: rule.peers ?? [], book)
        }
      }
    }
  }

  /// What the step of a group changes about the flows of rules: those that come
  /// are told by the new rules, those that go by the old ones. A rule that is
  /// not in both comes after the group's step, or goes before it.
  func effects(of group: Reference, adds: Bool) -> [FlowEffect] {
    guard let effects = groupEffects[group] else { return [] }
    return adds ? effects.added : effects.removed
  }

  private func computedEffects(of group: Reference, adds: Bool) -> [FlowEffect] {
    guard let delta = deltas[group] else { return [] }
    let terms = adds ? delta.added : delta.removed
    guard !terms.isEmpty else { return [] }
    let book = adds ? newGroups : oldGroups
    let policies = adds ? newPolicies : oldPolicies
    var result: [FlowEffect] = []
    for user in (users[group] ?? []).sorted(by: Reference.precedes) {
      guard let policy = policies[user] else { continue }
      var changes: [FlowChange] = []
      for direction in FlowDirection.allCases {
        for (index, rule) in (policy.rules[direction] ?? []).enumerated() {
          for region in regions(of: rule, terms, group, book) {
            changes.append(
              FlowChange(
                direction: direction, adds: adds, position: policy.position(index),
                verdict: rule.verdict, region: region))
          }
        }
      }
      result += FlowEffect.grouped(changes)
    }
    return result
  }

  private func regions(
    of rule: OrderedRule, _ terms: EndpointTerms, _ group: Reference, _ book: GroupBook
  ) -> [FlowRegion] {
    var result: [FlowRegion] = []
    if isNamed(group, in: rule.targets, book) {
      var region = book.region(rule)
      region.targets = terms
      result.append(region)
    }
    if let peers = rule.peers, isNamed(group, in: peers, book) {
      var region = book.region(rule)
      region.peers = terms
      result.append(region)
    }
    return result
  }

  /// The objects with a step that name an object now, directly.
  func namers(of reference: Reference) -> [Reference] { oldNamers[reference] ?? [] }

  /// The policies that will name a group, directly.
  func finalNamers(of group: Reference) -> [Reference] { newNamers[group] ?? [] }
}
