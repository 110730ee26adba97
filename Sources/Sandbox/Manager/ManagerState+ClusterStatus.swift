import Documents

/// The container-cluster status that clients report themselves, as NCP does.
extension ManagerState {
  private static let states: Set<String> = ["HEALTHY", "DEGRADED", "DOWN", "UNKNOWN"]
  /// Seconds within which a status is to be reported again.
  private static let interval: Int64 = 180

  /// Answers below `/api/v1/systemhealth/container-cluster`; `nil` for other paths.
  func clusterStatus(
    manager segments: [String], _ request: SandboxRequest
  ) throws(ManagerFault) -> SandboxResponse? {
    guard segments.starts(with: ["systemhealth", "container-cluster"]) else { return nil }
    let rest = Array(segments.dropFirst(2))
    switch (request.method, rest) {
    case ("POST", ["ncp", "status"]): return .json(201, try reported(request))
    case ("GET", ["ncp", "status"]):
      return .json(200, summaries(request.query("status").map { [$0] }))
    case ("POST", ["ncp", "status", "advanced"]):
      let wanted = try document(request).list("statuses").compactMap(\.string)
      return .json(200, summaries(wanted))
    case ("GET", _) where rest.count == 3 && rest[1...].elementsEqual(["ncp", "status"]):
      return .json(200, try summary(of: rest[0]))
    default: return nil
    }
  }

  /// Answers the twins below an enforcement point; `nil` for other paths.
  func clusterStatus(
    policy segments: [String], _ request: SandboxRequest
  ) throws(ManagerFault) -> SandboxResponse? {
    guard segments.count > 5, segments[0] == "infra", segments[1] == "sites",
      segments[3] == "enforcement-points"
    else { return nil }
    let rest = Array(segments.dropFirst(5))
    switch (request.method, rest) {
    case ("POST", ["container-cluster-ncpstatus"]): return .json(200, try reported(request))
    case ("GET", ["container-cluster-ncpstatus"]):
      return .json(200, summaries(request.query("status").map { [$0] }))
    case ("GET", _)
    where rest.count == 3 && rest[0] == "container-cluster"
      && rest[2] == "ncpstatus":
      return .json(200, try summary(of: rest[1]))
    case ("DELETE", _)
    where rest.count == 3 && rest[0] == "container-cluster"
      && rest[2] == "ncpstatus":
      guard clusterStatuses.removeValue(forKey: rest[1]) != nil else {
        throw .notFound(request.path)
      }
      return SandboxResponse(status: 200)
    default: return nil
    }
  }

  private func reported(_ request: SandboxRequest) throws(ManagerFault) -> JSONValue {
    let body = try document(request)
    for member in body.object?.members ?? []
    where !["cluster_id", "status", "detail", "interval"].contains(member.key) {
      throw .invalid("Unrecognized field \(member.key)")
    }
    guard let id = body["cluster_id"]?.string, !id.isEmpty else {
      throw .invalid("Required field cluster_id is missing")
    }
    guard let status = body["status"]?.string, Self.states.contains(status) else {
      throw .invalid("Invalid value of field status")
    }
    guard inventory.object("ContainerCluster", id) != nil else { throw .notFound(id) }
    let stored: JSONValue = [
      "cluster_id": .string(id), "status": .string(status), "detail": body["detail"] ?? "",
      "interval": .integer(Self.interval),
    ]
    clusterStatuses[id] = stored
    return stored
  }

  private func summary(of id: String) throws(ManagerFault) -> JSONValue {
    guard let status = clusterStatuses[id] else { throw .notFound(id) }
    let cluster = inventory.object("ContainerCluster", id)
    return status.setting("cluster_name", cluster?["display_name"] ?? "")
      .setting("type", cluster?["cluster_type"] ?? "")
  }

  private func summaries(_ wanted: [String]?) -> JSONValue {
    let all = clusterStatuses.keys.sorted().compactMap { try? summary(of: $0) }.filter { item in
      wanted?.contains(item["status"]?.string ?? "") ?? true
    }
    return ["results": .array(all), "result_count": .integer(Int64(all.count))]
  }
}

extension ManagerService {
  /// The status that a client reported of a container cluster.
  public func clusterStatus(_ id: String) async -> JSONValue? { await state.clusterStatuses[id] }
}
