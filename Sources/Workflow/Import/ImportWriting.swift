import AntreaModel
import Documents
import Failures
import Importing
import KubernetesClient
import NSXClient
import Reachability

extension Run {
  /// Writes an import and reads it back.
  ///
  /// - Returns: the number of objects that were written.
  /// - Throws: ``Failure`` of kind partial where some of it was written.
  func writeImport(_ draft: ImportDraft, _ connection: NSXConnection) async throws -> Int {
    let batches = ImportBatches(draft.delta.steps, domain: draft.ground.scope.domain).batches
    var written = 0
    for batch in batches {
      do {
        try Task.checkCancellation()
        try await connection.patchHierarchy(batch.body)
        written += batch.steps.count
      } catch let error as any FailureConvertible {
        // Without an answer it is not known what became of the request.
        throw written > 0 ? partial(error.failure, written) : error
      }
    }
    if written > 0 { try await verifyImport(draft, connection, written: written) }
    return written
  }

  private func partial(_ failure: Failure, _ written: Int) -> Failure {
    Failure(
      .partial, subject: failure.subject,
      cause: "\(failure.cause); \(written) objects had been written",
      remedy: failure.remedy ?? "import again: it goes on where this run stopped")
  }

  /// NSX answers before it has looked at everything, and is known to keep some
  /// members as they were.
  private func verifyImport(
    _ draft: ImportDraft, _ connection: NSXConnection, written: Int
  ) async throws {
    let ground = try await importGround(of: draft.cluster, connection)
    let rest = try ImportDelta(
      draft.delta.policies, in: ground.state, scope: ground.scope,
      stale: .init(namespaces: [], kept: []))
    let open = rest.steps.filter { $0.action == .create || $0.action == .update }
    guard let first = open.first else { return }
    throw Failure(
      .partial, subject: first.object.path,
      cause: first.action == .create
        ? "is not in NSX although it was written"
        : "NSX holds other \(first.changed.joined(separator: ", ")) than were written",
      remedy: "import again; somebody may have changed it meanwhile")
  }

  // MARK: The originals

  /// The originals may only go where the cluster decides the same without them:
  /// its own policies must have been made from the imported ones.
  func refuseEarlyDeletion(_ draft: ImportDraft) throws {
    guard draft.delta.isEmpty else {
      throw Failure(
        .refused, subject: "--delete-originals", cause: "the import is not in NSX as it should be",
        remedy: "import without it first, then bring it to the cluster with `nsx-antrea sync`")
    }
    let objects = draft.contents.objects
    let originals = Set(draft.delta.policies.map(\.source.object.reference))
    let rest = objects.filter { !originals.contains($0.reference) }
    let inventory = ClusterInventory(objects)
    let world = Universe(
      pods: inventory.workloads, nodes: inventory.nodes,
      podNetworks: draft.cluster.podNetworkCIDRs, hostNames: inventory.hostNames,
      vocabulary: Vocabulary(objects: objects)
    ).world
    let found = VerdictComparison(
      AntreaEvaluator(live: objects, world: world), AntreaEvaluator(live: rest, world: world)
    ).run()
    if let first = found.first {
      throw Failure(
        .refused, subject: "--delete-originals",
        cause: "without the originals the cluster would decide otherwise: \(first)",
        remedy: "bring the imported policies to the cluster first: `nsx-antrea sync`")
    }
    let paths = Set(draft.delta.policies.flatMap(\.sections).map(\.policy.path))
    let rendered = objects.filter { ImportProof.isRendering($0, of: paths, draft.ground.state) }
    guard rendered.count >= paths.count else {
      throw Failure(
        .refused, subject: "--delete-originals",
        cause: "\(rendered.count) of \(paths.count) imported policies are in the cluster",
        remedy: "bring them there first: `nsx-antrea sync`")
    }
    for object in rendered where object.document[path: "status", "phase"]?.string != "Realized" {
      throw Failure(
        .refused, subject: "--delete-originals",
        cause:
          "\(object.reference) is \(object.document[path: "status", "phase"]?.string ?? "not reported") in the cluster, not Realized",
        remedy: "`nsx-antrea status` shows what it waits for; run again then")
    }
  }

  /// Deletes the originals, each only as it was when it was imported. NSX's
  /// objects are marked first: from then on they are no copies, and a later
  /// import does not take them away for want of an original.
  func deleteOriginals(_ draft: ImportDraft, _ connection: NSXConnection) async throws {
    let steps = draft.delta.steps.filter { $0.object.type == .policy && $0.action == .unchanged }
      .compactMap { step -> ImportStep? in
        guard let current = draft.ground.state.objects[step.object.path],
          !ImportTags.isMigrated(current)
        else { return nil }
        var marked = step
        marked.action = .update
        let tags = ImportTags.migrated(current)["tags"]
        var document = step.object.document.object ?? JSONObject()
        document["tags"] = tags
        marked.object.document = .object(document)
        marked.revision = current["_revision"]?.integer
        return marked
      }
    for batch in ImportBatches(steps, domain: draft.ground.scope.domain).batches {
      try await connection.patchHierarchy(batch.body)
    }
    let client = try await connectCluster(draft.cluster)
    var deleted = 0
    for policy in draft.delta.policies {
      let object = policy.source.object
      do {
        try Task.checkCancellation()
        try await client.delete(
          Self.kubernetesPolicies, namespace: policy.source.namespace, name: policy.source.name,
          options: DeleteOptions(uid: policy.source.uid, resourceVersion: object.resourceVersion))
        deleted += 1
      } catch let error as KubernetesAPIError where error.isNotFound {
        deleted += 1
      } catch let error as any FailureConvertible {
        throw partial(error.failure, deleted)
      }
    }
    talk("deleted \(deleted) NetworkPolicies from cluster \(draft.cluster.name)")
  }

  /// NetworkPolicies of Kubernetes.
  private static let kubernetesPolicies = APIResource(
    group: "networking.k8s.io", version: "v1", kind: "NetworkPolicy", plural: "networkpolicies",
    isNamespaced: true)
}
