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

  let plan: ClusterPlan
  private let contents: ClusterContents
  private let after: [KubernetesObject]
  /// How NSX's conditions are read.
  let reading: NSXReading
  /// The cluster's pods, Services and Nodes.
  let inventory: ClusterInventory
  /// Their classes.
  let universe: Universe
  /// What decides for NSX; `nil` where its rules are not known.
  let nsx: NSXEvaluator?
  /// The names of the cluster's rules.
  let names: RuleNames
  /// What the configuration states about the cluster.
  let assumptions: ClusterAssumptions

  init(_ plan: ClusterPlan, _ contents: ClusterContents, reading: NSXReading) {
    self.plan = plan
    self.contents = contents
    self.reading = reading
    assumptions = ClusterAssumptions(plan.desired.settings, reading)
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
      proof: proof(), change: change, interference: interference(later), limits: limits,
      notes: notes(later))
  }

  /// What the answers rest on, and where Antrea does something else than objects
  /// seem to say.
  private func notes(_ later: AntreaEvaluator) -> [String] {
    var notes = assumptions.notes(inventory.workloads)
    if let deviating = plan.desired.nsx?.deviating, !deviating.isEmpty {
      let more = deviating.count > 3 ? " and \(deviating.count - 3) more" : ""
      notes.append(
        "the tree is not what is rendered from this state of NSX now (\(deviating.prefix(3).joined(separator: ", "))\(more)): changed by hand, or by other settings or another version; the proof is about the pods that there are"
      )
    }
    if !universe.hasNamesEverywhere { notes.append(Universe.namesNote) }
    return notes + AntreaSurprise.lines(later.deviations)
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
}
