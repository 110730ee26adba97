import AntreaModel

/// Finds which steps have to come before which, among steps that are numbered.
struct OrderEdges {
  typealias Reference = KubernetesObject.Reference

  let world: OrderWorld
  let means: OrderMeans
  let nodes: [OrderNode]
  private(set) var graph: OrderGraph
  private let places: [PlanStep.ID: Int]
  /// Where rules of a policy begin, and where they end, to match.
  private var begins: [Reference: Int] = [:]
  private var ends: [Reference: Int] = [:]
  /// Where copies of groups go.
  private var copyEnds: [Reference: Int] = [:]
  private var conflicts = OrderConflicts()
  /// The outlines of the steps' effects.
  private let outlines: [[FlowEffect]]

  init(_ world: OrderWorld, _ means: OrderMeans, _ nodes: [OrderNode]) {
    self.world = world
    self.means = means
    self.nodes = nodes
    outlines = nodes.map { FlowEffect.outline(of: $0.effects) }
    graph = OrderGraph(count: nodes.count)
    places = Dictionary(
      nodes.enumerated().map { ($1.step.id, $0) }, uniquingKeysWith: { a, _ in a })
    findPlaces()
    for index in nodes.indices {
      addReferences(of: index)
      addTransients(of: index)
    }
    addParts()
    addCrossings()
    addConflicts()
  }

  private func place(_ reference: Reference, _ purpose: PlanStep.Purpose = .desired) -> Int? {
    places[PlanStep.ID(reference, purpose)]
  }

  private mutating func findPlaces() {
    for (index, node) in nodes.enumerated() {
      let reference = node.object
      guard AntreaKinds.role(of: reference) == .policy else {
        if node.step.purpose == .remove { copyEnds[reference] = index }
        continue
      }
      switch node.step.purpose {
      case .redirect: begins[reference] = index
      case .remove: ends[reference] = index
      case .desired where begins[reference] == nil && node.step.action != .delete:
        begins[reference] = index
      default: break
      }
    }
    for (index, node) in nodes.enumerated() where ends[node.step.reference] == nil {
      guard AntreaKinds.role(of: node.step.reference) == .policy else { continue }
      if node.step.purpose == .desired, node.step.action == .delete {
        ends[node.step.reference] = index
      } else if begins[node.step.reference] == index {
        ends[node.step.reference] = index
      }
    }
  }

  private mutating func add(_ from: Int?, _ to: Int?) {
    if let from, let to { graph.add(from, to) }
  }

  // MARK: What refers to what

  /// What is made comes before what refers to it, and goes after it.
  private mutating func addReferences(of index: Int) {
    let step = nodes[index].step
    for reference in step.dependencies {
      add(place(reference) ?? place(reference, .standIn), index)
    }
    guard step.action == .delete, !step.isPassing else {
      if step.purpose == .remove, AntreaKinds.role(of: step.reference) == .group {
        addEndOfCopy(index)
      }
      return
    }
    for user in world.namers(of: step.reference) {
      add(ends[user] ?? place(user), index)
    }
  }

  /// The copy of a group goes when all name the group again, and before the
  /// copies of its children.
  private mutating func addEndOfCopy(_ index: Int) {
    guard let original = nodes[index].step.standsFor else { return }
    for user in world.finalNamers(of: original) {
      add(place(user) ?? place(user, .restore), index)
    }
    for child in world.newGroups.groups[original]?.children ?? [] { add(index, copyEnds[child]) }
  }

  /// The parts of what is done with one object.
  private mutating func addParts() {
    for (index, node) in nodes.enumerated() {
      let reference = node.step.reference
      switch node.step.purpose {
      case .standIn:
        guard let original = node.step.standsFor else { continue }
        if AntreaKinds.role(of: reference) == .policy { add(index, begins[original]) }
        add(index, place(reference, .remove))
      case .remove:
        guard let original = node.step.standsFor,
          AntreaKinds.role(of: reference) == .policy
        else { continue }
        add(begins[original], index)
      case .redirect:
        add(index, place(reference) ?? place(reference, .restore))
      case .widen: add(index, place(reference))
      case .desired, .restore: break
      }
    }
    for group in means.copied {
      guard let own = place(group) else { continue }
      for user in world.users[group] ?? [] {
        add(ends[user], own)
        add(begins[user], own)
        let final = place(user) ?? place(user, .restore)
        if let final, final != begins[user], final != ends[user] { add(own, final) }
      }
    }
  }

  // MARK: Rules whose groups change by other steps

  /// A rule that begins to match with a step must not match what a group loses,
  /// and one that ends must not match what a group gets: neither the old nor the
  /// new policies say so.
  private mutating func addTransients(of index: Int) {
    let node = nodes[index]
    for group in node.joined where !means.copied.contains(group) {
      if world.early.contains(group) {
        add(place(group), index)
      } else if let delta = world.deltas[group], !delta.removed.isEmpty {
        add(place(group), index)
      }
    }
    for group in node.left where !means.copied.contains(group) {
      if world.late.contains(group) {
        add(index, place(group))
      } else if let delta = world.deltas[group], !delta.added.isEmpty {
        add(index, place(group, .widen) ?? place(group))
      }
    }
  }

  /// In a rule from one group to another, what the one gets must not meet what
  /// the other loses.
  private mutating func addCrossings() {
    let changed = world.deltas.keys.filter { !means.copied.contains($0) }
    guard changed.count > 1 else { return }
    let users = changed.reduce(into: Set<Reference>()) { $0.formUnion(world.users[$1] ?? []) }
    for user in users.sorted(by: Reference.precedes) {
      for (policy, book) in [
        (world.oldPolicies[user], world.oldGroups), (world.newPolicies[user], world.newGroups),
      ] {
        for rule in (policy?.rules ?? [:]).values.joined() {
          let targets = changedGroups(rule.targets, book)
          guard !targets.isEmpty else { continue }
          for other in changedGroups(rule.peers ?? [], book) {
            for group in targets where group != other {
              addCrossing(group, other)
              addCrossing(other, group)
            }
          }
        }
      }
    }
  }

  private mutating func addCrossing(_ loser: Reference, _ gainer: Reference) {
    guard world.deltas[loser]?.removed.isEmpty == false,
      world.deltas[gainer]?.added.isEmpty == false
    else { return }
    add(place(loser), place(gainer, .widen) ?? place(gainer))
  }

  private func changedGroups(_ entries: [EndpointEntry], _ book: GroupBook) -> Set<Reference> {
    var result: Set<Reference> = []
    for case .group(let name) in entries {
      for group in book.closure(name)
      where world.deltas[group] != nil && !means.copied.contains(group) { result.insert(group) }
    }
    return result
  }

  // MARK: Rules that concern common flows

  private mutating func addConflicts() {
    let active = nodes.indices.filter { !nodes[$0].effects.isEmpty }
    var begin: [Int] = []
    var end: [Int] = []
    var others: [Int] = []
    for index in active {
      let effects = nodes[index].effects
      let isPolicy = AntreaKinds.role(of: nodes[index].step.reference) == .policy
      if isPolicy, effects.allSatisfy(\.adds) {
        begin.append(index)
      } else if isPolicy, effects.allSatisfy({ !$0.adds }) {
        end.append(index)
      } else {
        others.append(index)
      }
    }
    func low(_ index: Int) -> RulePosition? { nodes[index].effects.map(\.low).min() }
    func isEarlier(_ a: Int, _ b: Int) -> Bool {
      guard let left = low(a), let right = low(b), left != right else { return a < b }
      return left < right
    }
    // Among policies that come, then those that go, all edges lead forward.
    addForward(begin.sorted(by: isEarlier) + end.sorted { isEarlier($1, $0) })
    guard !others.isEmpty else { return }
    let isPure = Set(begin + end)
    let index = TargetIndex(
      Dictionary(
        active.map { ($0, nodes[$0].effects.map(\.targets)) }, uniquingKeysWith: { a, _ in a }))
    for first in others {
      for second in index.candidates(of: first) where second > first || isPure.contains(second) {
        addConflict(first, second)
      }
    }
  }

  private mutating func addConflict(_ first: Int, _ second: Int) {
    let answer = compare(first, second)
    if answer.isFirstBefore { graph.add(first, second) }
    if answer.isSecondBefore { graph.add(second, first) }
  }

  private mutating func compare(_ first: Int, _ second: Int) -> OrderConflicts.Answer {
    conflicts.compare(
      nodes[first].effects, nodes[second].effects, outlines: (outlines[first], outlines[second]))
  }

  /// Compares each step with those before it, the nearest first, and leaves out
  /// what follows from others.
  private mutating func addForward(_ list: [Int]) {
    let words = list.count / 64 + 1
    guard list.count <= 20_000 else {
      for (first, second) in zip(list, list.dropFirst()) { graph.add(first, second) }
      return
    }
    var ancestors: [[UInt64]] = []
    ancestors.reserveCapacity(list.count)
    for (place, index) in list.enumerated() {
      var own = [UInt64](repeating: 0, count: words)
      for earlier in stride(from: place - 1, through: 0, by: -1)
      where own[earlier / 64] >> UInt64(earlier % 64) & 1 == 0 {
        let other = list[earlier]
        let answer = compare(other, index)
        if answer.isSecondBefore { graph.add(index, other) }
        guard answer.isFirstBefore else { continue }
        graph.add(other, index)
        own[earlier / 64] |= 1 << UInt64(earlier % 64)
        for word in 0..<words { own[word] |= ancestors[earlier][word] }
      }
      ancestors.append(own)
    }
  }
}
