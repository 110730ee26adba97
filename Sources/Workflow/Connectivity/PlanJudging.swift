import AntreaModel
import Reachability
import Reporting

extension Run {
  /// What a plan means for connectivity, over the cluster's own pods.
  func judge(_ plan: ClusterPlan, _ contents: ClusterContents) -> PlanConnectivity {
    if let reason = contents.missingPods {
      return PlanConnectivity(proof: .notJudged(reason), limits: contents.gapTexts)
    }
    return PlanJudge(plan, contents, reading: reading).result
  }
}

/// Judges one plan: all of it over one set of classes of endpoints.
struct PlanJudge {
  private let plan: ClusterPlan
  private let contents: ClusterContents
  private let reading: NSXReading
  private let inventory: ClusterInventory
  private let universe: Universe
  private let names: RuleNames

  init(_ plan: ClusterPlan, _ contents: ClusterContents, reading: NSXReading) {
    self.plan = plan
    self.contents = contents
    self.reading = reading
    inventory = ClusterInventory(contents.objects)
    var vocabulary = Vocabulary(objects: contents.objects)
    vocabulary.formUnion(Vocabulary(objects: plan.desired.objects))
    if let nsx = plan.desired.nsx {
      vocabulary.formUnion(Vocabulary(nsx.snapshot, policies: nsx.policies))
    }
    universe = Universe(
      pods: inventory.workloads, nodes: inventory.nodes,
      podNetworks: plan.desired.settings.podNetworkCIDRs, hostNames: inventory.hostNames,
      vocabulary: vocabulary)
    // What is live may be older than the tree, and says by annotations what it is.
    names = RuleNames(
      provenance: plan.desired.provenance, objects: contents.policyObjects + plan.desired.objects)
  }

  /// All of it.
  var result: PlanConnectivity {
    PlanConnectivity(
      proof: proof(),
      limits: contents.gapTexts + inventory.problems.prefix(10).map(\.description))
  }

  // MARK: What NSX says

  private func proof() -> ProofResult {
    let desired = plan.desired
    guard let nsx = desired.nsx else {
      return .notJudged(
        "a tree does not hold NSX's rules; give --nsx-snapshot FILE beside --repo to prove it")
    }
    if !desired.incomplete.isEmpty { return .notJudged("NSX was not read whole") }
    if !desired.isApplicable {
      return .notJudged("rules were refused in translation, so nothing will be applied")
    }
    let rendered: AntreaEvaluator
    do { rendered = try AntreaEvaluator(desired.objects, world: universe.world) } catch {
      return .notJudged("\(error.failure.subject): \(error.failure.cause)")
    }
    let evaluator = self.evaluator(nsx, reading)
    let result = EquivalenceCheck(nsx: evaluator, antrea: rendered)
      .run(mode: desired.hasRefusedRules ? .notWider : .exact)
    let space = ProofResult.Space(
      classes: result.classes, pods: inventory.workloads.count, skippedPolicies: nsx.skipped)
    if result.isEquivalent {
      return .proved(desired.hasRefusedRules ? .notWider : .equal, space)
    }
    return .refuted(counterexamples(result.differences, nsx), space)
  }

  private func evaluator(_ nsx: NSXSide, _ reading: NSXReading) -> NSXEvaluator {
    NSXEvaluator(
      nsx.snapshot, policies: nsx.policies, world: universe.world, reading: reading)
  }

  private func counterexamples(
    _ differences: [Difference], _ nsx: NSXSide
  ) -> [ProofResult.Counterexample] {
    // Where NSX would agree if it kept to case, case is the reason.
    var exact = reading
    exact.ignoresCase = false
    let sensitive = reading.ignoresCase ? evaluator(nsx, exact) : nil
    let nsxNames = RuleNames(of: nsx.policies)
    return differences.map { difference in
      let decision = sensitive?.decide(difference.flow)
      return ProofResult.Counterexample(
        flow: "\(difference.flow)", kind: difference.kind.rawValue,
        nsx: SidesText(difference.nsx, names: nsxNames),
        rendered: SidesText(difference.antrea, names: names),
        isByCase: decision.map {
          $0.egress.outcome == difference.antrea.egress.outcome
            && $0.ingress.outcome == difference.antrea.ingress.outcome
        } ?? false)
    }
  }
}
