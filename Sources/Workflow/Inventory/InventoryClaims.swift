import Failures
import Synchronization

/// Which cluster of a run reports to which inventory: two would delete each
/// other's objects.
final class InventoryClaims: Sendable {
  private let clusters = Mutex<[String: String]>([:])

  /// Takes an inventory for a cluster.
  ///
  /// - Throws: ``Failure`` of kind refused where another cluster has it.
  func claim(_ id: String, for cluster: String) throws {
    let owner = clusters.withLock { clusters -> String in
      let owner = clusters[id] ?? cluster
      clusters[id] = owner
      return owner
    }
    guard owner != cluster else { return }
    throw Failure(
      .refused, subject: "inventory of cluster \(cluster)",
      cause: "cluster \(owner) reports to the same container cluster, \(id)",
      remedy: "give each cluster an inventoryID of its own")
  }
}
