import Documents

extension ManagerState {
  /// Answers requests below `/api/v1/fabric`.
  func fabric(
    _ request: SandboxRequest, _ segments: [String], _ user: String
  ) throws(ManagerFault) -> SandboxResponse {
    guard let name = segments.first, segments.count <= 2 else { throw .notFound(request.path) }
    let id = segments.count == 2 ? segments[1] : nil
    let types = InventoryType.types(of: options.version)
    guard let type = types.first(where: { (id == nil ? $0.list : $0.item) == name })
    else { throw .notFound(request.path) }
    switch (request.method, id) {
    case ("GET", nil): return try listInventory(type, request)
    case ("GET", let id?):
      guard let object = inventory.object(type.resourceType, id) else { throw missing(type, id) }
      return .json(200, object)
    case ("POST", nil) where type.resourceType == "ContainerCluster":
      let body = try document(request)
      let created = try inventory.createCluster(
        body, owner: user, now: options.now(), InventoryCheck(version: options.version))
      return .json(201, created)
    case ("DELETE", let id?) where type.resourceType == "ContainerCluster":
      try inventory.deleteCluster(id, user: user, overwrites: overwrites(request))
      return SandboxResponse(status: 200)
    default:
      throw ManagerFault(
        status: 405, code: 405, message: "\(request.method) is not allowed", module: "inventory")
    }
  }

  /// Whether a request may change what belongs to another principal.
  func overwrites(_ request: SandboxRequest) -> Bool {
    request.header("X-Allow-Overwrite")?.lowercased() == "true"
  }

  private func missing(_ type: InventoryType, _ id: String) -> ManagerFault {
    ManagerFault(
      status: 404, code: 202, message: "\(type.resourceType) \(id) not found", module: "inventory")
  }

  private func listInventory(
    _ type: InventoryType, _ request: SandboxRequest
  ) throws(ManagerFault) -> SandboxResponse {
    var items = inventory.list(type.resourceType)
    for (name, value) in request.query where type.filters.contains(name) {
      items = items.filter { item in
        switch name {
        case "scope_id":
          item["container_cluster_id"]?.string == value
            || item["scope"]?.array?.contains { $0["scope_id"]?.string == value } == true
        case "container_application_id":
          item["container_application_ids"]?.array?.contains(.string(value)) == true
        case "infra_type": item[path: "infrastructure", "infra_type"]?.string == value
        default: item[name]?.string == value
        }
      }
    }
    return try page(items, request)
  }
}
