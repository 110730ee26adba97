import Documents

extension ManagerState {
  /// Where the requests stand.
  private static let traceflows = "/infra/antrea/traceflows"

  /// Answers requests below `/infra/antrea/traceflows`: the requests of people
  /// to the adapters of their clusters.
  ///
  /// - Parameter rest: what stands behind `traceflows`.
  func traceflow(
    _ request: SandboxRequest, _ rest: [String], _ user: String
  ) throws(ManagerFault) -> SandboxResponse {
    guard let id = rest.first else {
      guard request.method == "GET" else { throw .invalid("\(request.method) on a collection") }
      return try page(tree.list(Self.traceflows).compactMap { tree[$0] }, request)
    }
    let path = "\(Self.traceflows)/\(id)"
    switch (request.method, rest.dropFirst().first, rest.count) {
    case ("GET", nil, 1):
      guard let object = tree[path] else { throw .notFound(path) }
      return .json(200, object)
    case ("PUT", nil, 1), ("PATCH", nil, 1):
      let body = try document(request)
      try checkTraceflow(body, path)
      if request.method == "PUT" {
        try put(body, path, .traceflow, user)
      } else {
        try patch(body, path, .traceflow, user)
      }
      return request.method == "PUT"
        ? .json(200, tree[path] ?? .null) : SandboxResponse(status: 200)
    case ("DELETE", nil, 1):
      guard tree[path] != nil else { throw .notFound(path) }
      tree.remove(path, pendingUntil: nil)
      return SandboxResponse(status: 200)
    case ("POST", nil, 1) where request.query("action") == "restart":
      guard tree[path] != nil else { throw .notFound(path) }
      return SandboxResponse(status: 200)
    // Only a live adapter answers a request, and this estate has none.
    case ("GET", "status", 2):
      guard tree[path] != nil else { throw .notFound(path) }
      return .json(
        200, ["phase": "FAILED", "reason": "The adapter of the cluster is not connected"])
    case ("GET", "observations", 2):
      guard tree[path] != nil else { throw .notFound(path) }
      return try page([], request)
    default: throw .notFound(request.path)
    }
  }

  private func checkTraceflow(_ body: JSONValue, _ path: String) throws(ManagerFault) {
    for key in ["container_cluster_id", "source_external_id"] {
      guard body[key]?.string?.isEmpty == false else {
        throw .invalid("path=[\(path)]: \(key) is required", code: 255)
      }
    }
    let address =
      body[path: "packet", "ipHeader", "dstIp"] ?? body[path: "packet", "ipv6Header", "dstIp"]
    guard body["destination_external_id"] != nil || address != nil else {
      throw .invalid("path=[\(path)]: destination_external_id is required", code: 255)
    }
    let types = ["FIELDS_PACKET_DATA", "BINARY_PACKET_DATA"]
    if let packet = body["packet"], !types.contains(packet["resourceType"]?.string ?? "") {
      throw .invalid("path=[\(path)]: invalid value for resourceType", code: 255)
    }
  }
}
