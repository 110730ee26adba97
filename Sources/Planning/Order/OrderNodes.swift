import AntreaModel
import Documents

/// Makes the steps of a plan, those for the order alone included.
struct OrderNodes {
  typealias Reference = KubernetesObject.Reference

  let world: OrderWorld
  let means: OrderMeans
  private let objects: TemporaryObjects
  /// The names of copies of groups, by the names of the groups: those that are
  /// copied, and parents of such.
  private let names: [String: String]
  /// The groups in ``names``.
  private let copies: Set<Reference>
  private(set) var nodes: [OrderNode] = []

  init(_ world: OrderWorld, _ objects: TemporaryObjects, _ means: OrderMeans) {
    self.world = world
    self.objects = objects
    self.means = means
    var copies = means.copied
    if !copies.isEmpty {
      for (parent, group) in world.newGroups.groups
      where !copies.isDisjoint(with: group.children) { copies.insert(parent) }
    }
    self.copies = copies
    names = Dictionary(
      copies.map { ($0.name, objects.nameOfCopy($0)) }, uniquingKeysWith: { a, _ in a })
    for step in world.steps.values where step.action.writes {
      switch AntreaKinds.role(of: step.reference) {
      case .policy: addPolicy(step)
      case .group: addGroup(step)
      case .tier: addTier(step)
      case .other: nodes.append(OrderNode(step: step))
      }
    }
    for reference in copies { addCopy(reference) }
    var unchanged: Set<Reference> = []
    for group in means.copied {
      for user in world.users[group] ?? [] where world.steps[user]?.action == .unchanged {
        unchanged.insert(user)
      }
    }
    for reference in unchanged {
      if let step = world.steps[reference] { addPolicy(step) }
    }
    addDependencies()
  }

  /// What is made by this plan is needed by what refers to it.
  private mutating func addDependencies() {
    let made = Set(
      nodes.lazy.map(\.step).filter { $0.action == .create && $0.purpose != .redirect }
        .map(\.reference))
    guard !made.isEmpty else { return }
    for index in nodes.indices {
      let step = nodes[index].step
      guard step.action != .delete, let object = step.manifest.flatMap({ KubernetesObject($0) })
      else { continue }
      nodes[index].step.dependencies = AntreaKinds.references(of: object)
        .filter { made.contains($0) && $0 != step.reference }.sorted(by: Reference.precedes)
    }
  }

  /// A tier that is to get another priority takes along the policies that have no
  /// step of their own.
  private mutating func addTier(_ step: PlanStep) {
    var node = OrderNode(step: step)
    var changes: [FlowChange] = []
    for policy in (world.moved[step.reference] ?? []).sorted(by: Reference.precedes) {
      let change = PolicyChange(
        from: world.oldPolicies[policy], to: world.newPolicies[policy], before: world.oldGroups,
        after: world.newGroups)
      changes += change.changes
      node.joined.formUnion(closure(change.joined, world.newGroups))
      node.left.formUnion(closure(change.left, world.oldGroups))
    }
    node.effects = FlowEffect.grouped(changes)
    nodes.append(node)
  }

  private mutating func addPolicy(_ step: PlanStep) {
    let reference = step.reference
    let old = world.oldPolicies[reference]
    let new = world.newPolicies[reference]
    let isRedirected =
      step.action != .delete
      && new.map { !copies.isDisjoint(with: $0.groups) } ?? false
    let isSplit = old != nil && new != nil && (isRedirected || means.split.contains(reference))
    let change = PolicyChange(
      from: old, to: new, before: world.oldGroups, after: world.newGroups,
      isSplit: isSplit || isRedirected)
    var final = OrderNode(step: step)
    var begin = final
    var nodes: [OrderNode] = []
    if isRedirected {
      begin.step = passing(step, .redirect, objects.redirected(reference, names))
      if step.action == .unchanged { final.step = passing(step, .restore, nil) }
    }
    begin.effects = FlowEffect.grouped(change.changes)
    begin.joined = closure(change.joined, world.newGroups)
    begin.left = closure(change.left, world.oldGroups)
    if isSplit, let copy = objects.copyBehind(reference) {
      var end = begin
      nodes.append(OrderNode(step: temporary(copy, for: reference, .standIn)))
      end.step = temporary(copy, for: reference, .remove)
      end.effects.removeAll(where: \.adds)
      end.joined = []
      begin.effects.removeAll { !$0.adds }
      begin.left = []
      nodes.append(end)
    }
    nodes.append(begin)
    if isRedirected { nodes.append(final) }
    self.nodes += nodes
  }

  private func closure(_ groups: Set<Reference>, _ book: GroupBook) -> Set<Reference> {
    groups.reduce(into: []) { $0.formUnion(book.closure($1)) }
  }

  private mutating func addGroup(_ step: PlanStep) {
    let reference = step.reference
    var node = OrderNode(step: step)
    let old = world.oldGroups.groups[reference]?.children ?? []
    let new = world.newGroups.groups[reference]?.children ?? []
    if step.action != .delete { node.joined = Set(new).subtracting(old) }
    node.left = Set(old).subtracting(new)
    if means.copied.contains(reference) || step.action == .delete {
      nodes.append(node)
      return
    }
    let added = world.effects(of: reference, adds: true)
    let removed = world.effects(of: reference, adds: false)
    guard means.widened.contains(reference), let wide = objects.widened(reference) else {
      node.effects = added + removed
      nodes.append(node)
      return
    }
    var widening = node
    widening.step = passing(step, .widen, wide)
    widening.effects = added
    widening.left = []
    node.effects = removed
    node.joined = []
    nodes += [widening, node]
  }

  private mutating func addCopy(_ reference: Reference) {
    guard let copy = objects.copy(of: reference, names) else { return }
    nodes.append(OrderNode(step: temporary(copy, for: reference, .standIn)))
    nodes.append(OrderNode(step: temporary(copy, for: reference, .remove)))
  }

  /// A further step for an object that is in the plan.
  private func passing(
    _ step: PlanStep, _ purpose: PlanStep.Purpose, _ manifest: JSONValue?
  ) -> PlanStep {
    var result = step
    result.purpose = purpose
    if step.action == .unchanged { result.action = .update }
    result.manifest = manifest ?? world.after[step.reference]?.document
    result.write = .apply
    result.notes = []
    if let live = world.before[step.reference],
      let object = result.manifest.flatMap({ KubernetesObject($0) })
    {
      let comparison = ObjectComparison(desired: object, live: live)
      result.differences = comparison.differences
      result.former = comparison.former
    }
    return result
  }

  private func temporary(
    _ object: KubernetesObject, for original: Reference, _ purpose: PlanStep.Purpose
  ) -> PlanStep {
    let isMade = purpose == .standIn
    return PlanStep(
      reference: object.reference, action: isMade ? .create : .delete,
      stage: PlanOrdering.stage(of: object, deletes: !isMade),
      manifest: isMade ? object.document : nil,
      displayName: object.annotations[Ownership.displayNameAnnotation],
      path: object.annotations[Ownership.pathAnnotation], purpose: purpose, standsFor: original)
  }
}
