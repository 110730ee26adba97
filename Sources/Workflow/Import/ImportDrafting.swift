import Failures
import Importing
import Planning
import Reachability

extension Run {
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

  /// Makes the plan of an import, with all that forbids it.
  ///
  /// - Parameter tell: told of what was found, before anything is thrown for it.
  func importDraft(
    _ cluster: ClusterSettings, _ contents: ClusterContents, _ ground: ImportGround,
    _ request: ImportRequest, tell: ([ImportFinding]) -> Void
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
    // An earlier import of a policy that is refused now stays as it is.
    let kept = selection.chosen.filter { refused.contains($0.reference) }.map(\.uid)
    // A file need not say which cluster it is of, and nothing is written because of it.
    let isUnknown = request.clusterObjects != nil && ground.scope.clusterUID == nil
    var delta = try ImportDelta(
      policies, in: ground.state, scope: ground.scope,
      stale: .init(
        namespaces: request.isEverywhere ? nil : Set(request.namespaces),
        kept: request.removesDeselected ? [] : selection.others.union(kept)),
      range: request.sequenceNumbers, checksCluster: !request.isRebuilt && !isUnknown)
    if request.deletesOriginals { delta = delta.keepingMarks() }
    let refusals: [Failure]
    let proof: ImportProof.Outcome
    if refused.isEmpty || request.skipsUnsupported {
      proof = try ImportProof(
        run: self, cluster: cluster, contents: contents, ground: ground, delta: delta,
        isOffline: request.clusterObjects != nil
      ).outcome()
      refusals = self.refusals(of: proof, request)
    } else {
      proof = .notJudged("\(refused.count) policies are refused")
      refusals = [Self.unsupported(refused.sorted(), of: selection.chosen.count)]
    }
    var view = ImportView(cluster: cluster.name, delta: delta, findings: findings, proof: proof)
    if request.deletesOriginals { view.originals = policies.map(\.source.reference) }
    return ImportDraft(
      cluster: cluster, contents: contents, ground: ground, delta: delta, view: view,
      refusals: refusals + importRefusals(delta, ground, request))
  }

  private static func unsupported(_ names: [String], of count: Int) -> Failure {
    let list =
      names.prefix(5).joined(separator: ", ")
      + (names.count > 5 ? " and \(names.count - 5) more" : "")
    return Failure(
      .invalidInput, subject: "import",
      cause: "NSX cannot say \(names.count) of \(count) policies exactly: \(list)",
      remedy:
        "the findings above tell where, why and the way out (docs/import.md); --skip-unsupported leaves these policies out"
    )
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

  /// What is not proved is not written.
  private func refusals(of proof: ImportProof.Outcome, _ request: ImportRequest) -> [Failure] {
    switch proof {
    case .notJudged(let reason) where !request.isOffline:
      [
        Failure(
          .refused, subject: "import", cause: "it cannot be proved: \(reason)",
          remedy: "`nsx-antrea doctor` shows missing rights")
      ]
    case .proved, .notJudged: []
    case .refuted(let text, let count, let remedy):
      [
        Failure(
          .refused, subject: "import",
          cause: "NSX would decide otherwise (\(count) differences): \(text)", remedy: remedy)
      ]
    }
  }

  /// The other safety rules.
  private func importRefusals(
    _ delta: ImportDelta, _ ground: ImportGround, _ request: ImportRequest
  ) -> [Failure] {
    var refusals = delta.conflicts.map(\.failure)
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
