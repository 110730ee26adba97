import AntreaModel
import Documents
import Failures
import Importing
import KubernetesClient
import NSXClient
import Reachability

extension Run {
  /// What is not in NSX is not in the cluster either.
  func refuseUnfinished(_ draft: ImportDraft) throws {
    guard draft.delta.isEmpty else {
      throw Failure(
        .refused, subject: "--delete-originals",
        cause: "the import is not in NSX as it should be",
        remedy: "import without it first, then bring it to the cluster with `nsx-antrea sync`")
    }
  }

  /// The originals may only go where the cluster decides the same without them,
  /// and is known to go on doing so: it holds what NSX says, all of it realized.
  func refuseEarlyDeletion(_ draft: ImportDraft) async throws {
    func refused(_ cause: String, _ remedy: String) -> Failure {
      Failure(.refused, subject: "--delete-originals", cause: cause, remedy: remedy)
    }
    let bring = "bring the imported policies to the cluster first: `nsx-antrea sync`"
    try refuseUnfinished(draft)
    // A number would stay when the pods' ports change, and nothing would renew it.
    if let finding = draft.view.findings.first(where: { $0.code == .namedPortResolved }) {
      throw refused(
        "\(finding.source) has a named port, which stands in NSX as the number of today",
        "write the number into the original, or keep it")
    }
    let client = try await connectCluster(draft.cluster)
    // As NSX is now, whatever tree there is.
    let snapshot = try await wholeSnapshot(DesiredSource())
    for (cluster, translation) in try await translations(
      of: snapshot, clusters: [draft.cluster.name])
    {
      let wanted = try DesiredCluster(cluster, translation, from: snapshot)
      let plan = try await makePlan(
        wanted, try await contents(of: wanted, client, judged: false), client, judged: false)
      if let unfit = unfitness(plan) { throw unfit }
      if plan.plan.hasWrites { throw refused("the cluster does not hold what NSX says", bring) }
    }
    let live = try await readCluster(client, withConnectivity: true)
    if let missing = ImportProof.missing(live) {
      throw refused(
        "it cannot be proved: \(missing)", "`nsx-antrea doctor` shows missing rights")
    }
    try refuseDifference(draft, live.objects, refused)
    for path in draft.delta.policies.flatMap(\.sections).map(\.policy.path) {
      let rendered = live.objects.filter {
        ImportProof.isRendering($0, of: [path], draft.ground.state)
      }
      guard !rendered.isEmpty else { throw refused("\(path) is not in the cluster", bring) }
      for object in rendered where !Self.isRealized(object) {
        throw refused(
          "\(object.reference) is not realized in the cluster",
          "`nsx-antrea status` shows what it waits for; run again then")
      }
    }
  }

  /// Whether Antrea reports the present state of a policy as realized.
  private static func isRealized(_ object: KubernetesObject) -> Bool {
    let generation = object.document[path: "metadata", "generation"]?.integer
    return object.document[path: "status", "phase"]?.string == "Realized"
      && object.document[path: "status", "observedGeneration"]?.integer == generation
  }

  private func refuseDifference(
    _ draft: ImportDraft, _ objects: [KubernetesObject], _ refused: (String, String) -> Failure
  ) throws {
    let originals = Set(draft.delta.policies.map(\.source.object.reference))
    let rest = objects.filter { !originals.contains($0.reference) }
    let inventory = ClusterInventory(objects)
    let world = Universe(
      pods: inventory.workloads, nodes: inventory.nodes,
      podNetworks: draft.cluster.podNetworkCIDRs, hostNames: inventory.hostNames,
      vocabulary: Vocabulary(objects: objects)
    ).world
    let left = AntreaEvaluator(live: objects, world: world)
    let right = AntreaEvaluator(live: rest, world: world)
    if let unknown = ImportProof.unknown(left, right) {
      throw refused("it cannot be proved: \(unknown)", "delete the originals by hand")
    }
    if let first = VerdictComparison(left, right).run().first {
      throw refused(
        "without the originals the cluster would decide otherwise: \(first)",
        "bring the imported policies to the cluster first: `nsx-antrea sync`")
    }
  }

  /// Deletes the originals, each only as it was when it was imported. Right before
  /// each, NSX's objects are marked: from then on they are no copies, and a later
  /// import does not take them away for want of an original. An original that is
  /// still there loses the mark with the next import, or is deleted by the next one
  /// that is asked to.
  ///
  /// - Throws: ``Failure`` that names the originals that are left; of kind partial
  ///   where something was changed.
  func deleteOriginals(
    _ draft: ImportDraft, _ client: KubernetesClient, _ connection: NSXConnection,
    _ permission: WritePermission
  ) async throws {
    var ends = OriginalEnds(count: draft.delta.policies.count)
    for (index, policy) in draft.delta.policies.enumerated() {
      var isMarked = policy.sections.contains { section in
        draft.ground.state.objects[section.policy.path].map(ImportTags.isMigrated) ?? false
      }
      do {
        try await mayWrite(permission)
        // Whether it may be deleted at all is asked before anything is marked.
        try await delete(policy.source, client, dryRun: true)
        if try await mark(policy, draft, connection) {
          isMarked = true
          ends.isChanged = true
          // What was written to NSX took its time.
          try await mayWrite(permission)
        }
        try await delete(policy.source, client, dryRun: false)
        ends.deleted += 1
      } catch let error as any FailureConvertible {
        ends.left.append((policy.source.reference, error.failure, isMarked))
        // Where nobody answers, nobody will for the next one.
        let isOver = await permission() != nil
        guard error.failure.kind == .unreachable || isOver else { continue }
        for rest in draft.delta.policies.dropFirst(index + 1) {
          ends.left.append((rest.source.reference, error.failure, false))
        }
        break
      }
    }
    if let failure = ends.failure { throw failure }
    talk("deleted \(ends.deleted) policies from cluster \(draft.cluster.name)")
  }

  private func delete(
    _ source: ImportSource, _ client: KubernetesClient, dryRun: Bool
  ) async throws {
    let resource = try Self.resource(of: source)
    let namespace = source.namespace.isEmpty ? nil : source.namespace
    do {
      let isGone = try await client.delete(
        resource, namespace: namespace, name: source.name,
        options: DeleteOptions(
          uid: source.uid, resourceVersion: source.object.resourceVersion, dryRun: dryRun))
      if dryRun || isGone { return }
      let live = try await client.find(resource, namespace: namespace, name: source.name)
      guard let live, live.uid == source.uid else { return }
      let holders = (live.document[path: "metadata", "finalizers"]?.array ?? [])
        .compactMap(\.string).joined(separator: ", ")
      if holders.isEmpty { return }
      throw Failure(
        .failed, subject: source.reference,
        cause: "it is marked for deletion, and held by \(holders)",
        remedy: "whoever set that removes it")
    } catch let error as KubernetesAPIError where error.isNotFound {
      return
    }
  }

  /// - Returns: whether anything was written.
  private func mark(
    _ policy: ImportedPolicy, _ draft: ImportDraft, _ connection: NSXConnection
  ) async throws -> Bool {
    let steps = policy.sections.compactMap { section -> ImportStep? in
      guard let current = draft.ground.state.objects[section.policy.path],
        !ImportTags.isMigrated(current)
      else { return nil }
      var object = section.policy
      object.document = ImportTags.migrated(NSXState.writable(current))
      return ImportStep(
        action: .update, object: object, revision: current["_revision"]?.integer,
        changed: ["tags"], source: policy.source.reference)
    }
    let batches = ImportBatches(steps, domain: draft.ground.scope.domain).batches
    for batch in batches { try await connection.patchHierarchy(batch.body) }
    return !batches.isEmpty
  }

  private static func resource(of source: ImportSource) throws -> APIResource {
    guard source.isAntrea else { return kubernetesPolicies }
    return source.namespace.isEmpty ? try resource(of: source.kind) : namespacedPolicies
  }

  /// NetworkPolicies of Kubernetes.
  private static let kubernetesPolicies = APIResource(
    group: "networking.k8s.io", version: "v1", kind: "NetworkPolicy", plural: "networkpolicies",
    isNamespaced: true)
}

/// What came of deleting originals.
private struct OriginalEnds {
  /// How many there are to delete.
  let count: Int
  var deleted = 0
  /// Whether NSX was changed.
  var isChanged = false
  /// Those that are left, why, and whether NSX has the mark of their deletion.
  var left: [(reference: String, failure: Failure, isMarked: Bool)] = []

  init(count: Int) { self.count = count }

  /// What is told of those that are left; `nil` where none is.
  var failure: Failure? {
    guard let first = left.first else { return nil }
    let others = left.dropFirst().map(\.reference)
    let more =
      others.isEmpty
      ? ""
      : "; nor were \(others.prefix(5).joined(separator: ", "))\(others.count > 5 ? " and \(others.count - 5) more" : "")"
    let marked = left.filter(\.isMarked).map(\.reference)
    let mark =
      marked.isEmpty
      ? "" : "; NSX has the mark of a deletion for \(marked.prefix(5).joined(separator: ", "))"
    return Failure(
      deleted > 0 || isChanged ? .partial : first.failure.kind, subject: first.reference,
      cause:
        "was not deleted: \(first.failure.cause)\(more); \(deleted) of \(count) originals are deleted\(mark)",
      remedy:
        "\(first.failure.remedy.map { "\($0); then " } ?? "")give --delete-originals again: it tries what is left; an import without it takes the mark back"
    )
  }
}
