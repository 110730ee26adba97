import Documents
import Failures
import Inventory
import NSXClient

extension Run {
  /// `report inventory --remove`.
  ///
  /// - Parameters:
  ///   - id: The container cluster that is meant, where it is not the one that the
  ///     configuration leads to: a cluster had it under a former name or id.
  ///   - approved: Whether nobody is asked.
  public func removeInventory(
    clusters names: [String], id: String? = nil, dryRun: Bool, approved: Bool
  ) async throws -> ExitStatus {
    let clusters = try clusterSettings(names, in: nil).map(\.name)
    if id != nil, clusters.count != 1 {
      throw Failure(
        .usage, subject: "--inventory-id",
        cause: "one container cluster cannot be that of \(clusters.count) clusters",
        remedy: "say whose it was by --cluster")
    }
    if let id,
      let other = settings.clusters.first(where: {
        $0.inventoryID == id && !clusters.contains($0.name)
      })
    {
      throw Failure(
        .usage, subject: "--inventory-id",
        cause: "\(id) is the inventory of cluster \(other.name) in the configuration",
        remedy: "take it away as that cluster's, by --cluster \(other.name)")
    }
    if !dryRun, !approved {
      let place = id.map { "container cluster \($0) of NSX's inventory" } ?? "NSX's inventory"
      let question =
        "Remove what nsx-antrea wrote into \(place) of \(clusters.joined(separator: ", "))?"
      guard try confirmed(question, of: "report inventory --remove") else { return .failed }
    }
    return try await withInventories(names) { run, cluster, connection in
      var meant = cluster
      meant.inventoryID = id ?? cluster.inventoryID
      return try await run.removeInventory(
        of: meant, from: connection, isFormer: id != nil, dryRun: dryRun)
    }
  }

  /// Deletes what bears our mark in a cluster's inventory, then the cluster
  /// itself where we created it and nothing is left in it.
  private func removeInventory(
    of cluster: ClusterSettings, from connection: NSXConnection, isFormer: Bool, dryRun: Bool
  ) async throws -> InventoryReport {
    // Whoever reports there: only what is ours goes.
    let target = try await inventoryTarget(of: cluster, connection, takesOwnership: true)
    if isFormer, target.existing == nil {
      throw Failure(
        .failed, subject: "inventory of cluster \(cluster.name)",
        cause: "NSX has no container cluster \(target.id)",
        remedy: "nothing is left to be taken away there")
    }
    let version = InventoryCluster.Version(
      productVersion: try await connection.version().text)
    let current = try await currentInventory(target, version: version, connection)
    let updates = InventoryDelta.removal(of: current, in: target.id)
    let names = InventoryReport.names(current)
    var report = InventoryReport(
      cluster: cluster.name, id: target.id, isDryRun: dryRun, updates: updates, names: names)
    report.foreign = current.filter {
      $0["resource_type"]?.string != InventoryType.cluster.rawValue && !InventoryOrigin.isOurs($0)
    }
    let removesCluster =
      report.foreign.isEmpty && target.existing.map(InventoryOrigin.isOurs) == true
    if removesCluster {
      report.add(.delete, .cluster, id: target.id, name: cluster.name)
    }
    if dryRun { return report }
    let outcome = try await sendInventory(updates, to: target.id, connection)
    report.accepted += outcome.accepted
    report.problems = outcome.problems(names: names)
    report.failure = outcome.failure?.failure
    if removesCluster, report.problems.isEmpty {
      // Deleting the cluster takes along all that is in it: look once more.
      let left = try await currentInventory(target, version: version, connection).count - 1
      if left > 0 {
        report.problems.append("the cluster stays, because \(left) objects came into it meanwhile")
      } else {
        try await connection.deleteContainerCluster(target.id)
        report.accepted += 1
      }
    }
    warn(report.problems, of: cluster.name)
    return report
  }
}
