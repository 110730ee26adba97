import AntreaModel
import Documents

/// Puts steps in an order in which no flow falls into a gap between the old and
/// the new policies: see ``OrderConflicts`` for what is kept and why.
///
/// Where no order of steps in place keeps it, objects are changed by way of
/// others. A policy leaves a copy of its old version behind it, which changes no
/// decision there; then it becomes what is desired, with which its rules begin
/// to match; then the copy goes, with which the old ones end. A group gets its
/// old and its new members for a while; or, where one object cannot have both,
/// its policies name a copy with the new members while it changes.
struct ProtectionOrder {
  typealias Reference = KubernetesObject.Reference

  /// The steps that write, in order.
  private(set) var steps: [PlanStep] = []
  private(set) var gaps: [OrderGap] = []
  /// The objects that are left as they are because they have to come after
  /// blocked ones, with those.
  private(set) var waiting: [Reference: [Reference]] = [:]

  private let world: OrderWorld
  private let objects: TemporaryObjects

  init(_ world: OrderWorld, owner: String) {
    self.world = world
    objects = TemporaryObjects(world, owner: owner)
    var means = OrderMeans()
    while true {
      let nodes = numbered(OrderNodes(world, objects, means).nodes)
      let edges = OrderEdges(world, means, nodes)
      // What is left as it is may stand on a cycle.
      let held = HeldSteps(nodes, edges.graph, world)
      let cycles = edges.graph.cycles().filter { !$0.contains(where: held.contains) }
      let wider = raise(means, nodes, cycles)
      if wider == means {
        finish(nodes, edges.graph, cycles)
        return
      }
      means = wider
    }
  }

  // MARK: Other means

  /// Takes a further object of each cycle out of place. Each call either adds
  /// one or returns the same means, so that this ends.
  private func raise(
    _ means: OrderMeans, _ nodes: [OrderNode], _ cycles: [[Int]]
  ) -> OrderMeans {
    var result = means
    for cycle in cycles {
      let steps = cycle.map { nodes[$0] }
      let groups = steps.filter {
        AntreaKinds.role(of: $0.step.reference) == .group && $0.isMixed && canWiden($0.step)
      }
      let policies = steps.filter {
        AntreaKinds.role(of: $0.step.reference) == .policy && $0.isMixed
          && !$0.step.isPassing && !means.split.contains($0.step.reference)
          && objects.copyBehind($0.step.reference) != nil
      }
      if !groups.isEmpty || !policies.isEmpty {
        result.widened.formUnion(groups.map(\.step.reference))
        // One may change in place where all others do not.
        let kept = groups.isEmpty && policies.count > 1 ? 1 : 0
        result.split.formUnion(policies.dropLast(kept).map(\.step.reference))
        continue
      }
      for node in steps where AntreaKinds.role(of: node.step.reference) == .group {
        copy(node.step.reference, &result)
      }
    }
    return result
  }

  private func canWiden(_ step: PlanStep) -> Bool {
    step.purpose == .desired && step.write == .apply && !world.isAtBothEnds(step.reference)
      && objects.widened(step.reference) != nil
  }

  /// Has a group copied, and its changing parents, where all that name it are
  /// ours to write.
  private func copy(_ group: Reference, _ means: inout OrderMeans) {
    guard world.deltas[group] != nil, !means.copied.contains(group) else { return }
    var wanted: Set<Reference> = [group]
    for book in [world.oldGroups, world.newGroups] {
      for (parent, value) in book.groups
      where value.children.contains(group) && world.deltas[parent] != nil {
        wanted.insert(parent)
      }
    }
    let users = wanted.reduce(into: Set<Reference>()) { $0.formUnion(world.users[$1] ?? []) }
    guard world.blocked.isDisjoint(with: wanted) else { return }
    let isOurs = users.allSatisfy { user in
      guard let step = world.steps[user], !world.blocked.contains(user) else { return false }
      return step.action == .delete || step.write == .apply
    }
    guard isOurs else { return }
    means.copied.formUnion(wanted)
    means.widened.subtract(wanted)
  }

  // MARK: Both ends of a connection

  /// Has one end closed before the other opens, as far as no step would then
  /// have to come before itself.
  ///
  /// - Returns: What is not so in the graph.
  private func close(
    _ graph: inout OrderGraph, _ crossings: DirectionCrossings
  ) -> [DirectionCrossings.Edge] {
    var unkept: [DirectionCrossings.Edge] = []
    for edge in crossings.edges.prefix(Self.mostCrossings) {
      if graph.has(edge.closing, edge.opening) { continue }
      if graph.reaches(edge.opening, edge.closing) {
        unkept.append(edge)
      } else {
        graph.add(edge.closing, edge.opening)
      }
    }
    return unkept
  }

  /// Names what is not kept among the steps that are taken.
  private func named(
    _ nodes: [OrderNode], _ cycles: [[Int]], _ unkept: [DirectionCrossings.Edge],
    _ held: HeldSteps
  ) -> [OrderGap] {
    func objects(_ steps: [Int]) -> [Reference] {
      Set(steps.map { nodes[$0].object }).sorted(by: Reference.precedes)
    }
    var gaps: [OrderGap] = []
    for cycle in cycles where !cycle.contains(where: held.contains) {
      gaps.append(OrderGap(.cycle, objects: objects(cycle)))
    }
    for direction in FlowDirection.allCases {
      let steps = unkept.filter { $0.direction == direction && !held.contains($0.opening) }
        .flatMap { [$0.closing, $0.opening] }
      guard !steps.isEmpty else { continue }
      gaps.append(
        OrderGap(.opensBeforeClosing, direction: direction.name, objects: objects(steps)))
    }
    return gaps
  }

  /// How many pairs of steps are ordered because of both ends of a connection.
  private static let mostCrossings = 5_000

  // MARK: The order

  /// The steps by stage, then by the order in which Antrea asks policies, then
  /// by name: the order where nothing else is needed.
  private func numbered(_ nodes: [OrderNode]) -> [OrderNode] {
    let keyed = nodes.map { node -> (position: RulePosition, node: OrderNode) in
      let reference = node.object
      let policy = world.newPolicies[reference] ?? world.oldPolicies[reference]
      return (policy?.position(0) ?? RulePosition(tier: 0, priority: 0, index: 0), node)
    }
    return keyed.sorted { left, right in
      let (a, b) = (left.node.step, right.node.step)
      if a.stage != b.stage { return a.stage < b.stage }
      if left.position != right.position {
        // Stale policies go from the last one.
        return a.stage.prunes ? left.position > right.position : left.position < right.position
      }
      return PlanStep.ID.precedes(a.id, b.id)
    }.map(\.node)
  }

  /// Takes the edges on cycles away that lead back, leaves out what has to come
  /// after blocked steps, and puts the rest in order.
  private mutating func finish(_ nodes: [OrderNode], _ graph: OrderGraph, _ cycles: [[Int]]) {
    var graph = graph
    for cycle in cycles {
      for from in cycle { for to in cycle where from > to { graph.remove(from, to) } }
    }
    let crossings = DirectionCrossings(nodes, world)
    let unkept = close(&graph, crossings)
    let held = HeldSteps(
      nodes, graph, world, together: cycles,
      unkept: unkept + crossings.edges.dropFirst(Self.mostCrossings))
    waiting = held.waiting
    gaps = named(nodes, cycles, unkept, held)
    if crossings.isIncomplete || crossings.edges.count > Self.mostCrossings {
      gaps.append(OrderGap(.tooLarge, objects: []))
    }
    guard !held.isEmpty else { return number(nodes, graph) }
    let taken = nodes.indices.filter { !held.contains($0) }
    number(taken.map { nodes[$0] }, graph.restricted(to: taken))
  }

  /// Gives the steps their order, and what each waits for.
  private mutating func number(_ nodes: [OrderNode], _ graph: OrderGraph) {
    let order = graph.sorted()
    let reduced = graph.reduced(limit: max(20_000, 10 * nodes.count))
    let waves = reduced == nil ? graph.waves() : []
    let last = (waves.max() ?? 0) + 1
    // Antrea's webhook learns of a tier with a delay: they go ahead of all.
    let hasTiers = nodes.contains { $0.step.stage == .tiers }
    let late = lateDeletes(nodes, graph, order)
    steps = order.map { index in
      var step = nodes[index].step
      if let reduced {
        let needed = Set(step.dependencies)
        step.after = reduced[index].map { nodes[$0].step.id }
          .filter { !(needed.contains($0.reference) && [.desired, .standIn].contains($0.purpose)) }
      } else {
        step.wave = waves[index]
      }
      if late.contains(index) { step.wave += last }
      if hasTiers, step.stage != .tiers { step.wave += 1 }
      return step
    }
  }

  /// The deletes that no write waits for: they come when all else is over, so
  /// that nothing is deleted after a failure.
  private func lateDeletes(_ nodes: [OrderNode], _ graph: OrderGraph, _ order: [Int]) -> Set<Int> {
    var late: Set<Int> = []
    for index in order.reversed() where nodes[index].step.action == .delete {
      let step = nodes[index].step
      if !step.isPassing, graph.followers[index].allSatisfy(late.contains) { late.insert(index) }
    }
    return late
  }
}
