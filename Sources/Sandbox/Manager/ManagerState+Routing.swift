import Documents

extension ManagerState {
  /// Answers an authenticated request.
  func respond(
    to request: SandboxRequest, user: String, options: ManagerOptions
  ) throws(ManagerFault) -> SandboxResponse {
    self.options = options
    tree.realizeDeletions(ContinuousClock.now)
    let segments = request.segments[...]
    if segments.starts(with: ["policy", "api", "v1"]) {
      return try policy(request, segments.dropFirst(3), user)
    }
    if segments.starts(with: ["api", "v1"]) {
      return try manager(request, segments.dropFirst(2), user)
    }
    throw .notFound(request.path)
  }

  private func policy(
    _ request: SandboxRequest, _ segments: ArraySlice<String>, _ user: String
  ) throws(ManagerFault) -> SandboxResponse {
    let path = segments.joined(separator: "/")
    switch (request.method, path) {
    case ("GET", "aaa/user-info"): return .json(200, userInfo(user))
    case ("GET", "system-config/nsx-partial-patch-config"):
      return .json(200, ["enable_partial_patch": false])
    case ("GET", "search/query"): return try search(request)
    case ("GET", "infra"): return .json(200, hierarchy(request))
    case ("PATCH", "infra"):
      try patchHierarchy(request, user)
      return SandboxResponse(status: 200)
    case ("GET", "infra/realized-state/status"): return try realizationStatus(request)
    case ("GET", "infra/realized-state/realized-entities"): return try realizedEntities(request)
    default: break
    }
    if path.hasSuffix("/cluster-control-planes-status"), request.method == "GET" {
      return try controlPlaneStatuses(request, segments.dropLast())
    }
    if segments.starts(with: ["infra", "antrea", "traceflows"]) {
      return try traceflow(request, Array(segments.dropFirst(3)), user)
    }
    if let answer = try clusterStatus(policy: Array(segments), request) { return answer }
    guard let place = PolicyKind.locate(segments) else { throw .notFound("/" + path) }
    if place.isCollection {
      guard request.method == "GET" else { throw .invalid("\(request.method) on a collection") }
      return try listCollection(place.path, place.kind, request)
    }
    if !place.rest.isEmpty {
      return try part(place.rest, of: place.path, place.kind, request)
    }
    return try object(place.path, place.kind, request, user)
  }

  private func object(
    _ path: String, _ kind: PolicyKind, _ request: SandboxRequest, _ user: String
  ) throws(ManagerFault) -> SandboxResponse {
    switch request.method {
    case "GET":
      guard let object = tree[path] else { throw .notFound(path) }
      return .json(200, kind == .securityPolicy ? withRules(object, path) : object)
    case "PUT":
      try put(try document(request), path, kind, user)
      guard let object = tree[path] else { throw .notFound(path) }
      return .json(200, kind == .securityPolicy ? withRules(object, path) : object)
    case "PATCH":
      try patch(try document(request), path, kind, user)
      return SandboxResponse(status: 200)
    case "DELETE":
      try delete(path, kind)
      return SandboxResponse(status: 200)
    default: throw .invalid("method \(request.method) is not supported here")
    }
  }

  private func manager(
    _ request: SandboxRequest, _ segments: ArraySlice<String>, _ user: String
  ) throws(ManagerFault) -> SandboxResponse {
    let path = segments.joined(separator: "/")
    switch (request.method, path) {
    case ("GET", "node/version"), ("GET", "node"):
      return .json(
        200,
        ["node_version": .string(options.version), "product_version": .string(options.version)])
    case ("GET", "cluster/api-service"): return .json(200, apiService())
    case ("GET", "cluster/status"):
      return .json(
        200,
        [
          "cluster_id": .string(ObjectCompletion.identifier("cluster")),
          "mgmt_cluster_status": ["status": "STABLE"],
          "control_cluster_status": ["status": "STABLE"],
        ])
    case ("GET", "search/query"): return try search(request)
    default: break
    }
    if let answer = try clusterStatus(manager: Array(segments), request) { return answer }
    if segments.first == "fabric" {
      return try fabric(request, Array(segments.dropFirst()), user)
    }
    if segments.starts(with: ["inventory", "container"]), segments.count == 3,
      request.method == "POST", let cluster = segments.last
    {
      guard request.query("action") == "updates" else { throw .invalid("unknown action") }
      try inventory.apply(
        try document(request), cluster: cluster, user: user, overwrites: overwrites(request),
        now: options.now(), InventoryCheck(version: options.version))
      return SandboxResponse(status: 200)
    }
    throw .notFound("/api/v1/" + path)
  }

  /// The JSON body of a request.
  func document(_ request: SandboxRequest) throws(ManagerFault) -> JSONValue {
    guard let value = try? JSONValue(json: request.body), value.object != nil else {
      throw ManagerFault(
        status: 400, code: 287, message: "Error in JSON request body", module: "common-services")
    }
    return value
  }
}
