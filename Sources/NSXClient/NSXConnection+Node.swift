import Documents

/// How one manager node says it is.
public struct NSXNodeHealth: Sendable, Hashable {
  /// The manager's base URL.
  public var manager: String
  /// Whether it serves requests.
  public var isHealthy: Bool
  /// `components_health`, or the error that stood in its place.
  public var detail: String?
}

extension NSXConnection {
  /// The version of the product (not of the node, which moves earlier in an
  /// upgrade).
  ///
  /// - Throws: ``NSXAPIError``.
  public func version() async throws -> NSXVersion {
    let path = "/api/v1/node/version"
    let answer = try await get(path)
    guard let version = (answer["product_version"]?.string).flatMap(NSXVersion.init) else {
      throw NSXAPIError(
        invalidAnswer: "there is no product_version", status: 200, manager: currentManager,
        request: "GET \(path)")
    }
    return version
  }

  /// Who we are to NSX: `user_name`, `roles`, `roles_for_paths`.
  ///
  /// - Throws: ``NSXAPIError``.
  public func userInfo() async throws -> JSONValue { try await get("/policy/api/v1/aaa/user-info") }

  /// Asks every manager how it is; one that does not answer is reported as
  /// not healthy.
  ///
  /// - Throws: what a token provider threw, or `CancellationError`.
  public func nodeHealth() async throws -> [NSXNodeHealth] {
    let call = NSXCall(.get, "/api/v1/reverse-proxy/node/health")
    var report: [NSXNodeHealth] = []
    for (index, endpoint) in endpoints.enumerated() {
      do {
        let answer = try await attempt(call, on: index) { response, manager in
          try decodeObject(response, call: call, manager: manager)
        }
        report.append(
          NSXNodeHealth(
            manager: endpoint.baseURL, isHealthy: answer["healthy"]?.bool == true,
            detail: answer["components_health"]?.string))
      } catch let error as NSXAPIError {
        report.append(
          NSXNodeHealth(manager: endpoint.baseURL, isHealthy: false, detail: error.cause))
      }
    }
    return report
  }
}
