import Documents

/// The container inventory by type and `external_id`.
struct InventoryStore: Sendable {
  private var objects: [String: [String: JSONValue]] = [:]
  private var owners: [String: String] = [:]

  func list(_ type: String) -> [JSONValue] {
    (objects[type] ?? [:]).sorted { utf8Order($0.key, $1.key) < 0 }.map(\.value)
  }

  /// All objects of all types.
  var all: [JSONValue] { objects.keys.sorted().flatMap(list) }

  func object(_ type: String, _ id: String) -> JSONValue? { objects[type]?[id] }

  /// Creates a cluster.
  mutating func createCluster(
    _ cluster: JSONValue, owner: String, now: Int64
  ) throws(ManagerFault) -> JSONValue {
    let body = cluster.setting("resource_type", "ContainerCluster")
    let id = try InventoryCheck.identity(body).id
    try InventoryCheck.creation(body, cluster: nil)
    guard objects["ContainerCluster"]?[id] == nil else {
      throw ManagerFault(
        status: 409, code: 500127, message: "ContainerCluster \(id) already exists",
        module: "inventory")
    }
    let stored = body.setting("_last_sync_time", .integer(now))
    objects["ContainerCluster", default: [:]][id] = stored
    owners[id] = owner
    return stored
  }

  /// Deletes a cluster with its whole inventory.
  mutating func deleteCluster(
    _ id: String, user: String, overwrites: Bool
  ) throws(ManagerFault) {
    guard objects["ContainerCluster"]?[id] != nil else {
      throw ManagerFault(
        status: 404, code: 202, message: "ContainerCluster \(id) not found", module: "inventory")
    }
    guard owners[id] == user || overwrites else {
      throw ManagerFault(
        status: 403, code: 289, message: "ContainerCluster \(id) belongs to another principal",
        module: "inventory")
    }
    objects["ContainerCluster"]?[id] = nil
    owners[id] = nil
    for type in objects.keys {
      objects[type] = objects[type]?.filter { $0.value["container_cluster_id"]?.string != id }
    }
  }

  /// Takes one call of updates: all of it, or nothing.
  mutating func apply(
    _ body: JSONValue, cluster: String, now: Int64
  ) throws(ManagerFault) {
    guard objects["ContainerCluster"]?[cluster] != nil else {
      throw ManagerFault(
        status: 404, code: 202, message: "ContainerCluster \(cluster) not found",
        module: "inventory")
    }
    guard let updates = body["container_inventory_objects"]?.array else {
      throw InventoryCheck.refusal("container_inventory_objects is required")
    }
    let before = objects
    do throws(ManagerFault) {
      for update in updates { try apply(one: update, cluster, now) }
    } catch {
      objects = before
      throw error
    }
  }

  private mutating func apply(
    one update: JSONValue, _ cluster: String, _ now: Int64
  ) throws(ManagerFault) {
    guard let body = update["container_object"], body.object != nil else {
      throw InventoryCheck.refusal("container_object is required")
    }
    let (type, id) = try InventoryCheck.identity(body)
    let stamped = body.setting("_last_sync_time", .integer(now))
    switch update["object_update_type"]?.string {
    case "CREATE":
      try InventoryCheck.creation(body, cluster: cluster)
      objects[type, default: [:]][id] = stamped
    case "UPDATE":
      try InventoryCheck.members(body)
      guard let existing = objects[type]?[id] else {
        throw InventoryCheck.refusal("\(type) \(id) does not exist")
      }
      objects[type]?[id] = existing.merging(stamped)
    case "DELETE": objects[type]?[id] = nil
    default: throw InventoryCheck.refusal("\(type) \(id): invalid object_update_type")
    }
  }
}
