import Documents
import Failures
import Inventory
import NSXClient

extension Run {
  /// Refuses an inventory that describes another cluster than the one that is
  /// reported, and a second inventory of the same one.
  ///
  /// - Parameters:
  ///   - uid: What tells this cluster from another; `nil` where that may not be
  ///     read, and nothing is refused.
  ///   - current: The inventory, if it was read; else what is needed of it is.
  /// - Throws: ``Failure`` of kind refused.
  func refuseOtherInventories(
    of cluster: ClusterSettings, uid: String?, _ target: InventoryTarget,
    current: [JSONValue]? = nil, _ connection: NSXConnection
  ) async throws {
    guard let uid else { return }
    let recorded = try await recordedIdentities(target, current: current, connection)
    if recorded.contains(uid) { return }
    if !recorded.isEmpty {
      let cause =
        "the container cluster \(target.id) describes another cluster: namespace kube-system has the uid \(recorded.sorted().joined(separator: " and ")) there, \(uid) in this one"
      guard settings.flag("inventory.takeOwnership") else {
        throw Failure(
          .refused, subject: "inventory of cluster \(cluster.name)", cause: cause,
          remedy:
            "if this one was built anew, take away what the old one left by `report inventory --remove`; if both exist, give this one an inventoryID of its own"
        )
      }
      talk("warning: cluster \(cluster.name): \(cause); it is taken over")
    }
    guard let other = try await otherInventory(of: uid, than: target, connection) else { return }
    let kept = other.name.map { "`\($0)` (\(other.id))" } ?? other.id
    throw Failure(
      .refused, subject: "inventory of cluster \(cluster.name)",
      cause:
        "NSX has this cluster as container cluster \(kept); as long as its objects stand there, they cannot be written into \(target.id)",
      remedy:
        "set inventoryID: \(other.id) to go on there, or take it away by `report inventory --remove --cluster \(cluster.name) --inventory-id \(other.id)`"
    )
  }

  private func recordedIdentities(
    _ target: InventoryTarget, current: [JSONValue]?, _ connection: NSXConnection
  ) async throws -> Set<String> {
    guard let existing = target.existing else { return [] }
    if let current { return InventoryIdentity.recorded(in: current) }
    let recorded = InventoryIdentity.recorded(in: [existing])
    if !recorded.isEmpty { return recorded }
    return InventoryIdentity.recorded(
      in: try await connection.listInventory(.project, clusterID: target.id))
  }

  /// Another inventory of the same cluster: under a former name or id.
  private func otherInventory(
    of uid: String, than target: InventoryTarget, _ connection: NSXConnection
  ) async throws -> (id: String, name: String?)? {
    var id = target.others.first { InventoryIdentity.recorded(in: [$0]) == [uid] }?["external_id"]?
      .string
    if id == nil {
      id = try await connection.containerProject(uid)?["container_cluster_id"]?.string
    }
    guard let id, id != target.id else { return nil }
    let name = target.others.first { $0["external_id"]?.string == id }?["display_name"]?.string
    return (id, name)
  }
}
