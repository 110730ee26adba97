import Documents
import Failures
import Inventory
import NSXClient

extension Run {
  /// `report inventory --remove`.
  ///
  /// - Parameter approved: Whether nobody is asked.
  public func removeInventory(
    clusters names: [String], dryRun: Bool, approved: Bool
  ) async throws -> ExitStatus {
    if !dryRun, !approved {
      let clusters = try clusterSettings(names, in: nil).map(\.name)
      let question =
        "Remove what nsx-antrea wrote into NSX's inventory of \(clusters.joined(separator: ", "))?"
      guard try confirmed(question, of: "report inventory --remove") else { return .failed }
    }
    return try await withInventories(names) { run, cluster, connection in
      try await run.removeInventory(of: cluster, from: connection, dryRun: dryRun)
    }
  }

  /// Deletes what bears our mark in a cluster's inventory, then the cluster
  /// itself where we created it and nothing is left in it.
  private func removeInventory(
    of cluster: ClusterSettings, from connection: NSXConnection, dryRun: Bool
  ) async throws -> InventoryReport {
    // Whoever reports there: only what is ours goes.
    let target = try await inventoryTarget(of: cluster, connection, takesOwnership: true)
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
    for problem in report.problems { talk("warning: cluster \(cluster.name): \(problem)") }
    return report
  }
}
