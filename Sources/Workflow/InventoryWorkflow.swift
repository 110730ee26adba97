import Documents
import Failures
import Inventory
import NSXClient
import Planning

extension Run {
  /// `report inventory`.
  public func reportInventory(clusters names: [String], dryRun: Bool) async throws -> ExitStatus {
    try await withInventories(names) { run, cluster, connection in
      try await run.reportInventory(of: cluster, to: connection, dryRun: dryRun)
    }
  }

  /// Works on the inventories of clusters, prints what came of them and gives
  /// the status of all.
  func withInventories(
    _ names: [String],
    _ body:
      @escaping @Sendable (Run, ClusterSettings, NSXConnection) async throws ->
      InventoryReport
  ) async throws -> ExitStatus {
    let clusters = try clusterSettings(names, in: nil)
    if isIdle(names) { return .success }
    try refuseSharedInventories(clusters)
    return try await withNSX { connection in
      let attempts = await eachCluster(clusters, name: \.name) { run, cluster in
        try await body(run, cluster, connection)
      }
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
      for attempt in attempts {
        if let failure = attempt.failure { tell(failure, cluster: attempt.name) }
        journal.end(.reporting, of: attempt.name, attempt.failure ?? attempt.value?.shortfall)
      }
      return Self.status(
        of: attempts.map { attempt in
          // Why it is not whole has been told.
          attempt.failure ?? attempt.value?.shortfall
        }, changed: attempts.contains { ($0.value?.accepted ?? 0) > 0 })
    }
  }

  /// Two clusters with one inventory would delete each other's objects.
  func refuseSharedInventories(_ clusters: [ClusterSettings]) throws {
    let ids = Dictionary(grouping: clusters.filter { $0.inventoryID != nil }) { $0.inventoryID }
    for (id, sharing) in ids where sharing.count > 1 {
      throw Failure(
        .usage, subject: "clusters.inventoryID",
        cause:
          "\(sharing.map(\.name).sorted().joined(separator: " and ")) have the same, \(id ?? "")",
        remedy: "each cluster needs an inventory of its own")
    }
    // A control plane's inventory has the identity that NSX gave the plane.
    let planes = Dictionary(
      grouping: clusters.filter { $0.inventoryID == nil && $0.controlPlane != nil }
    ) { $0.controlPlane }
    for (plane, sharing) in planes where sharing.count > 1 {
      throw Failure(
        .usage, subject: "clusters.controlPlane",
        cause:
          "\(sharing.map(\.name).sorted().joined(separator: " and ")) have the same, \(plane ?? ""), and so the same inventory",
        remedy: "give each cluster its own control plane, or an inventoryID")
    }
  }

  /// Brings NSX's inventory of a cluster up to date.
  ///
  /// - Parameter observations: What other reports know; the state of the
  ///   Agents is read here.
  /// - Throws: ``Failure`` of kind refused where somebody else owns the
  ///   inventory.
  func reportInventory(
    of cluster: ClusterSettings, to connection: NSXConnection, dryRun: Bool,
    observations: InventoryObservations = InventoryObservations()
  ) async throws -> InventoryReport {
    let target = try await inventoryTarget(of: cluster, connection)
    let version = InventoryCluster.Version(
      productVersion: try await connection.version().text)
    // NSX first: what is missing in the cluster afterwards is gone, and not new.
    let current = try await currentInventory(target, version: version, connection)
    let source = try await inventorySource(cluster)
    try await refuseOtherInventories(
      of: cluster, uid: source.uid, target, current: current, connection)
    let mapper = inventoryMapper(of: cluster, target, version, source, observations)
    let mapping = mapper.map(source.objects)
    let changes = InventoryDelta.compute(
      current: current, desired: mapping.objects,
      takesOver: settings.flag("inventory.takeOwnership"), mayExist: mapper.mayExist)
    var report = InventoryReport(
      cluster: cluster.name, id: target.id, isDryRun: dryRun, updates: changes.updates,
      names: InventoryReport.names(current, mapping.objects))
    report.notes = mapping.notes + changes.notes
    report.gaps = source.gaps
    report.foreign = changes.foreign
    var updates = changes.updates
    report.failure = source.shortfall(cluster.name)
    if let failure = report.failure { report.problems.append(failure.cause) }
    let refusal =
      refusalOfDeletes(unless: source, are: updates, current: current, cluster)
      ?? refusalOfDeletes(updates: updates, current: current, desired: mapping.objects, cluster)
    if let refusal {
      report.failure = refusal
      report.problems.append("\(refusal)")
      updates.removeAll { $0.kind == .delete }
    }
    warn(report.problems, of: cluster.name)
    if dryRun || updates.isEmpty { return report }
    try await send(updates, to: target, connection, &report)
    report.notes += InventoryReferences.notes(refused: report.refused, among: mapping.objects)
    return report
  }

  private func inventoryMapper(
    of cluster: ClusterSettings, _ target: InventoryTarget, _ version: InventoryCluster.Version?,
    _ source: InventorySource, _ observations: InventoryObservations
  ) -> InventoryMapper {
    var known = observations
    known.agents.merge(source.agents) { given, _ in given }
    var described = InventoryCluster(
      name: cluster.name, id: target.id, type: cluster.clusterType,
      infrastructure: cluster.infrastructure, version: version)
    described.exists = target.existing != nil
    described.uid = source.uid
    return InventoryMapper(
      cluster: described, incompleteKinds: source.incompleteKinds, observations: known)
  }

  /// Sends changes, the cluster itself first, and notes what became of them.
  private func send(
    _ updates: [InventoryUpdate], to target: InventoryTarget, _ connection: NSXConnection,
    _ report: inout InventoryReport
  ) async throws {
    var updates = updates
    if target.existing == nil, let first = updates.first, first.type == .cluster {
      _ = try await connection.createContainerCluster(first.object)
      updates.removeFirst()
      report.accepted += 1
    }
    let outcome = try await sendInventory(updates, to: target.id, connection)
    report.accepted += outcome.accepted
    report.refused = outcome.refusedCreates
    let problems = outcome.problems(names: report.names)
    report.problems += problems
    report.failure = outcome.failure?.failure ?? report.failure
    warn(problems, of: report.cluster)
  }

  /// Why deletes are held back: which cluster was read cannot be told, though NSX
  /// knows whose inventory it is.
  private func refusalOfDeletes(
    unless source: InventorySource, are updates: [InventoryUpdate], current: [JSONValue],
    _ cluster: ClusterSettings
  ) -> Failure? {
    guard source.uid == nil, updates.contains(where: { $0.kind == .delete }),
      !InventoryIdentity.recorded(in: current).isEmpty
    else { return nil }
    return Failure(
      .permissionDenied, subject: "inventory of cluster \(cluster.name)",
      cause:
        "whether it is of this cluster cannot be told, because namespace kube-system may not be read; nothing is deleted",
      remedy: "give the rights of examples/rbac.yaml")
  }

  /// Why deletes are held back: much of the inventory would go, and groups in
  /// NSX are made of it.
  ///
  /// Pods come and go, and what is created again under its name is replaced:
  /// neither counts, but where no Pod at all is left.
  private func refusalOfDeletes(
    updates: [InventoryUpdate], current: [JSONValue], desired: [JSONValue],
    _ cluster: ClusterSettings
  ) -> Failure? {
    func place(_ object: JSONValue) -> String {
      ["resource_type", "container_project_id", "display_name"]
        .map { object[$0]?.string ?? "" }.joined(separator: "\u{0}")
    }
    let wanted = Set(desired.map(place))
    let hasPods = desired.contains {
      $0["resource_type"]?.string == InventoryType.instance.rawValue
    }
    var places: [String: String] = [:]
    for object in current { places[object["external_id"]?.string ?? ""] = place(object) }
    let deletes = updates.count { update in
      guard update.kind == .delete else { return false }
      if update.type == .instance { return !hasPods }
      return places[update.externalID].map { !wanted.contains($0) } ?? true
    }
    let budget =
      settings.text("inventory.maxDeletes").flatMap { DeletionBudget(parsing: $0) } ?? .standard
    let limit = budget.limit(of: current.count)
    guard deletes > limit else { return nil }
    return Failure(
      .refused, subject: "inventory of cluster \(cluster.name)",
      cause:
        "\(deletes) of \(current.count) objects in NSX would be deleted, at most \(limit) allowed; nothing is deleted",
      remedy:
        "see what with `report inventory --dry-run`, and raise inventory.maxDeletes if it is meant")
  }
}
