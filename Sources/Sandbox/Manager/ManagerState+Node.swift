import Documents

extension ManagerState {
  func userInfo(_ user: String) -> JSONValue {
    let roles: [JSONValue] = options.roles.map { ["role": .string($0)] }
    return [
      "user_name": .string(user), "roles": .array(roles),
      "roles_for_paths": [["path": "/", "roles": .array(roles)]],
    ]
  }

  func apiService() -> JSONValue {
    [
      "basic_authentication_enabled": .bool(options.basicAuthentication),
      "cookie_based_authentication_enabled": .bool(options.cookieAuthentication),
      "session_timeout": 1800, "connection_timeout": 30,
      "client_api_rate_limit": .integer(Int64(options.rateLimit)),
      "client_api_concurrency_limit": .integer(Int64(options.concurrencyLimit)),
      "global_api_concurrency_limit": 199,
    ]
  }

  /// The status of one control plane (AntreaClusterInfo).
  func controlPlaneStatus(_ path: String) -> JSONValue {
    func condition(_ type: String) -> JSONValue {
      [
        "condition_type": .string(type), "status": "HEALTHY",
        "last_heartbeat_time": .integer(options.now()),
      ]
    }
    let plane = tree[path]
    let isSilent = options.silentControlPlanes.contains(plane?["id"]?.string ?? "")
    if isSilent {
      return [
        "resource_type": "AntreaClusterInfo", "id": plane?["id"] ?? "",
        "display_name": plane?["display_name"] ?? "", "status": "UNKNOWN",
        "controller_status": ["status": "UNKNOWN", "conditions": []],
        "mp_adapter_status": ["status": "UNKNOWN", "conditions": []],
        "ccp_adapter_status": ["status": "UNKNOWN", "conditions": []],
      ]
    }
    return [
      "resource_type": "AntreaClusterInfo", "id": plane?["id"] ?? "",
      "display_name": plane?["display_name"] ?? "", "status": "HEALTHY",
      "controller_status": [
        "status": "HEALTHY", "connected_agent_num": 3,
        "conditions": .array([condition("CONTROLLER_HEALTHY")]),
      ],
      "mp_adapter_status": [
        "status": "HEALTHY",
        "conditions": .array([condition("MP_ADAPTER_HEALTHY"), condition("MP_CONNECTED")]),
      ],
      "ccp_adapter_status": [
        "status": "HEALTHY",
        "conditions": .array([
          condition("CCP_ADAPTER_HEALTHY"), condition("CCP_SESSION_STATE_UP"),
        ]),
      ],
      "agent_info": ["healthy_agent_num": 3, "degraded_agent_num": 0, "failed_agent_num": 0],
    ]
  }

  func controlPlaneStatuses(
    _ request: SandboxRequest, _ segments: ArraySlice<String>
  ) throws(ManagerFault) -> SandboxResponse {
    let collection = "/" + segments.joined(separator: "/") + "/cluster-control-planes"
    return try page(tree.list(collection).map(controlPlaneStatus), request)
  }

  func realizationStatus(_ request: SandboxRequest) throws(ManagerFault) -> SandboxResponse {
    guard let path = request.query("intent_path"), let object = tree[path] else {
      throw .notFound(request.query("intent_path") ?? "")
    }
    return .json(
      200,
      [
        "intent_path": .string(path), "intent_version": object["_revision"] ?? 0,
        "publish_status": "REALIZED", "publish_time": .integer(options.now()),
        "consolidated_status": ["consolidated_status": "SUCCESS"],
        "consolidated_status_per_enforcement_point": [],
      ])
  }

  func realizedEntities(_ request: SandboxRequest) throws(ManagerFault) -> SandboxResponse {
    guard let path = request.query("intent_path"), let object = tree[path] else {
      throw .notFound(request.query("intent_path") ?? "")
    }
    let entity: JSONValue = [
      "resource_type": "GenericPolicyRealizedResource", "entity_type": "RealizedFirewallSection",
      "intent_paths": [.string(path)], "state": "REALIZED", "runtime_status": "UP",
      "publish_status": "SUCCESS", "alarms": [],
      "realization_specific_identifier": object["realization_id"] ?? "",
      "enforcement_point_path": "/infra/sites/default/enforcement-points/default",
    ]
    return try page([entity], request)
  }
}
