import AntreaModel
import Documents
import Failures
import Importing
import KubernetesClient
import NSXClient
import Reachability
import Translation

extension Run {
  /// `import`: NetworkPolicies of a cluster to NSX.
  public func importPolicies(_ request: ImportRequest) async throws -> ExitStatus {
    guard request.isEverywhere != !request.namespaces.isEmpty else {
      throw Failure(
        .usage, subject: "import", cause: "it has to be said which namespaces are imported",
        remedy: "give --namespace NS… or --all-namespaces")
    }
    let cluster = try importCluster(request)
    if let file = request.nsxSnapshot {
      let ground = try importGround(of: cluster, snapshot: file)
      return try finish(try await importDraft(of: cluster, on: ground, request), request)
    }
    return try await withNSX { connection in
      let draft = try await importDraft(
        of: cluster, on: try await importGround(of: cluster, connection), request)
      if request.isOffline || request.isDryRun { return try finish(draft, request) }
      return try await carryOut(draft, request, connection)
    }
  }

  private func importCluster(_ request: ImportRequest) throws -> ClusterSettings {
    let clusters = try clusterSettings(request.cluster.map { [$0] } ?? [], in: nil)
    guard clusters.count == 1, let cluster = clusters.first else {
      throw Failure(
        .usage, subject: "import", cause: "\(clusters.count) clusters are configured",
        remedy: "say which by --cluster")
    }
    return cluster
  }

  /// Reads the cluster and makes the plan.
  ///
  /// - Parameter isTold: whether what was found has been told before.
  private func importDraft(
    of cluster: ClusterSettings, on ground: ImportGround, _ request: ImportRequest,
    isTold: Bool = false
  ) async throws -> ImportDraft {
    let contents: ClusterContents
    var identity: String?
    if let file = request.clusterObjects {
      contents = try readClusterFile(file)
      identity = contents.identity
    } else {
      let client = try await connectCluster(cluster)
      contents = try await readCluster(client, withConnectivity: true)
      identity = contents.identity
      if identity == nil, !contents.hasNamespaces {
        identity = try await self.identity(of: client)
      }
    }
    var ground = ground
    ground.scope.clusterUID = identity
    return try importDraft(cluster, contents, ground, request) { findings in
      for finding in findings where !isTold {
        talk("\(finding.code.isRefusal ? "refused" : "note"): \(finding)")
      }
    }
  }

  /// Shows a plan that is not carried out.
  private func finish(_ draft: ImportDraft, _ request: ImportRequest) throws -> ExitStatus {
    print(text: draft.view.text, json: draft.view.document(written: 0))
    if request.isOffline, !request.isDryRun {
      talk("nothing is written: files stand for NSX or the cluster")
    }
    try refuse(draft)
    return request.tellsDifferences && !draft.delta.isEmpty ? .differences : .success
  }

  /// Ends with the first reason not to go on, and tells the others as well.
  private func refuse(_ draft: ImportDraft) throws {
    for refusal in draft.refusals.dropFirst() { talk("refused: \(refusal)") }
    if let refusal = draft.refusals.first { throw refusal }
  }

  private func carryOut(
    _ draft: ImportDraft, _ request: ImportRequest, _ connection: NSXConnection
  ) async throws -> ExitStatus {
    if !isJSON, !isNDJSON { context.writeOutput(draft.view.text) }
    try refuse(draft)
    if draft.delta.isEmpty, !request.deletesOriginals {
      if isJSON || isNDJSON { print(text: "", json: draft.view.document(written: 0)) }
      return .success
    }
    // Who is asked wants to know before whether it can be done at all.
    if request.deletesOriginals {
      try refuseUnfinished(draft)
      if !request.isApproved { try await refuseEarlyDeletion(draft) }
    }
    let originals =
      draft.view.originals.isEmpty
      ? "" : "\n\(draft.view.originals.count) originals are deleted from the cluster"
    guard
      try request.isApproved
        || confirmed("\(draft.view.summary)\(originals)\nImport?", of: "import")
    else { return .failed }
    let written = try await writeUnderLock(draft, request, connection)
    if isJSON || isNDJSON { print(text: "", json: draft.view.document(written: written)) }
    if written > 0 {
      talk("wrote \(written) objects to NSX; `nsx-antrea sync` brings them to the cluster")
    }
    return .success
  }

  /// Carries a plan out while no other import, and no apply or sync of this source, is
  /// at work: under the Lease that those hold, and only as long as the plan is still
  /// the right one.
  ///
  /// - Returns: the number of objects that were written.
  /// - Throws: ``LeaseError``, ``Failure``.
  private func writeUnderLock(
    _ draft: ImportDraft, _ request: ImportRequest, _ connection: NSXConnection
  ) async throws -> Int {
    let client = try await connectCluster(draft.cluster)
    let owner = Naming.owner(
      manager: connection.endpoints[0].baseURL, cluster: draft.cluster.name)
    let (end, loss) = try await underLock(
      of: draft.cluster.name, owner: owner, client: client
    ) { client, permission -> Result<Int, any Error> in
      do {
        // Another run may have written until the Lease was ours.
        let now = try await importDraft(
          of: draft.cluster, on: try await importGround(of: draft.cluster, connection), request,
          isTold: true)
        try refuse(now)
        guard now.delta.writes == draft.delta.writes else {
          throw Failure(
            .refused, subject: "import",
            cause: "NSX or the cluster changed since the plan was made",
            remedy: "import again, and look at the new plan")
        }
        guard request.deletesOriginals else {
          return .success(try await writeImport(now, request, connection, permission))
        }
        try await refuseEarlyDeletion(now)
        try await deleteOriginals(now, client, connection, permission)
        return .success(0)
      } catch { return .failure(error) }
    }
    do { return try end.get() } catch let error as any FailureConvertible {
      guard let loss else { throw error }
      var failure = loss.failure
      if error.failure.kind == .partial {
        failure.kind = .partial
        failure.cause += "; \(error.failure.subject): \(error.failure.cause)"
      }
      throw failure
    }
  }
}
