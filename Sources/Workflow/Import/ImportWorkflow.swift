import AntreaModel
import Documents
import Failures
import Importing
import NSXClient
import Planning
import Reachability

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
      let contents = try await importContents(cluster, request)
      let draft = try importDraft(cluster, contents, ground, request)
      return try finish(draft, request)
    }
    return try await withNSX { connection in
      let ground = try await importGround(of: cluster, connection)
      let contents = try await importContents(cluster, request)
      let draft = try importDraft(cluster, contents, ground, request)
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

  private func importContents(
    _ cluster: ClusterSettings, _ request: ImportRequest
  ) async throws -> ClusterContents {
    if let file = request.clusterObjects { return try readClusterFile(file) }
    return try await readCluster(try await connectCluster(cluster), withConnectivity: true)
  }

  /// What an import would do.
  struct ImportDraft: Sendable {
    var cluster: ClusterSettings
    var contents: ClusterContents
    var ground: ImportGround
    var delta: ImportDelta
    var view: ImportView
    /// Why it is not carried out; empty where it may be.
    var refusals: [Failure]
  }

  private func importDraft(
    _ cluster: ClusterSettings, _ contents: ClusterContents, _ ground: ImportGround,
    _ request: ImportRequest
  ) throws -> ImportDraft {
    if let gap = contents.gaps.first(where: { $0.kind == "Kubernetes NetworkPolicies" }),
      !request.isOffline
    {
      throw Failure(
        .permissionDenied, subject: "cluster \(cluster.name)",
        cause: "\(gap.kind) \(gap.reason)", remedy: "`nsx-antrea doctor` shows missing rights")
    }
    let selection = try ImportSelection(contents.objects, request)
    try refuseUnknownNamespaces(contents, ground, request)
    let inventory = ClusterInventory(contents.objects)
    let importer = PolicyImporter(
      scope: ground.scope, pods: inventory.workloads.compactMap { ImportPod($0) },
      objects: contents.objects)
    var findings = selection.nameless
    var policies: [ImportedPolicy] = []
    for source in selection.chosen {
      let (policy, found) = importer.map(source)
      findings += found
      if let policy { policies.append(policy) }
    }
    tell(findings)
    let refused = Set(findings.filter(\.code.isRefusal).map(\.source))
    if !refused.isEmpty, !request.skipsUnsupported {
      throw Failure(
        .invalidInput, subject: "import",
        cause: "NSX cannot say \(refused.count) of \(selection.chosen.count) policies exactly",
        remedy: "the findings above tell why (docs/import.md); --skip-unsupported leaves them out")
    }
    // An earlier import of a policy that is refused now stays as it is.
    let kept = selection.chosen.filter { refused.contains($0.reference) }.map(\.uid)
    let delta = try ImportDelta(
      policies, in: ground.state, scope: ground.scope,
      stale: .init(
        namespaces: request.isEverywhere ? nil : Set(request.namespaces),
        kept: request.removesDeselected ? [] : selection.others.union(kept)),
      range: request.sequenceNumbers)
    let proof = try ImportProof(
      run: self, cluster: cluster, contents: contents, ground: ground, delta: delta,
      isOffline: request.clusterObjects != nil
    ).outcome()
    var view = ImportView(cluster: cluster.name, delta: delta, findings: findings, proof: proof)
    if request.deletesOriginals { view.originals = policies.map(\.source.reference) }
    return ImportDraft(
      cluster: cluster, contents: contents, ground: ground, delta: delta, view: view,
      refusals: importRefusals(delta, proof, ground, request))
  }

  /// A misspelt namespace has no policies, and must not pass for one that has none.
  private func refuseUnknownNamespaces(
    _ contents: ClusterContents, _ ground: ImportGround, _ request: ImportRequest
  ) throws {
    var known = Set(
      ground.state.imported(from: ground.scope.cluster).compactMap {
        ImportTags.value(ImportTags.namespace, of: $0.object)
      })
    for object in contents.objects {
      if object.kind == "Namespace", object.reference.group.isEmpty { known.insert(object.name) }
      if let namespace = object.namespace { known.insert(namespace) }
    }
    for namespace in request.namespaces where !known.contains(namespace) {
      throw Failure(
        .usage, subject: "--namespace \(namespace)", cause: "there is no such namespace")
    }
  }

  private func tell(_ findings: [ImportFinding]) {
    for finding in findings {
      talk("\(finding.code.isRefusal ? "refused" : "note"): \(finding)")
    }
  }

  /// The safety rules.
  private func importRefusals(
    _ delta: ImportDelta, _ proof: ImportProof.Outcome, _ ground: ImportGround,
    _ request: ImportRequest
  ) -> [Failure] {
    var refusals = delta.conflicts.map(\.failure)
    switch proof {
    case .proved: break
    case .notJudged(let reason):
      if !request.isOffline {
        refusals.append(
          Failure(
            .refused, subject: "import", cause: "it cannot be proved: \(reason)",
            remedy: "`nsx-antrea doctor` shows missing rights"))
      }
    case .refuted(let text, let count, let remedy):
      refusals.append(
        Failure(
          .refused, subject: "import",
          cause: "NSX would decide otherwise (\(count) differences): \(text)", remedy: remedy))
    }
    let deletes = delta.count(.delete)
    let budget =
      settings.text("apply.maxDeletes").flatMap { DeletionBudget(parsing: $0) } ?? .standard
    let limit = budget.limit(of: delta.importedCount)
    if deletes > limit {
      refusals.append(
        Failure(
          .refused, subject: "import",
          cause: "\(deletes) imported objects would be deleted, over the limit of \(limit)",
          remedy: "look at the plan, then give --max-deletes"))
    }
    if let namespace = emptied(delta, ground), !request.allowsEmpty {
      refusals.append(
        Failure(
          .refused, subject: "import",
          cause: "no import of namespace \(namespace) would be left",
          remedy:
            "if its policies were taken away on purpose, give --allow-empty; to keep their imports when originals are deleted, use --delete-originals"
        ))
    }
    return refusals
  }

  /// A namespace whose last imported policy would go.
  private func emptied(_ delta: ImportDelta, _ ground: ImportGround) -> String? {
    let gone = Set(
      delta.steps.filter { $0.action == .delete && $0.object.type == .policy }.map(\.object.path))
    var left: Set<String> = Set(
      delta.policies.filter { !$0.sections.isEmpty }.map(\.source.namespace))
    var all: Set<String> = []
    for (path, object) in ground.state.imported(from: ground.scope.cluster)
    where object["resource_type"]?.string == "SecurityPolicy" {
      guard let namespace = ImportTags.value(ImportTags.namespace, of: object) else { continue }
      if gone.contains(path) { all.insert(namespace) } else { left.insert(namespace) }
    }
    return all.subtracting(left).min()
  }

  /// Shows a plan that is not carried out.
  private func finish(_ draft: ImportDraft, _ request: ImportRequest) throws -> ExitStatus {
    print(text: draft.view.text, json: draft.view.document(written: 0))
    if request.isOffline, !request.isDryRun {
      talk("nothing is written: files stand for NSX or the cluster")
    }
    if let refusal = draft.refusals.first { throw refusal }
    return request.tellsDifferences && !draft.delta.isEmpty ? .differences : .success
  }

  private func carryOut(
    _ draft: ImportDraft, _ request: ImportRequest, _ connection: NSXConnection
  ) async throws -> ExitStatus {
    if !isJSON, !isNDJSON { context.writeOutput(draft.view.text) }
    for refusal in draft.refusals.dropFirst() { talk("\(refusal)") }
    if let refusal = draft.refusals.first { throw refusal }
    if request.deletesOriginals { try await refuseEarlyDeletion(draft) }
    if draft.delta.isEmpty, !request.deletesOriginals {
      if isJSON || isNDJSON { print(text: "", json: draft.view.document(written: 0)) }
      return .success
    }
    let originals =
      draft.view.originals.isEmpty
      ? "" : "\n\(draft.view.originals.count) originals are deleted from the cluster"
    guard
      try request.isApproved
        || confirmed("\(draft.view.summary)\(originals)\nImport?", of: "import")
    else { return .failed }
    let written = try await writeImport(draft, request, connection)
    if request.deletesOriginals { try await deleteOriginals(draft, request, connection) }
    if isJSON || isNDJSON { print(text: "", json: draft.view.document(written: written)) }
    if written > 0 {
      talk("wrote \(written) objects to NSX; `nsx-antrea sync` brings them to the cluster")
    }
    return .success
  }
}

extension ImportPod {
  /// What named ports are resolved at; `nil` for a pod that no policy selects.
  init?(_ pod: Workload) {
    if pod.isHostNetwork { return nil }
    self.init(
      name: "\(pod.namespace)/\(pod.name)", namespaceLabels: pod.namespaceLabels,
      labels: pod.labels,
      ports: pod.namedPorts.map { port in
        let transport =
          switch port.transport {
          case .tcp: "TCP"
          case .udp: "UDP"
          case .sctp: "SCTP"
          }
        return Port(name: port.name, transport: transport, number: port.port)
      })
  }
}
