import AntreaModel
import Documents

/// What has become of a planned step now that its object is looked at again.
public enum StepRenewal: Sendable, Hashable {
  /// The same change is to be made: the step with the object's identity of now.
  case same(PlanStep)
  /// There is nothing left to do, for a reason in one sentence.
  case done(String)
  /// The change is not the one that was planned.
  case moved(StaleStep)
}

extension PlanStep {
  /// Looks at the step's object again, after somebody else wrote to it.
  ///
  /// The change stays the same as long as it brings the same fields from the
  /// same values to the same values: a status or a foreign label that changed
  /// is no reason to stop. A delete stays the same while the object is still
  /// ours, is not protected, and says what it said.
  ///
  /// - Parameters:
  ///   - live: The object as it is now; `nil` where it is gone.
  ///   - scope: Whose objects the plan is about.
  public func renewed(for live: KubernetesObject?, in scope: PlanScope) -> StepRenewal {
    guard let live else {
      if action == .delete { return .done("it is gone already") }
      return self.live == nil ? .same(self) : .moved(StaleStep(reference, .gone))
    }
    if let uid = self.live?.uid, live.uid != uid {
      return .moved(StaleStep(reference, .recreated))
    }
    if let reason = PlanDraft.terminating(live) {
      return .moved(StaleStep(reference, .blocked(reason)))
    }
    let claim = Claim(of: live, in: scope)
    if case .foreign(let reason) = claim { return .moved(StaleStep(reference, .blocked(reason))) }
    var step = self
    step.live = Live(uid: live.uid, resourceVersion: live.resourceVersion)
    switch action {
    case .delete: return renewedDelete(step, live, claim)
    case .create, .update, .adopt: return renewedWrite(step, live, claim)
    case .unchanged, .blocked: return .same(step)
    }
  }

  private func renewedDelete(
    _ step: PlanStep, _ live: KubernetesObject, _ claim: Claim
  ) -> StepRenewal {
    guard claim == .ours else { return .moved(StaleStep(reference, .notOurs)) }
    if live.annotations[Ownership.protectAnnotation] == "true" {
      return .moved(StaleStep(reference, .blocked(BlockReason(.protected))))
    }
    let now = CanonicalForm.document(of: live)
    let changes = FieldComparison.differences(from: former ?? .null, to: now)
    return changes.isEmpty ? .same(step) : .moved(StaleStep(reference, .changed(changes)))
  }

  private func renewedWrite(
    _ planned: PlanStep, _ live: KubernetesObject, _ claim: Claim
  ) -> StepRenewal {
    guard let desired = manifest.flatMap({ KubernetesObject($0) }) else { return .same(planned) }
    let now = ObjectComparison(desired: desired, live: live)
    if now.differences.isEmpty, claim == .ours { return .done("it is as it should be already") }
    guard self.live != nil else { return .moved(StaleStep(reference, .appeared)) }
    guard (claim == .nobody) == (action == .adopt) else {
      return .moved(StaleStep(reference, .notOurs))
    }
    guard now.differences == differences else {
      return .moved(
        StaleStep(reference, .changed(changes(since: now.former)), owners: now.conflicts))
    }
    var step = planned
    step.former = now.former
    step.write = now.write
    return .same(step)
  }

  /// Which fields of the live object moved.
  func changes(since now: JSONValue) -> [FieldDifference] {
    FieldComparison.differences(from: former ?? .null, to: now)
  }

  /// The step for an object that an earlier step of the same run has written:
  /// what it is bound to is what that one left.
  public func rebased(on written: KubernetesObject) -> PlanStep {
    var step = self
    step.live = Live(uid: written.uid, resourceVersion: written.resourceVersion)
    guard action != .delete, let desired = manifest.flatMap({ KubernetesObject($0) }) else {
      step.former = CanonicalForm.document(of: written)
      return step
    }
    let comparison = ObjectComparison(desired: desired, live: written)
    if action == .create || action == .adopt { step.action = .update }
    step.former = comparison.former
    step.differences = comparison.differences
    step.write = comparison.write
    return step
  }

  /// The whole object to PUT in the place of a live one: for
  /// ``PlanWrite/replace``.
  public func replacement(of live: KubernetesObject) -> KubernetesObject? {
    guard let desired = manifest.flatMap({ KubernetesObject($0) }) else { return nil }
    return KubernetesObject(ObjectComparison.replacement(of: live, by: desired))
  }
}
