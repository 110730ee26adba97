import AntreaModel
import Documents
import Failures
import GitRepository
import KubernetesClient
import Planning

extension Run {
  /// Reads a plan file.
  ///
  /// - Throws: ``Failure`` of kind invalidInput that names the file.
  func planFile(_ path: String) throws -> PlanFile {
    do { return try PlanFile(bytes: try Files.read(path)) } catch let error as PlanDocumentError {
      throw error.failure(of: path)
    }
  }

  /// The approved plans of a file, bound to the clusters as they are now.
  ///
  /// What is approved is what the file says: that its branch has moved on since
  /// is told, and changes nothing.
  ///
  /// A plan that was made for another cluster, or is not the same change any
  /// more, is refused; those of other clusters go on.
  func approvedPlans(
    _ path: String, _ source: DesiredSource
  ) async throws -> [ClusterAttempt<ClusterPlan>] {
    let file = try planFile(path)
    let known = file.entries.map(\.cluster) + file.missing.map(\.cluster)
    let unknown = source.clusters.filter { !known.contains($0) }
    guard unknown.isEmpty else {
      throw Failure(
        .usage, subject: "--cluster \(unknown.joined(separator: ", "))",
        cause: "is not in \(path)",
        remedy: "it plans \(known.joined(separator: ", "))")
    }
    let chosen = file.entries.filter {
      source.clusters.isEmpty || source.clusters.contains($0.cluster)
    }
    try refuseGuessedClusters(chosen.map(\.cluster))
    let mine = ofShard(
      chosen.map { entry in
        settings.clusters.first { $0.name == entry.cluster } ?? ClusterSettings(name: entry.cluster)
      })
    let work = mine.compactMap { cluster in
      chosen.first { $0.cluster == cluster.name }.map { (entry: $0, cluster: cluster) }
    }
    let attempts = await eachCluster(work, name: \.cluster.name) { run, part in
      run.tellOlderCommit(of: part.entry)
      return try await run.approved(part.entry, of: path, part.cluster)
    }
    try Task.checkCancellation()
    let missing = file.missing.filter { entry in
      (source.clusters.isEmpty || source.clusters.contains(entry.cluster))
        && shard?.contains(entry.cluster) != false
    }
    return attempts
      + missing.map { entry in
        var failure = entry.failure
        failure.cause = "was not planned for: \(failure.cause)"
        failure.remedy = "plan again for it, and have that approved"
        return ClusterAttempt(name: entry.cluster, result: .failure(failure))
      }
  }

  private func approved(
    _ entry: PlanFile.Entry, of path: String, _ cluster: ClusterSettings
  ) async throws -> ClusterPlan {
    let approved = entry.plan
    let client = try await connectCluster(cluster)
    let bound = approved.bindings["clusterUID"]
    let reached = bound == nil ? nil : try await identity(of: client)
    if bound != nil, reached == nil {
      throw Failure(
        .permissionDenied, subject: "\(path): cluster \(cluster.name)",
        cause: "which cluster it is cannot be told: namespace kube-system may not be read",
        remedy: "allow `get` of namespaces, as for the account that made the plan")
    }
    if bound == nil {
      log.warning(
        "\(path): cluster \(cluster.name): the plan names no cluster that it was made for, so it is applied to the one that is reached"
      )
    }
    if bound != reached {
      throw Failure(
        .refused, subject: "\(path): cluster \(cluster.name)",
        cause: "the plan was made for another cluster than the one that is reached now",
        remedy: "give the configuration that it was made with, or choose the right context")
    }
    let live = try await readCluster(client, withConnectivity: false).policyObjects
    let applySet = try await applySetView(of: approved.owner, client)
    if let bound = approved.scope.applySet, bound != applySet?.set.id {
      throw Failure(
        .refused, subject: "\(path): cluster \(cluster.name)",
        cause: "the plan was made for another ApplySet",
        remedy: "set apply.lockNamespace as it was, or plan again")
    }
    let desired = Self.desired(of: approved, live: live)
    let faults = try await featureFaults(of: desired, with: client, cluster: cluster.name)
    let fresh = try freshPlan(
      of: approved, desired: desired, live: live, budget: explicitBudget,
      unsupported: faults.map(\.message), applySet: applySet)
    let (plan, stale) = approved.renewed(from: fresh)
    guard stale.isEmpty else { throw Self.staleFailure(stale, of: path, cluster.name) }
    let wanted = DesiredCluster(
      settings: cluster, objects: desired, owner: approved.owner,
      provenance: ["objects": entry.names], findings: entry.findings,
      incomplete: approved.bindings["incomplete"].map { [$0] } ?? [],
      isApplicable: approved.bindings["refusedRules"] == nil, commit: approved.bindings["commit"])
    return ClusterPlan(
      desired: wanted, plan: plan, live: live, approvedConnectivity: entry.connectivityText)
  }

  private static func staleFailure(_ stale: [StaleStep], of path: String, _ cluster: String)
    -> Failure
  {
    return Failure(
      .refused, subject: "\(path): cluster \(cluster)",
      cause: "is stale, nothing was changed; since the plan was made: \(stale.text)",
      remedy: "plan again and have it approved")
  }

  /// Tells when the branch that a plan was made from has moved on.
  private func tellOlderCommit(of entry: PlanFile.Entry) {
    guard let path = repositoryPath(nil), Files.isFolder(path),
      let tree = try? treeSource(path)
    else { return }
    if let digest = entry.plan.bindings["digest"],
      let newest = (try? tree.provenance(of: entry.cluster))?["digest"]?.string, newest != digest
    {
      talk(
        "note: cluster \(entry.cluster): the plan was made from NSX state \(digest.prefix(19)), and the tree is made from \(newest.prefix(19)) now; what was approved is applied"
      )
    }
    guard let commit = entry.plan.bindings["commit"],
      let newest = tree.commit(of: entry.cluster), newest != commit
    else { return }
    talk(
      "note: cluster \(entry.cluster): the plan was made from commit \(commit.prefix(10)), and the tree is at \(newest.prefix(10)) now; what was approved is applied"
    )
  }

  /// The deletion budget where the command line gives one: an approved plan
  /// has been judged already.
  private var explicitBudget: DeletionBudget? {
    guard let entry = settings.entries["apply.maxDeletes"], case .flag = entry.origin else {
      return nil
    }
    return entry.text.flatMap { DeletionBudget(parsing: $0) }
  }
}
