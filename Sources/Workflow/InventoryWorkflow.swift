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
  }

  /// Brings NSX's inventory of a cluster up to date.
  ///
  /// - Parameter observations: What other reports know; the state of the
  ///   Agents is read here.
  /// - Throws: ``Failure`` of kind refused where somebody else owns the
  ///   inventory, or where more would be deleted than `inventory.maxDeletes`.
  func reportInventory(
    of cluster: ClusterSettings, to connection: NSXConnection, dryRun: Bool,
    observations: InventoryObservations = InventoryObservations()
  ) async throws -> InventoryReport {
    let target = try await inventoryTarget(of: cluster, connection)
    let version = InventoryCluster.Version(
      productVersion: try await connection.version().text)
    async let reading = inventorySource(cluster)
    let current = try await currentInventory(target, version: version, connection)
    let source = try await reading
    var known = observations
    known.agents.merge(source.agents) { given, _ in given }
    let mapper = InventoryMapper(
      cluster: InventoryCluster(
        name: cluster.name, id: target.id, type: cluster.clusterType,
        infrastructure: cluster.infrastructure, version: version),
      incompleteKinds: source.incompleteKinds, observations: known)
    let mapping = mapper.map(source.objects)
    let changes = InventoryDelta.compute(
      current: current, desired: mapping.objects,
      takesOver: settings.flag("inventory.takeOwnership"), mayExist: mapper.mayExist)
    let names = InventoryReport.names(current, mapping.objects)
    var report = InventoryReport(
      cluster: cluster.name, id: target.id, isDryRun: dryRun, updates: changes.updates,
      names: names)
    report.notes = mapping.notes + changes.notes
    report.gaps = source.gaps
    report.foreign = changes.foreign
    try refuse(deletesOf: report, among: current.count)
    if dryRun || changes.updates.isEmpty { return report }
    var updates = changes.updates
    if target.existing == nil, let first = updates.first, first.type == .cluster {
      _ = try await connection.createContainerCluster(first.object)
      updates.removeFirst()
      report.accepted += 1
    }
    let outcome = try await sendInventory(updates, to: target.id, connection)
    report.accepted += outcome.accepted
    report.problems = outcome.problems(names: names)
    report.failure = outcome.failure?.failure
    for problem in report.problems { talk("warning: cluster \(cluster.name): \(problem)") }
    return report
  }

  /// Nothing is sent where much of the inventory would go: groups in NSX are
  /// made of it.
  private func refuse(deletesOf report: InventoryReport, among count: Int) throws {
    let budget =
      settings.text("inventory.maxDeletes").flatMap { DeletionBudget(parsing: $0) } ?? .standard
    let deletes = report.total.deletes
    let limit = budget.limit(of: count)
    guard deletes > limit else { return }
    throw Failure(
      .refused, subject: "inventory of cluster \(report.cluster)",
      cause: "\(deletes) of \(count) objects in NSX would be deleted, at most \(limit) allowed",
      remedy: "see what with --dry-run, and raise --max-deletes if it is meant")
  }
}
