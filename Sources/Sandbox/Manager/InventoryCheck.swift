import Documents

/// What an NSX of some version refuses in inventory objects. A refusal names
/// the object, and the whole call fails by it.
struct InventoryCheck {
  /// `product_version` of the manager.
  let version: String

  static func refusal(_ message: String) -> ManagerFault {
    ManagerFault(status: 400, code: 255, message: message, module: "inventory")
  }

  /// The type and id of an object.
  func identity(_ body: JSONValue) throws(ManagerFault) -> (type: InventoryType, id: String) {
    guard let id = body["external_id"]?.string, !id.isEmpty else {
      throw Self.refusal("external_id is required")
    }
    guard
      let type = body["resource_type"]?.string.flatMap({ InventoryType.named($0, of: version) })
    else { throw Self.refusal("\(id): resource_type is missing or unknown") }
    return (type, id)
  }

  /// Checks an object that is created, in a cluster or as one (`nil`).
  func creation(_ body: JSONValue, cluster: String?) throws(ManagerFault) {
    let (type, id) = try identity(body)
    let name = type.resourceType
    for key in type.required.sorted() where body[key] == nil || body[key]?.string == "" {
      throw Self.refusal("\(name) \(id): \(key) is required")
    }
    if name == "ContainerNetworkPolicy", body["container_project_id"] == nil,
      ["NETWORK_POLICY", "ANP"].contains(body["policy_type"]?.string ?? "")
    {
      throw Self.refusal("\(name) \(id): container_project_id is required")
    }
    if name != "ContainerCluster", let cluster,
      body["container_cluster_id"]?.string != cluster
    {
      throw Self.refusal("\(name) \(id): container_cluster_id is not \(cluster)")
    }
    try members(body)
  }

  /// Checks the members that an object brings against NSX's models.
  func members(_ body: JSONValue) throws(ManagerFault) {
    let (type, id) = try identity(body)
    for member in body.object?.members ?? [] {
      let isKnown =
        type.members.contains(member.key) || InventoryType.common.contains(member.key)
      guard isKnown, let shape = InventoryShape.members[member.key] else {
        throw Self.refusal("\(type.resourceType) \(id): unknown member \(member.key)")
      }
      if let fault = shape.fault(member.value, member.key) {
        throw Self.refusal("\(type.resourceType) \(id): \(fault)")
      }
    }
  }
}
