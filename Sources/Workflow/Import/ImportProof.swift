import AntreaModel
import Documents
import Failures
import Importing
import NSXModel
import Reachability
import Translation

/// Whether what is imported does what the originals do, over the cluster's own
/// pods and all addresses: the imported policies are translated back, as `sync`
/// will, and stand in the originals' place beside everything else in the cluster.
struct ImportProof: Sendable {
  /// What it found.
  enum Outcome: Sendable {
    /// Both decide the same.
    case proved(policies: Int, pods: Int)
    /// There is nothing to judge with.
    case notJudged(String)
    /// The first difference, the number of differences, and what helps.
    case refuted(String, count: Int, remedy: String)
  }

  let run: Run
  let cluster: ClusterSettings
  let contents: ClusterContents
  let ground: Run.ImportGround
  let delta: ImportDelta
  /// Whether files stand for the cluster: kinds that they do not hold may not be
  /// there at all.
  let isOffline: Bool

  /// All of it.
  ///
  /// - Throws: ``TranslationError``, ``SnapshotError``.
  func outcome() throws -> Outcome {
    if let missing { return .notJudged(missing) }
    let snapshot = try NSXSnapshot(
      bytes: JSONWriter.compact(
        ImportSnapshot.document(delta.policies, scope: ground.scope, order: order)))
    let translation = try Translator(snapshot: snapshot, options: options)
      .translate(cluster: target)
    if let finding = translation.findings.first(where: { $0.severity == .error }) {
      return .refuted(
        "\(finding.path) \(finding.rule ?? ""): \(finding.message)", count: 1,
        remedy: "the imported policy cannot be translated back: report this with the policy")
    }
    let documents =
      translation.tiers.map(\.document) + translation.clusterGroups.map(\.document)
      + translation.policies.map(\.policy.document)
    let back = documents.compactMap { KubernetesObject($0) }
    return judge(back, snapshot)
  }

  /// What is not known: whatever a kind holds may decide before the originals.
  private var missing: String? { Self.missing(contents, isOffline: isOffline) }

  /// The same of any contents.
  static func missing(_ contents: ClusterContents, isOffline: Bool = false) -> String? {
    let needed = ["Pods", "Namespaces", "Kubernetes NetworkPolicies"]
    return (contents.gaps + contents.unseen)
      .first { !isOffline || needed.contains($0.kind) }.map { "\($0.kind) \($0.reason)" }
  }

  /// Policies that neither side can be asked about.
  static func unknown(_ evaluators: AntreaEvaluator...) -> String? {
    let list = Set(evaluators.flatMap(\.notEvaluated).map(\.description)).sorted()
    guard let first = list.first else { return nil }
    return "\(first) is not evaluated" + (list.count > 1 ? ", and \(list.count - 1) more" : "")
  }

  private var options: TranslationOptions {
    TranslationOptions(tierPriorities: run.translationOptions.tierPriorities)
  }

  private var target: ClusterTarget {
    var target = cluster.target
    target.selection = .controlPlane(ground.scope.controlPlane)
    return target
  }

  /// NSX numbers policies over all categories: what stays in its place keeps its
  /// number, and what is new or moves stands among the others by its own.
  private func order(_ path: String, _ number: Int64) -> Int64 {
    if let current = ground.state.objects[path],
      current["sequence_number"]?.integer == number,
      let order = current["internal_sequence_number"]?.integer
    {
      return order
    }
    let places = ground.state.applicationPlaces
    if let before = places.last(where: { $0.number <= number }) {
      return before.order + number - before.number
    }
    return places.first.map { max(0, $0.order - $0.number + number) } ?? number
  }

  private func judge(_ back: [KubernetesObject], _ snapshot: NSXSnapshot) -> Outcome {
    let (before, after) = sides(back)
    let inventory = ClusterInventory(contents.objects)
    var vocabulary = Vocabulary(objects: before)
    vocabulary.formUnion(Vocabulary(objects: after))
    vocabulary.formUnion(Vocabulary(snapshot, policies: snapshot.policies))
    let world = Universe(
      pods: inventory.workloads, nodes: inventory.nodes, podNetworks: cluster.podNetworkCIDRs,
      hostNames: inventory.hostNames, vocabulary: vocabulary
    ).world
    let left = AntreaEvaluator(live: before, world: world)
    let right = AntreaEvaluator(live: after, world: world)
    if let unknown = Self.unknown(left, right) { return .notJudged(unknown) }
    let found = VerdictComparison(left, right).run()
    if let first = found.first {
      return .refuted(
        "\(first)", count: found.count,
        remedy:
          "policies that stand between the originals' place and NSX's tiers, or that are not imported with them, decide otherwise: import all policies of the namespace, or look with `nsx-antrea reach`"
      )
    }
    // NSX ignores case where labels have it: its own reading must give the same.
    let rendered = AntreaEvaluator(live: back, world: world)
    let nsx = NSXEvaluator(
      snapshot, policies: snapshot.policies, world: world, reading: run.reading)
    let wider = EquivalenceCheck(nsx: nsx, antrea: rendered).run()
    if let first = wider.differences.first {
      return .refuted(
        "\(first)", count: wider.differences.count,
        remedy:
          "NSX compares labels without regard to case: where the cluster's labels differ by case alone, set translation.labelCase: sensitive, or rename them"
      )
    }
    return .proved(policies: delta.policies.count, pods: inventory.workloads.count)
  }

  /// What the cluster decides by the originals, and by what they became. What an
  /// earlier import left in the cluster is on neither side.
  private func sides(
    _ back: [KubernetesObject]
  ) -> (before: [KubernetesObject], after: [KubernetesObject]) {
    let paths = Set(
      delta.steps.filter { $0.object.type == .policy }.map(\.object.path))
    let before = contents.objects.filter { !Self.isRendering($0, of: paths, ground.state) }
    let originals = Set(delta.policies.map(\.source.object.reference))
    let own = Set(back.map(\.reference))
    let after =
      before.filter { !originals.contains($0.reference) && !own.contains($0.reference) } + back
    return (before, after)
  }

  /// Whether a policy of the cluster was made from one of some NSX policies: by
  /// this tool, or by VMware's adapter, which names it by `unique_id`.
  static func isRendering(
    _ object: KubernetesObject, of paths: Set<String>, _ state: NSXState
  ) -> Bool {
    guard object.kind == "ClusterNetworkPolicy", object.reference.group == "crd.antrea.io" else {
      return false
    }
    if object.labels[Ownership.managedByLabel] == Ownership.managedByValue,
      let path = object.annotations[Ownership.pathAnnotation]
    {
      return paths.contains(path)
    }
    guard object.labels[Ownership.vendorLabel] != nil else { return false }
    return paths.contains { state.objects[$0]?["unique_id"]?.string == object.name }
  }
}
