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

  /// Puts objects in without any check, as another principal would have.
  mutating func load(_ list: [JSONValue], owner: String) {
    for object in list {
      guard let type = object["resource_type"]?.string, let id = object["external_id"]?.string
      else { continue }
      objects[type, default: [:]][id] = object
      if type == "ContainerCluster" { owners[id] = owner }
    }
  }

  /// Creates a cluster.
  mutating func createCluster(
    _ cluster: JSONValue, owner: String, now: Int64, _ check: InventoryCheck
  ) throws(ManagerFault) -> JSONValue {
    let body = cluster.setting("resource_type", "ContainerCluster")
    let id = try check.identity(body).id
    try check.creation(body, cluster: nil)
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
    try refuseOthers(id, user, overwrites)
    objects["ContainerCluster"]?[id] = nil
    owners[id] = nil
    for type in objects.keys {
      objects[type] = objects[type]?.filter { $0.value["container_cluster_id"]?.string != id }
    }
  }

  /// An inventory belongs to the principal that created its cluster.
  private func refuseOthers(
    _ cluster: String, _ user: String, _ overwrites: Bool
  ) throws(ManagerFault) {
    guard owners[cluster] == user || overwrites else {
      throw ManagerFault(
        status: 403, code: 289,
        message: "ContainerCluster \(cluster) belongs to another principal", module: "inventory")
    }
  }

  /// Takes one call of updates: all of it, or nothing.
  mutating func apply(
    _ body: JSONValue, cluster: String, user: String, overwrites: Bool, now: Int64,
    _ check: InventoryCheck
  ) throws(ManagerFault) {
    guard objects["ContainerCluster"]?[cluster] != nil else {
      throw ManagerFault(
        status: 404, code: 202, message: "ContainerCluster \(cluster) not found",
        module: "inventory")
    }
    try refuseOthers(cluster, user, overwrites)
    guard let updates = body["container_inventory_objects"]?.array else {
      throw InventoryCheck.refusal("container_inventory_objects is required")
    }
    let before = objects
    do throws(ManagerFault) {
      for update in updates { try apply(one: update, cluster, now, check) }
    } catch {
      objects = before
      throw error
    }
  }

  private mutating func apply(
    one update: JSONValue, _ cluster: String, _ now: Int64, _ check: InventoryCheck
  ) throws(ManagerFault) {
    guard let body = update["container_object"], body.object != nil else {
      throw InventoryCheck.refusal("container_object is required")
    }
    let (kind, id) = try check.identity(body)
    let type = kind.resourceType
    let stamped = body.setting("_last_sync_time", .integer(now))
    if let existing = objects[type]?[id] {
      let owner = type == "ContainerCluster" ? id : existing["container_cluster_id"]?.string
      guard owner == cluster else {
        throw InventoryCheck.refusal("\(type) \(id): is not in cluster \(cluster)")
      }
    }
    switch update["object_update_type"]?.string {
    case "CREATE":
      guard type != "ContainerCluster" else {
        throw InventoryCheck.refusal("\(type) \(id): is created by its own call")
      }
      try check.creation(body, cluster: cluster)
      objects[type, default: [:]][id] = stamped
    case "UPDATE":
      try check.members(body)
      guard let existing = objects[type]?[id] else {
        throw InventoryCheck.refusal("\(type) \(id) does not exist")
      }
      objects[type]?[id] = existing.merging(stamped)
    case "DELETE":
      guard type != "ContainerCluster" else {
        throw InventoryCheck.refusal("\(type) \(id): is deleted by its own call")
      }
      objects[type]?[id] = nil
    default: throw InventoryCheck.refusal("\(type) \(id): invalid object_update_type")
    }
  }
}
