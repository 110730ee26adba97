import AntreaModel
import Documents
import Failures
import Importing
import KubernetesClient
import NSXClient

extension Run {
  /// `report groups`: addresses of the clusters into NSX groups.
  public func reportGroups(clusters names: [String], dryRun: Bool) async throws -> ExitStatus {
    let wanted = Set(settings.groups.map(\.cluster))
    let clusters = try clusterSettings(names, in: nil).filter { wanted.contains($0.name) }
    if isIdle(names) { return .success }
    guard !clusters.isEmpty else {
      talk("no group is configured for these clusters (groups in the configuration)")
      return .success
    }
    return try await withNSX { connection in
      let attempts = await reportGroups(of: clusters, to: connection, dryRun: dryRun)
      try Task.checkCancellation()
      print(
        text: attempts.compactMap(\.value?.text).joined(),
        json: [
          "schemaVersion": 1,
          "clusters": .array(
            attempts.map { attempt in
              attempt.value?.document
                ?? ["name": .string(attempt.name), "failure": attempt.failure?.document ?? .null]
            }),
        ])
      let failures = attempts.map(\.shortfall)
      for (attempt, failure) in zip(attempts, failures) {
        if let failure { tell(failure, cluster: attempt.name) }
      }
      return Self.status(
        of: failures, changed: attempts.contains { ($0.value?.written ?? 0) > 0 })
    }
  }

  /// Brings the groups of those clusters up to date that have any.
  func reportGroups(
    of clusters: [ClusterSettings], to connection: NSXConnection, dryRun: Bool
  ) async -> [ClusterAttempt<GroupReport>] {
    let wanted = Set(settings.groups.map(\.cluster))
    return await eachCluster(clusters.filter { wanted.contains($0.name) }, name: \.name) {
      run, cluster in
      try await run.reportGroups(of: cluster, to: connection, dryRun: dryRun)
    }
  }

  /// Brings the groups of one cluster up to date; those that cannot be do not
  /// keep the others.
  ///
  /// - Throws: where the cluster cannot be read whole: no group is touched then.
  func reportGroups(
    of cluster: ClusterSettings, to connection: NSXConnection, dryRun: Bool = false
  ) async throws -> GroupReport {
    let groups = settings.groups.filter { $0.cluster == cluster.name }
    var report = GroupReport(cluster: cluster.name)
    if groups.isEmpty { return report }
    let client = try await connectCluster(cluster)
    let uid = try await identity(of: client)
    if uid == nil {
      log.warning(
        "cluster \(cluster.name): namespace kube-system may not be read, so whether its groups are this cluster's is not compared"
      )
    }
    let objects = try await addressObjects(groups, client)
    for group in groups {
      try Task.checkCancellation()
      let found = group.source.addresses(of: objects)
      var result = GroupResult(
        path: group.path, entries: found.addresses.ranges.count, objects: found.objects,
        outcome: .unchanged)
      do {
        if let text = found.unreadable.first {
          throw Failure(
            .invalidInput, subject: group.path, cause: "no address: \(text)",
            remedy: "the group stays as it is until every address can be read")
        }
        result.outcome = try await write(
          group, found.addresses, uid, connection, dryRun: dryRun)
      } catch let error as any FailureConvertible {
        result.outcome = .failed(error.failure)
      }
      report.results.append(result)
    }
    return report
  }

  private func write(
    _ settings: GroupSettings, _ addresses: AddressSet, _ uid: String?,
    _ connection: NSXConnection, dryRun: Bool
  ) async throws -> GroupResult.Outcome {
    let group = AddressGroup(
      path: settings.path, displayName: settings.displayName, cluster: settings.cluster,
      clusterUID: uid, mayBeEmpty: settings.allowsEmpty, addresses: addresses)
    let current = try await connection.policyObject(settings.path)
    var parts: [JSONValue] = []
    while let part = try await connection.policyObject(group.partPath(parts.count + 1)) {
      parts.append(part)
    }
    switch group.decision(current, parts: parts) {
    case .unchanged: return .unchanged
    case .refuse(let reason): throw reason.failure(settings.path)
    case .write(let writes, let surplus, let added, let removed):
      let (added, removed) = (added.ranges.count, removed.ranges.count)
      if dryRun { return .planned(added: added, removed: removed) }
      try await write(writes, surplus: surplus, connection)
      return .written(added: added, removed: removed)
    }
  }

  /// Several groups are written in one transaction, and what is surplus goes after it
  /// in another.
  private func write(
    _ writes: [AddressGroup.Write], surplus: [JSONValue], _ connection: NSXConnection
  ) async throws {
    if writes.count == 1, surplus.isEmpty {
      try await connection.putPolicyObject(writes[0].path, writes[0].document)
      return
    }
    func step(_ action: ImportStep.Action, _ path: String, _ document: JSONValue) -> ImportStep {
      ImportStep(
        action: action, object: ImportObject(path: path, type: .group, document: document),
        revision: document["_revision"]?.integer, changed: [], source: "groups")
    }
    let steps =
      writes.map { step($0.document["_revision"] == nil ? .create : .update, $0.path, $0.document) }
      + surplus.map { step(.delete, $0["path"]?.string ?? "", $0) }
    let domain = steps.first?.object.path.split(separator: "/").prefix(3).joined(separator: "/")
    for batch in ImportBatches(steps, domain: "/\(domain ?? "")").batches {
      try await connection.patchHierarchy(batch.body)
    }
  }

  /// Everything that the groups of a cluster are made from. What may not be
  /// listed ends it: an address that is not seen is not one that is gone.
  private func addressObjects(
    _ groups: [GroupSettings], _ client: KubernetesClient
  ) async throws -> [KubernetesObject] {
    let kinds = groups.reduce(into: Set<String>()) { $0.formUnion($1.source.objectKinds) }
    var objects: [KubernetesObject] = []
    for resource in Self.addressResources where kinds.contains(resource.kind) {
      var found: [KubernetesObject] = []
      try await client.list(resource) { page in
        if page.isRestart { found.removeAll() }
        found += page.objects.map(InventoryReduction.reduced)
      }
      objects += found
    }
    return objects
  }

  private static let addressResources = [
    APIResource(group: "", version: "v1", kind: "Pod", plural: "pods", isNamespaced: true),
    APIResource(
      group: "", version: "v1", kind: "Namespace", plural: "namespaces", isNamespaced: false),
    APIResource(group: "", version: "v1", kind: "Node", plural: "nodes", isNamespaced: false),
    APIResource(group: "", version: "v1", kind: "Service", plural: "services", isNamespaced: true),
    APIResource(
      group: "networking.k8s.io", version: "v1", kind: "Ingress", plural: "ingresses",
      isNamespaced: true),
    APIResource(
      group: "crd.antrea.io", version: "v1beta1", kind: "Egress", plural: "egresses",
      isNamespaced: false),
  ]
}

extension AddressGroup.Reason {
  /// The reason for people.
  fileprivate func failure(_ path: String) -> Failure {
    switch self {
    case .foreign(let mark):
      Failure(
        .refused, subject: path,
        cause: mark.map { "is filled from cluster \($0)" } ?? "exists and is not this tool's",
        remedy:
          "choose another group, or give it the tag \(AddressGroup.tag)|CLUSTER in NSX")
    case .otherCluster:
      Failure(
        .refused, subject: path,
        cause: "is filled from another cluster than the one that is reached by that name",
        remedy:
          "choose the right context; where the cluster was built anew, take the tag \(AddressGroup.uidTag) off the group in NSX"
      )
    case .otherMembers:
      Failure(
        .refused, subject: path, cause: "has members that are no addresses",
        remedy: "take them out in NSX, or nest the group in another one")
    case .emptied(let before):
      Failure(
        .refused, subject: path,
        cause: "would lose all its \(before) entries, and rules about it would match nothing",
        remedy: "if that is meant, set allowEmpty: true for the group")
    case .foreignPart(let part):
      Failure(
        .refused, subject: path,
        cause: "over \(AddressGroup.maximumEntries) entries need \(part), which is not this tool's",
        remedy: "rename or delete that group in NSX, or choose another group")
    }
  }
}
