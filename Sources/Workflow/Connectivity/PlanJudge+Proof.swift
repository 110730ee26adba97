import AntreaModel
import Reachability
import Reporting

extension PlanJudge {
  /// Whether the wanted objects do what NSX says.
  func proof() -> ProofResult {
    let desired = plan.desired
    guard let side = desired.nsx, let nsx else {
      return .notJudged(desired.unproved ?? "a tree does not hold NSX's rules")
    }
    guard desired.incomplete.isEmpty, side.snapshot.isComplete else {
      return .notJudged("NSX was not read whole")
    }
    if !desired.isApplicable {
      return .notJudged("rules were refused in translation, so nothing will be applied")
    }
    let rendered: AntreaEvaluator
    do { rendered = try AntreaEvaluator(desired.objects, world: universe.world) } catch {
      return .notJudged("\(error.failure.subject): \(error.failure.cause)")
    }
    let result = EquivalenceCheck(nsx: nsx, antrea: rendered)
      .run(mode: desired.hasRefusedRules ? .notWider : .exact)
    let space = ProofResult.Space(
      classes: result.classes, pods: inventory.workloads.count, skippedPolicies: side.skipped,
      blockedObjects: plan.plan.unapplied)
    if result.isEquivalent {
      return .proved(desired.hasRefusedRules ? .notWider : .equal, space)
    }
    let list = counterexamples(result.differences, side)
    if case .otherState(given: false) = side.kinship { return .outdated(list, space) }
    return .refuted(list, space)
  }

  private func counterexamples(
    _ differences: [Difference], _ side: NSXSide
  ) -> [ProofResult.Counterexample] {
    // Where NSX would agree if it kept to case, case is the reason.
    var exact = reading
    exact.ignoresCase = false
    let sensitive =
      reading.ignoresCase
      ? NSXEvaluator(
        side.snapshot, policies: side.policies, world: universe.world, reading: exact) : nil
    let nsxNames = RuleNames(of: side.policies)
    var list: [ProofResult.Counterexample] = []
    for difference in differences {
      let example = ProofResult.Counterexample(
        flow: "\(difference.flow)", kind: difference.kind.rawValue,
        nsx: SidesText(difference.nsx, names: nsxNames),
        rendered: SidesText(difference.antrea, names: names),
        cause: cause(of: difference, ifCaseMattered: sensitive?.decide(difference.flow)))
      // A flow that differs at both its ends is one.
      let known = list.firstIndex {
        $0.flow == example.flow && $0.nsx == example.nsx && $0.rendered == example.rendered
      }
      if let known {
        list[known].cause = list[known].cause ?? example.cause
      } else {
        list.append(example)
      }
    }
    return list
  }

  /// What a difference comes from, where that can be told.
  private func cause(of difference: Difference, ifCaseMattered other: Decision?) -> ProofCause? {
    if let other {
      let (left, right) =
        difference.end == .egress
        ? (other.egress, difference.antrea.egress) : (other.ingress, difference.antrea.ingress)
      if left.outcome == right.outcome { return .labelCase }
    }
    return [difference.flow.source, difference.flow.destination].lazy
      .compactMap { assumptions.cause(at: $0) }.first
  }
}

extension NSXSide.Kinship {
  /// The way out where the objects do not do what NSX says, and no cause is
  /// known.
  var remedy: String {
    switch self {
    case .translated:
      "this is a defect of the translation: report it with the snapshot (nsx-antrea pull --to FILE)"
    case .sameState:
      "the tree was changed by hand, or rendered with other settings or by another version: render again"
    case .otherState:
      "the tree was not rendered from this state of NSX, their digests differ: render again from it"
    }
  }
}
