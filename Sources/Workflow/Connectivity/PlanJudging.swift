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
  /// Changes that are kept, the largest first; the rest is counted.
  private static let lines = 1000

  private let plan: ClusterPlan
  private let contents: ClusterContents
  private let after: [KubernetesObject]
  private let reading: NSXReading
  private let inventory: ClusterInventory
  private let universe: Universe
  /// What decides for NSX; `nil` where its rules are not known.
  private let nsx: NSXEvaluator?
  private let names: RuleNames

  init(_ plan: ClusterPlan, _ contents: ClusterContents, reading: NSXReading) {
    self.plan = plan
    self.contents = contents
    self.reading = reading
    after = plan.objectsAfter(contents)
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
    let world = universe.world
    nsx = plan.desired.nsx.map {
      NSXEvaluator($0.snapshot, policies: $0.policies, world: world, reading: reading)
    }
    // What is live may be older than the tree, and says by annotations what it is.
    names = RuleNames(
      provenance: plan.desired.provenance, objects: contents.policyObjects + plan.desired.objects)
  }

  /// All of it.
  var result: PlanConnectivity {
    let before = AntreaEvaluator(live: contents.objects, world: universe.world)
    let later = plan.plan.hasWrites ? AntreaEvaluator(live: after, world: universe.world) : before
    var limits = contents.gapTexts + inventory.problems.prefix(10).map(\.description)
    limits += Set(before.notEvaluated + later.notEvaluated).map(\.description).sorted()
    limits += later.ties.prefix(10).map { "a defined order of \($0.joined(separator: ", "))" }
    let change =
      plan.plan.hasWrites
      ? ConnectivityDelta(
        ConnectivityChange(
          before: before.rules, after: later.rules, universe: universe,
          names: groups, limit: Self.lines),
        names: names)
      : ConnectivityDelta(entries: [])
    return PlanConnectivity(
      proof: proof(), change: change, interference: interference(later), limits: limits)
  }

  /// NSX's groups where they are known, else those of the cluster.
  private var groups: [GroupName] {
    nsx?.groupNames ?? GroupName.ofClusterGroups(after, universe.world)
  }

  // MARK: What others decide

  /// The policies made from NSX alone against everything that the cluster has.
  private func interference(_ all: AntreaEvaluator) -> [InterferenceLine] {
    let ours = AntreaEvaluator(live: plan.desired.objects, world: universe.world)
    let own = Set(plan.desired.objects.map { "\($0.reference)" })
    let interference = Interference(ours: ours.rules, all: all.rules, universe: universe) {
      !own.contains($0.policy)
    }
    return interference.entries.map { InterferenceLine($0, names: names) }
  }

  // MARK: What NSX says

  private func proof() -> ProofResult {
    let desired = plan.desired
    guard let side = desired.nsx, let nsx else {
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
    let result = EquivalenceCheck(nsx: nsx, antrea: rendered)
      .run(mode: desired.hasRefusedRules ? .notWider : .exact)
    let space = ProofResult.Space(
      classes: result.classes, pods: inventory.workloads.count, skippedPolicies: side.skipped)
    if result.isEquivalent {
      return .proved(desired.hasRefusedRules ? .notWider : .equal, space)
    }
    return .refuted(counterexamples(result.differences, side), space)
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
