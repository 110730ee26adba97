import Documents

/// An NSX Manager in memory: the Policy API's tree, the container inventory,
/// logins and limits, as far as tools for Antrea clusters use them.
public final class ManagerService: SandboxService {
  private let admittance: ManagerAdmittance
  let state: ManagerState

  /// Creates a manager.
  ///
  /// - Parameters:
  ///   - objects: raw Policy API objects, each with `resource_type` and `path`;
  ///     policies may hold their `rules`.
  ///   - memberIPs: the resolved addresses of generic groups by path.
  public init(
    objects: [JSONValue] = [], memberIPs: [String: [String]] = [:],
    options: ManagerOptions = ManagerOptions()
  ) {
    admittance = ManagerAdmittance(options)
    state = ManagerState(objects: objects, memberIPs: memberIPs, options: options)
  }

  /// Answers one request.
  public func respond(to request: SandboxRequest) async -> SandboxResponse {
    do {
      try admittance.enter()
      defer { admittance.leave() }
      let options = admittance.options
      if options.latency > .zero { try? await Task.sleep(for: options.latency) }
      return try await answer(request, options)
    } catch let fault as ManagerFault {
      return .json(fault.status, fault.body)
    } catch {
      let fault = ManagerFault(
        status: 500, code: 98, message: "\(error)", module: "common-services")
      return .json(500, fault.body)
    }
  }

  private func answer(
    _ request: SandboxRequest, _ options: ManagerOptions
  ) async throws -> SandboxResponse {
    switch (request.method, request.path) {
    case ("POST", "/api/session/create"): return try admittance.createSession(request)
    case ("POST", "/api/session/destroy"): return try admittance.destroySession(request)
    case ("GET", "/api/v1/reverse-proxy/node/health"):
      return .json(200, ["healthy": true, "components_health": "POLICY:UP, MANAGER:UP"])
    default: break
    }
    let user = try admittance.authenticate(request)
    let isRead = request.method == "GET" || request.method == "HEAD"
    if isRead
      ? options.unreadable.contains(where: request.path.hasPrefix) : options.roles == ["auditor"]
    {
      throw ManagerFault.notAuthorized
    }
    return try await state.respond(to: request, user: user, options: options)
  }

  /// Changes options while the manager runs.
  public func configure(_ change: (inout ManagerOptions) -> Void) { admittance.configure(change) }

  /// Ends all sessions, as a restart of the manager does.
  public func expireSessions() { admittance.expireSessions() }

  /// How many sessions are open.
  public var sessionCount: Int { admittance.sessionCount }

  /// The Policy API object at a path, without its rules.
  public func object(at path: String) async -> JSONValue? { await state.tree[path] }

  /// Creates or replaces Policy API objects, as another user would.
  public func put(_ objects: [JSONValue]) async { await state.load(objects, user: "other") }

  /// Deletes the Policy API object at a path with all below it.
  public func delete(_ path: String) async { await state.remove(path) }

  /// Lets all pending deletions be realized.
  public func realizeDeletions() async { await state.realizeDeletions() }

  /// Replaces the resolved addresses of a generic group.
  public func setMemberIPs(_ addresses: [String], of path: String) async {
    await state.setMemberIPs(addresses, of: path)
  }

  /// Puts objects into the inventory, as another principal would.
  public func putInventory(_ objects: [JSONValue]) async {
    await state.putInventory(objects)
  }

  /// The inventory objects of a `resource_type`, sorted by `external_id`.
  public func inventory(_ type: String) async -> [JSONValue] { await state.inventory.list(type) }
}
