import Documents
import Failures
import Inventory
import NSXClient

/// The inventory in NSX that a cluster is reported to.
struct InventoryTarget: Sendable {
  /// `external_id` of the ContainerCluster.
  let id: String
  /// The ContainerCluster, where NSX has it.
  var existing: JSONValue?
  /// The other ContainerClusters that NSX has.
  var others: [JSONValue] = []
}

extension Run {
  private static let controlPlanes =
    "/policy/api/v1/infra/sites/default/enforcement-points/default/cluster-control-planes"

  /// Finds the inventory of a cluster: the configured id, else the one with the
  /// cluster's name and Antrea, else the one that its control plane names, else
  /// a new one.
  ///
  /// - Parameter takesOwnership: Whether it may be somebody else's; default:
  ///   `inventory.takeOwnership`.
  /// - Throws: ``Failure`` of kind refused where several could be meant, or where
  ///   somebody else reports there and that is not allowed.
  func inventoryTarget(
    of cluster: ClusterSettings, _ connection: NSXConnection, takesOwnership: Bool? = nil
  ) async throws -> InventoryTarget {
    let takes = takesOwnership ?? settings.flag("inventory.takeOwnership")
    let planes = try await controlPlanes(connection)
    let plane = Self.controlPlane(of: cluster, among: planes)
    let known = try await connection.listInventory(.cluster)
    var target = try findInventory(of: cluster, plane: plane, takes, among: known)
    target.others = known.filter { $0["external_id"]?.string != target.id }
    try inventoryClaims.claim(target.id, for: cluster.name)
    if takes { return target }
    var owners = planes.filter { $0["node_id"]?.string == target.id }
    if let plane { owners.append(plane) } else { owners += namesakes(of: cluster, among: planes) }
    for plane in owners {
      guard try await isLive(plane, connection) else { continue }
      throw Failure(
        .refused, subject: "inventory of cluster \(cluster.name)",
        cause:
          "the control plane \(plane["path"]?.string ?? "") is registered and alive, so VMware's adapter reports here",
        remedy:
          "if it is another cluster's, name this one's by controlPlane; if its inventory is not wanted, stop it, or set inventory.takeOwnership: true, which also deletes from it what this cluster does not have"
      )
    }
    return target
  }

  /// The registered control planes of Antrea clusters.
  func controlPlanes(_ connection: NSXConnection) async throws -> [JSONValue] {
    do {
      return try await connection.list(Self.controlPlanes).filter {
        $0["node_type"]?.string ?? "ANTREA_NODE" == "ANTREA_NODE"
      }
    } catch let error as NSXAPIError where error.reaction == .notFound {
      // An NSX before 3.2 has none.
      return []
    }
  }

  /// Control planes that may be a cluster's although they have another name:
  /// those of vSphere's own clusters bear the namespace before it, and perhaps
  /// `-antrea` behind it.
  func namesakes(
    of cluster: ClusterSettings, among planes: [JSONValue]
  ) -> [JSONValue] {
    guard cluster.controlPlane == nil else { return [] }
    let others = Set(
      settings.clusters.filter { $0.name != cluster.name }.map { $0.controlPlane ?? $0.name })
    return planes.filter { plane in
      let id = plane["id"]?.string ?? ""
      return !others.contains(id)
        && (id.hasSuffix("-\(cluster.name)") || id.hasSuffix("-\(cluster.name)-antrea")
          || id == "\(cluster.name)-antrea")
    }
  }

  /// The registered control plane of a cluster.
  static func controlPlane(
    of cluster: ClusterSettings, among planes: [JSONValue]
  ) -> JSONValue? {
    let wanted = [cluster.controlPlane ?? cluster.name, cluster.name]
    for name in wanted {
      for member in ["id", "path", "display_name"] {
        if let plane = planes.first(where: { $0[member]?.string == name }) { return plane }
      }
    }
    return nil
  }

  /// Whether the adapter of a control plane is alive: NSX says UNKNOWN when
  /// there was no heartbeat for three intervals. Where that cannot be read, it
  /// counts as alive.
  private func isLive(_ plane: JSONValue, _ connection: NSXConnection) async throws -> Bool {
    guard let path = plane["path"]?.string else { return true }
    do {
      let answer = try await connection.get("/policy/api/v1\(path)/status")
      return answer["status"]?.string != "UNKNOWN"
    } catch let error as NSXAPIError where error.reaction == .notFound {
      return false
    } catch let error as NSXAPIError where error.reaction == .forbidden {
      log.warning("the status of \(path) cannot be read; it counts as alive")
      return true
    }
  }

  private func findInventory(
    of cluster: ClusterSettings, plane: JSONValue?, _ takes: Bool, among known: [JSONValue]
  ) throws -> InventoryTarget {
    let subject = "inventory of cluster \(cluster.name)"
    func isAntrea(_ object: JSONValue) -> Bool {
      object["cni_type"]?.string?.lowercased() == "antrea"
    }
    func refusal(_ object: JSONValue, _ remedy: String) -> Failure {
      Failure(
        .refused, subject: subject,
        cause:
          "the container cluster \(object["external_id"]?.string ?? "") has cni_type \(object["cni_type"]?.string ?? "?"): \(object["cni_type"]?.string == "NCP" ? "NCP" : "another tool") reports there",
        remedy: remedy)
    }
    if let id = cluster.inventoryID {
      let existing = known.first { $0["external_id"]?.string == id }
      if let existing, !isAntrea(existing), !takes {
        throw refusal(
          existing,
          "give another inventoryID, or set inventory.takeOwnership: true, which also deletes from it what this cluster does not have"
        )
      }
      return InventoryTarget(id: id, existing: existing)
    }
    let named = known.filter { $0["display_name"]?.string == cluster.name }
    let node = plane?["node_id"]?.string
    let candidates = named.filter(isAntrea)
    if let existing = candidates.first(where: { $0["external_id"]?.string == node })
      ?? (candidates.count == 1 ? candidates[0] : nil)
    {
      return InventoryTarget(id: existing["external_id"]?.string ?? "", existing: existing)
    }
    if candidates.count > 1 {
      let ids = candidates.compactMap { $0["external_id"]?.string }.sorted()
      throw Failure(
        .refused, subject: subject,
        cause:
          "NSX has \(ids.count) container clusters of Antrea with this name: \(ids.joined(separator: ", "))",
        remedy: "say which by inventoryID in the configuration of the cluster")
    }
    if let node, let existing = known.first(where: { $0["external_id"]?.string == node }),
      isAntrea(existing)
    {
      return InventoryTarget(id: node, existing: existing)
    }
    if let other = named.first, !takes {
      throw refusal(
        other, "if the cluster runs Antrea, set inventory.takeOwnership: true or an inventoryID")
    }
    // What VMware's adapter would take, so that there never are two.
    let id = node ?? InventoryCluster.derivedID(of: cluster.name)
    if let other = known.first(where: { $0["external_id"]?.string == id }) {
      guard isAntrea(other), InventoryOrigin.isOurs(other) else {
        throw refusal(other, "give the cluster an inventoryID of its own")
      }
      return InventoryTarget(id: id, existing: other)
    }
    return InventoryTarget(id: id, existing: nil)
  }

  /// What NSX has of a cluster's inventory, the cluster itself included.
  ///
  /// - Throws: ``NSXAPIError``.
  func currentInventory(
    _ target: InventoryTarget, version: InventoryCluster.Version?, _ connection: NSXConnection
  ) async throws -> [JSONValue] {
    guard let existing = target.existing else { return [] }
    let kinds = NSXInventoryKind.allCases.filter { kind in
      kind != .cluster
        && InventoryType(rawValue: kind.resourceType)?.isKnown(to: version) == true
    }
    return try await withThrowingTaskGroup(of: [JSONValue].self) { group in
      for kind in kinds {
        group.addTask { try await connection.listInventory(kind, clusterID: target.id) }
      }
      return try await group.reduce(into: [existing]) { $0 += $1 }
    }
  }
}
