import AntreaModel
import Documents
import Failures
import Importing
import KubernetesClient
import NSXClient
import Reachability

extension Run {
  /// The originals may only go where the cluster decides the same without them,
  /// and is known to go on doing so: it holds what NSX says, all of it realized.
  func refuseEarlyDeletion(_ draft: ImportDraft) async throws {
    func refused(_ cause: String, _ remedy: String) -> Failure {
      Failure(.refused, subject: "--delete-originals", cause: cause, remedy: remedy)
    }
    let bring = "bring the imported policies to the cluster first: `nsx-antrea sync`"
    guard draft.delta.isEmpty else {
      throw refused(
        "the import is not in NSX as it should be",
        "import without it first, then bring it to the cluster with `nsx-antrea sync`")
    }
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
  /// import does not take them away for want of an original. The mark of an
  /// original that is still there goes with the next import.
  func deleteOriginals(
    _ draft: ImportDraft, _ request: ImportRequest, _ connection: NSXConnection
  ) async throws {
    // The answer may have come late.
    if !request.isApproved { try await refuseEarlyDeletion(draft) }
    let client = try await connectCluster(draft.cluster)
    var deleted = 0
    for policy in draft.delta.policies {
      do {
        try Task.checkCancellation()
        // Whether it may be deleted at all is asked before anything is marked.
        try await delete(policy.source, client, dryRun: true)
        try await mark(policy, draft, connection)
        try await delete(policy.source, client, dryRun: false)
        deleted += 1
      } catch let error as any FailureConvertible {
        var failure = error.failure
        failure.cause += "; \(deleted) of \(draft.delta.policies.count) originals are deleted"
        failure.remedy = failure.remedy ?? "import again, then give --delete-originals again"
        if deleted > 0 { failure.kind = .partial }
        throw failure
      }
    }
    talk("deleted \(deleted) policies from cluster \(draft.cluster.name)")
  }

  private func delete(
    _ source: ImportSource, _ client: KubernetesClient, dryRun: Bool
  ) async throws {
    do {
      try await client.delete(
        try Self.resource(of: source),
        namespace: source.namespace.isEmpty ? nil : source.namespace, name: source.name,
        options: DeleteOptions(
          uid: source.uid, resourceVersion: source.object.resourceVersion, dryRun: dryRun))
    } catch let error as KubernetesAPIError where error.isNotFound {
      return
    }
  }

  private func mark(
    _ policy: ImportedPolicy, _ draft: ImportDraft, _ connection: NSXConnection
  ) async throws {
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
    for batch in ImportBatches(steps, domain: draft.ground.scope.domain).batches {
      try await connection.patchHierarchy(batch.body)
    }
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
