import AntreaModel
import Documents

/// A step that cannot be taken as it was planned, because something moved since.
public struct StaleStep: Sendable, Hashable {
  /// What moved.
  public enum Cause: Sendable, Hashable {
    /// The object is gone.
    case gone
    /// The object is there, and was not.
    case appeared
    /// Another object of the same name is in its place.
    case recreated
    /// The object is as it should be: somebody made the change.
    case done
    /// The object is no longer this run's, or nobody's as it was.
    case notOurs
    /// A rule forbids the step now.
    case blocked(BlockReason)
    /// Fields of the live object have other values; from then to now.
    case changed([FieldDifference])
    /// The plan does not say what is to become of the object.
    case unplanned
  }

  /// The object.
  public var reference: KubernetesObject.Reference
  /// What moved.
  public var cause: Cause
  /// Which other field managers own what would be written: `kubectl-edit owns
  /// spec.priority`.
  public var owners: [String]

  /// Creates a stale step.
  public init(
    _ reference: KubernetesObject.Reference, _ cause: Cause, owners: [String] = []
  ) {
    self.reference = reference
    self.cause = cause
    self.owners = owners
  }

  /// The names of the fields that moved; empty where it is not about fields.
  public var fields: [String] {
    guard case .changed(let list) = cause else { return [] }
    return list.map { $0.rule.map { rule in "rule \(rule)" } ?? $0.path }
  }

  /// What moved in one sentence without the object and a full stop.
  public var message: String {
    owners.isEmpty ? words : "\(words) (\(owners.joined(separator: "; ")))"
  }

  private var words: String {
    switch cause {
    case .gone: return "is gone"
    case .appeared: return "was made by somebody since"
    case .recreated: return "was deleted and made anew"
    case .done: return "is as the plan wants it already"
    case .notOurs: return "has other owner labels than it had"
    case .blocked(let reason): return reason.message
    case .changed(let list):
      let shown = list.prefix(3).map(Self.words).joined(separator: "; ")
      let more = list.count > 3 ? "; and \(list.count - 3) more fields" : ""
      return list.isEmpty ? "changed" : shown + more
    case .unplanned: return "is ours and not in the plan"
    }
  }

  private static func words(_ change: FieldDifference) -> String {
    var name = change.path
    if let rule = change.rule { name += " (rule \(rule))" }
    switch change.change {
    case .added: return "\(name) was added" + value(change.new, ": ")
    case .removed: return "\(name) was removed"
    case .moved: return "\(name) was moved"
    case .changed:
      let old = value(change.old, " was ")
      let new = value(change.new, " and is ")
      return old.isEmpty || new.isEmpty ? "\(name) changed" : name + old + new
    }
  }

  /// A value that fits into a line; nothing for others.
  private static func value(_ value: JSONValue?, _ before: String) -> String {
    switch value {
    case .object?, .array?, nil: return ""
    case let value?:
      let text = JSONWriter.compact(value)
      return text.count > 80 ? "" : before + String(decoding: text, as: UTF8.self)
    }
  }
}

extension Plan {
  /// The plan, bound to the objects as they are now.
  ///
  /// - Parameters:
  ///   - fresh: A plan made now for what this one wants.
  ///   - present: The objects that there are now, where steps that somebody has
  ///     taken already are to be left out, and are not stale.
  /// - Returns: The plan with the identities of now, and the steps that cannot
  ///   be taken as they were planned; it must not be carried out with any.
  public func renewed(
    from fresh: Plan, present: Set<KubernetesObject.Reference>? = nil
  ) -> (plan: Plan, stale: [StaleStep]) {
    let now = Dictionary(fresh.steps.map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
    var plan = self
    var stale: [StaleStep] = []
    var done: Set<KubernetesObject.Reference> = []
    var dropped: Set<PlanStep.ID> = []
    // What an object is written for in passing is judged by what is to become of it.
    let order = steps.indices.sorted { !steps[$0].isPassing && steps[$1].isPassing }
    for index in order where steps[index].action.writes {
      let step = steps[index]
      switch step.renewed(from: now[step.id]) {
      case .same(let renewed): plan.steps[index] = renewed
      case .done where present != nil:
        if let unchanged = now[step.id] { plan.steps[index] = unchanged }
        done.insert(step.reference)
      case .done: stale.append(StaleStep(step.reference, .done))
      case .moved(let moved) where moved.cause == .gone && step.action == .delete:
        if present?.contains(step.reference) == false {
          dropped.insert(step.id)
          done.insert(step.reference)
        } else {
          stale.append(present == nil ? moved : StaleStep(step.reference, .notOurs))
        }
      case .moved(let moved):
        if step.isPassing, now[step.id] == nil, done.contains(step.standsFor ?? step.reference) {
          dropped.insert(step.id)
        } else {
          stale.append(moved)
        }
      }
    }
    plan.steps.removeAll { dropped.contains($0.id) }
    let planned = Set(steps.filter(\.action.writes).map(\.id))
    for step in fresh.steps where step.action.writes && !planned.contains(step.id) {
      stale.append(StaleStep(step.reference, .unplanned))
    }
    stale.sort { KubernetesObject.Reference.precedes($0.reference, $1.reference) }
    return (plan, stale)
  }
}

extension PlanStep {
  /// The step by comparison with one that was planned now.
  fileprivate func renewed(from fresh: PlanStep?) -> StepRenewal {
    guard let fresh else {
      // Steps for the order alone follow from others that are named.
      if isPassing { return .moved(StaleStep(reference, .changed([]))) }
      return .moved(StaleStep(reference, live == nil ? .unplanned : .gone))
    }
    if fresh.action == .unchanged { return .done("") }
    if let uid = live?.uid, let other = fresh.live?.uid, uid != other {
      return .moved(StaleStep(reference, .recreated))
    }
    if live != nil, fresh.live == nil { return .moved(StaleStep(reference, .gone)) }
    if live == nil, fresh.live != nil { return .moved(StaleStep(reference, .appeared)) }
    let changes = changes(since: fresh.former ?? .null)
    if let reason = fresh.reason {
      let isField = reason.code == .foreignFields && !changes.isEmpty
      return .moved(
        StaleStep(
          reference, isField ? .changed(changes) : .blocked(reason),
          owners: isField ? reason.subjects : []))
    }
    guard fresh.action == action else { return .moved(StaleStep(reference, .notOurs)) }
    guard fresh.differences == differences, action != .delete || changes.isEmpty else {
      return .moved(StaleStep(reference, .changed(changes)))
    }
    if isPassing, !isSame(manifest, fresh.manifest) {
      return .moved(StaleStep(reference, .changed([])))
    }
    var step = self
    step.live = fresh.live
    step.former = fresh.former
    step.write = fresh.write
    // The order depends on policies of others as well, as they are now.
    step.dependencies = fresh.dependencies
    step.after = fresh.after
    step.wave = fresh.wave
    return .same(step)
  }

  /// Whether two manifests say the same, however their numbers are spelled.
  private func isSame(_ left: JSONValue?, _ right: JSONValue?) -> Bool {
    func canonical(_ value: JSONValue?) -> JSONValue? {
      value.flatMap { KubernetesObject($0) }.map(CanonicalForm.document)
    }
    return canonical(left) == canonical(right)
  }
}
