import AntreaModel
import Documents

/// A plan in the making: one step for each object, blocked one after the other
/// by what the rules say.
struct PlanDraft {
  typealias Reference = KubernetesObject.Reference

  let desired: Planner.Objects
  let live: Planner.Objects
  let policy: PlanPolicy
  private let scope: PlanScope
  private(set) var steps: [Reference: PlanStep] = [:]

  init(desired: Planner.Objects, live: Planner.Objects, policy: PlanPolicy) {
    self.desired = desired
    self.live = live
    self.policy = policy
    scope = policy.scope
  }

  // MARK: What is to be done

  /// Gives each object its action, looking at nothing but the object.
  mutating func classify() {
    for (reference, object) in desired {
      steps[reference] = step(for: object, live: live[reference])
    }
    for (reference, object) in live where desired[reference] == nil {
      guard Claim(of: object, in: scope) == .ours else { continue }
      var step = base(object, .delete)
      step.former = CanonicalForm.document(of: object)
      if let reason = Self.terminating(object) {
        // It is in force until it is gone, and so keeps what it uses.
        step.block(reason)
      } else if object.annotation(Ownership.protectAnnotation) == "true" {
        step.block(BlockReason(.protected))
      } else if !policy.incompleteReads.isEmpty {
        step.block(BlockReason(.incompleteRead, policy.incompleteReads))
      }
      steps[reference] = step
    }
  }

  private func base(_ object: KubernetesObject, _ action: PlanAction) -> PlanStep {
    PlanStep(
      reference: object.reference, action: action,
      stage: PlanOrdering.stage(of: object, deletes: action == .delete),
      live: live[object.reference].map {
        .init(uid: $0.uid, resourceVersion: $0.resourceVersion)
      },
      displayName: object.annotation(Ownership.displayNameAnnotation),
      path: object.annotation(Ownership.pathAnnotation))
  }

  private func step(for object: KubernetesObject, live: KubernetesObject?) -> PlanStep {
    guard let live else {
      var step = base(object, .create)
      step.manifest = object.document
      return step
    }
    let claim = Claim(of: live, in: scope)
    if claim == .ours, Self.terminating(live) == nil,
      ObjectComparison.isPlainlyEqual(desired: object, live: live)
    {
      return base(object, .unchanged)
    }
    let comparison = ObjectComparison(desired: object, live: live)
    var step = base(object, claim == .nobody ? .adopt : .update)
    if comparison.differences.isEmpty, claim == .ours {
      if let reason = Self.terminating(live) {
        step.block(reason)
        return step
      }
      step.action = .unchanged
      return step
    }
    step.differences = comparison.differences
    step.manifest = object.document
    step.former = comparison.former
    step.write = comparison.write
    step.notes = comparison.notes
    if case .foreign(let reason) = claim {
      if reason.code == .otherOwner, isShareable(object, comparison) {
        step = base(object, .unchanged)
        step.notes = [.sharedTier]
        return step
      }
      step.block(reason)
    } else if let reason = Self.terminating(live) {
      step.block(reason)
    } else if let change = priorityChange(object, comparison) {
      step.block(BlockReason(.tierPriorityImmutable, [change]))
    } else if !policy.incompleteReads.isEmpty, comparison.differences.contains(where: \.takesAway) {
      step.block(BlockReason(.incompleteRead, policy.incompleteReads))
    } else if !policy.takesOverFields, !comparison.conflicts.isEmpty {
      step.block(BlockReason(.foreignFields, comparison.conflicts))
    }
    return step
  }

  /// The reason for leaving an object alone that is being deleted; its subjects
  /// are the finalizers that hold it.
  static func terminating(_ live: KubernetesObject) -> BlockReason? {
    guard live.document["metadata"]?["deletionTimestamp"] != nil else { return nil }
    let finalizers = live.document[path: "metadata", "finalizers"]?.array ?? []
    return BlockReason(.terminating, finalizers.compactMap(\.string))
  }

  /// Two sources may use one tier as long as they agree on its spec.
  private func isShareable(_ object: KubernetesObject, _ comparison: ObjectComparison) -> Bool {
    AntreaKinds.role(of: object.reference) == .tier
      && !comparison.differences.contains { $0.path.hasPrefix("spec.priority") }
  }

  private func priorityChange(
    _ object: KubernetesObject, _ comparison: ObjectComparison
  ) -> String? {
    guard AntreaKinds.role(of: object.reference) == .tier,
      let difference = comparison.differences.first(where: { $0.path == "spec.priority" })
    else { return nil }
    return "\(difference.old ?? .null) in the cluster, \(difference.new ?? .null) desired"
  }

  // MARK: What others forbid

  /// Blocks new tiers that Antrea would not admit.
  mutating func blockTiers() {
    let new = desired.values.filter { object in
      steps[object.reference]?.action == .create
        && AntreaKinds.role(of: object.reference) == .tier
    }
    guard !new.isEmpty else { return }
    var places = TierPlaces(live: live.values)
    for (reference, reason) in places.obstacles(to: new) { steps[reference]?.block(reason) }
  }

  /// Blocks what refers to something that is blocked or exists nowhere: a
  /// policy whose group is missing protects nothing (a Drop never matches).
  mutating func blockDependents() {
    let written = steps.values.filter { $0.action.writes && $0.action != .delete }
    var references: [Reference: Set<Reference>] = [:]
    for step in written {
      references[step.reference] = desired[step.reference].map(AntreaKinds.references)
    }
    var changed = true
    while changed {
      changed = false
      // A round judges the state before it, so that the reasons named do not
      // depend on the order of the dictionary.
      let before = steps
      for (reference, step) in before where step.action.writes && step.action != .delete {
        let needed = references[reference] ?? []
        let missing = needed.filter { desired[$0] == nil && live[$0] == nil && !isSystemTier($0) }
        let blocked = needed.filter { before[$0]?.action == .blocked && desired[$0] != nil }
        guard !missing.isEmpty || !blocked.isEmpty else { continue }
        let reason =
          missing.isEmpty
          ? BlockReason(.dependsOnBlocked, names(blocked))
          : BlockReason(.missingReference, names(missing))
        steps[reference]?.block(reason)
        changed = true
      }
    }
  }

  /// No pruning while a write above it is blocked: the old policy may be all
  /// the protection there is.
  mutating func holdBackDeletes() {
    let isHeld = steps.values.contains { $0.action == .blocked && $0.intended != .delete }
    guard isHeld else { return }
    let before = steps
    for (reference, step) in before where step.action == .delete {
      steps[reference]?.block(BlockReason(.pruningHeldBack))
    }
  }

  /// Keeps groups and tiers that something still uses after this plan: Antrea
  /// lets a used group go, and its policies then match nothing.
  mutating func keepReferenced() {
    guard steps.values.contains(where: { $0.action == .delete }) else { return }
    var users: [Reference: Set<Reference>] = [:]
    for (reference, object) in live {
      let writes = steps[reference].map { $0.action.writes && $0.action != .delete } ?? false
      let used = AntreaKinds.references(of: writes ? desired[reference] ?? object : object)
      for other in used { users[other, default: []].insert(reference) }
    }
    for (reference, object) in desired where live[reference] == nil {
      for other in AntreaKinds.references(of: object) {
        users[other, default: []].insert(reference)
      }
    }
    var changed = true
    while changed {
      changed = false
      let before = steps
      for (reference, step) in before where step.action == .delete {
        let remaining = (users[reference] ?? []).filter { before[$0]?.action != .delete }
        guard !remaining.isEmpty else { continue }
        let reason = BlockReason(.stillReferenced, names(remaining))
        steps[reference]?.block(reason)
        changed = true
      }
    }
  }

  private func isSystemTier(_ reference: Reference) -> Bool {
    reference.kind == "Tier" && AntreaKinds.systemTiers.contains(reference.name)
  }

  private func names(_ references: some Sequence<Reference>) -> [String] {
    references.sorted(by: Reference.precedes).map(\.description)
  }

  // MARK: The order

  /// The steps in the order of execution, with what each waits for.
  func orderedSteps() -> (steps: [PlanStep], gaps: [OrderGap]) {
    PlanOrdering(desired: desired, live: live, owner: policy.owner).ordered(steps)
  }
}

extension PlanStep {
  /// Turns the step into one that is not taken.
  mutating func block(_ reason: BlockReason) {
    guard action != .blocked else { return }
    intended = action
    action = .blocked
    self.reason = reason
  }
}
