import AntreaModel
import Documents
import Failures
import Inventory
import KubernetesClient
import NSXClient

extension Run {
  /// `report inventory`.
  public func reportInventory(clusters names: [String], dryRun: Bool) async throws -> ExitStatus {
    let clusters = try clusterSettings(names, in: nil)
    if isIdle(names) { return .success }
    return try await withNSX { connection in
      let attempts = await eachCluster(clusters, name: \.name) { run, cluster in
        try await run.reportInventory(of: cluster, to: connection, dryRun: dryRun)
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
      }
      return Self.status(
        of: attempts.map { attempt in
          // Why it is not whole has been told.
          attempt.failure ?? attempt.value?.shortfall
        }, changed: attempts.contains { ($0.value?.accepted ?? 0) > 0 })
    }
  }

  /// Brings NSX's inventory of a cluster up to date.
  ///
  /// - Throws: ``Failure`` of kind refused where VMware's adapter owns it.
  func reportInventory(
    of cluster: ClusterSettings, to connection: NSXConnection, dryRun: Bool
  ) async throws -> InventoryReport {
    try await refuseForeignOwner(cluster, connection)
    let version = try await connection.version()
    let id = try await inventoryID(of: cluster, connection)
    let target = InventoryCluster(
      name: cluster.name, id: id, version: .init(productVersion: version.text))
    let (objects, incomplete) = try await inventoryObjects(cluster)
    let mapper = InventoryMapper(cluster: target, incompleteKinds: incomplete)
    let wanted = mapper.objects(from: objects)
    var current: [JSONValue] = []
    let existing = try await connection.containerCluster(id)
    if let existing { current.append(existing) }
    if existing != nil {
      for kind in NSXInventoryKind.allCases
      where kind != .cluster && Self.reportedKinds.contains(kind) {
        current += try await connection.listInventory(kind, clusterID: id)
      }
    }
    var updates = InventoryDelta.compute(
      current: current, desired: wanted, incomplete: mapper.incompleteTypes)
    var report = InventoryReport(cluster: cluster.name, id: id, planned: updates.count)
    for update in updates { report.count(update) }
    if dryRun || updates.isEmpty { return report }
    if existing == nil,
      let object = wanted.first(where: { $0["resource_type"]?.string == "ContainerCluster" })
    {
      _ = try await connection.createContainerCluster(object)
      updates.removeAll { $0.type == .cluster }
      report.accepted += 1
    }
    let outcome = try await connection.postInventoryUpdates(
      clusterID: id,
      updates.map { update in
        let operation: NSXInventoryUpdate.Operation =
          switch update.kind {
          case .create: .create
          case .update: .update
          case .delete: .delete
          }
        return NSXInventoryUpdate(operation, update.object)
      })
    report.accepted += outcome.accepted
    for refusal in outcome.refused {
      let object = refusal.update.object
      report.problems.append(
        "NSX refused \(object["resource_type"]?.string ?? "?") \(object["display_name"]?.string ?? object["external_id"]?.string ?? "?"): \(refusal.error.failure.cause)"
      )
    }
    if let failure = outcome.failure { report.problems.append("\(failure.failure)") }
    for problem in report.problems { talk("warning: cluster \(cluster.name): \(problem)") }
    return report
  }

  private static let reportedKinds: Set<NSXInventoryKind> = [
    .node, .project, .application, .applicationInstance, .networkPolicy, .ingressPolicy,
  ]

  /// A registered control plane means VMware's adapter, which owns the
  /// inventory: two writers would fight (design law 6).
  private func refuseForeignOwner(_ cluster: ClusterSettings, _ connection: NSXConnection)
    async throws
  {
    if settings.flag("inventory.takeOwnership") { return }
    let planes = try await connection.list(
      "/policy/api/v1/infra/sites/default/enforcement-points/default/cluster-control-planes")
    let wanted = [cluster.name, cluster.controlPlane ?? cluster.name]
    guard
      let plane = planes.first(where: { plane in
        wanted.contains {
          $0 == plane["id"]?.string || $0 == plane["display_name"]?.string
            || $0 == plane["path"]?.string
        }
      })
    else { return }
    throw Failure(
      .refused, subject: "inventory of cluster \(cluster.name)",
      cause:
        "the control plane \(plane["path"]?.string ?? "") is registered, so VMware's adapter reports here",
      remedy: "if no adapter runs in the cluster, set inventory.takeOwnership: true")
  }

  private func inventoryID(of cluster: ClusterSettings, _ connection: NSXConnection) async throws
    -> String
  {
    if let id = cluster.inventoryID { return id }
    let known = try await connection.list("/api/v1/fabric/container-clusters")
    let same = known.filter {
      $0["display_name"]?.string == cluster.name && $0["cni_type"]?.string?.lowercased() == "antrea"
    }
    if same.count > 1 {
      throw Failure(
        .refused, subject: "inventory of cluster \(cluster.name)",
        cause: "NSX has \(same.count) container clusters with this name",
        remedy: "say which by inventoryID in the configuration of the cluster")
    }
    return same.first?["external_id"]?.string ?? InventoryCluster.derivedID(of: cluster.name)
  }

  private func inventoryObjects(
    _ cluster: ClusterSettings
  ) async throws -> ([KubernetesObject], incomplete: Set<String>) {
    let client = try await connectCluster(cluster)
    var objects: [KubernetesObject] = []
    var incomplete: Set<String> = []
    for resource in Self.inventoryResources {
      do {
        objects += try await client.list(resource).objects
      } catch let error as KubernetesAPIError where error.isNotFound || error.isForbidden {
        log.warning(
          "cluster \(cluster.name): \(resource.kind) cannot be listed: \(error.failure.cause)")
        incomplete.insert(resource.kind)
      }
    }
    return (objects, incomplete)
  }
}

/// What a report of one cluster did.
struct InventoryReport: Sendable {
  let cluster: String
  let id: String
  let planned: Int
  var accepted = 0
  var creates = 0
  var updates = 0
  var deletes = 0
  var problems: [String] = []

  /// Why NSX has not all of it; `nil` where it has.
  var shortfall: Failure? {
    guard !problems.isEmpty else { return nil }
    return Failure(
      accepted > 0 ? .partial : .failed, subject: "cluster \(cluster)",
      cause: "the inventory was not reported whole",
      remedy: "the warnings above tell what was refused; the next report sends it again")
  }

  mutating func count(_ update: InventoryUpdate) {
    switch update.kind {
    case .create: creates += 1
    case .update: updates += 1
    case .delete: deletes += 1
    }
  }

  var text: String {
    "\(cluster): inventory \(id): \(creates) to create, \(updates) to update, \(deletes) to delete, \(accepted) accepted by NSX\n"
  }

  var document: JSONValue {
    [
      "name": .string(cluster), "containerCluster": .string(id), "create": .integer(Int64(creates)),
      "update": .integer(Int64(updates)), "delete": .integer(Int64(deletes)),
      "accepted": .integer(Int64(accepted)), "problems": .array(problems.map { .string($0) }),
    ]
  }
}
