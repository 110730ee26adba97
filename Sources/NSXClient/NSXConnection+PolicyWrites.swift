import Documents

extension NSXConnection {
  private static let policyAPI = "/policy/api/v1"

  /// Writes a tree of the hierarchical API in one transaction. Every object that
  /// exists needs its current `_revision` in it, and a new one none.
  ///
  /// It is never sent twice: a second time the revisions would be stale, and what
  /// became of the first is found out by reading.
  ///
  /// - Parameter infra: an `Infra` object with `children`.
  /// - Throws: ``NSXAPIError``; of reaction `staleRevision` where something was
  ///   changed meanwhile.
  public func patchHierarchy(_ infra: JSONValue) async throws {
    _ = try await send(
      .patch, "\(Self.policyAPI)/infra", query: ["enforce_revision_check": "true"], body: infra)
  }

  /// Creates an object of the Policy API, or replaces it where its `_revision` is
  /// the current one.
  ///
  /// - Parameter path: the object's `path`.
  /// - Returns: the object as NSX holds it.
  /// - Throws: ``NSXAPIError``; of reaction `staleRevision` where it was changed
  ///   meanwhile, `missingRevision` where one without `_revision` exists.
  @discardableResult
  public func putPolicyObject(_ path: String, _ object: JSONValue) async throws -> JSONValue {
    try await json(.put, Self.policyAPI + path, body: object)
  }

  /// An object of the Policy API; `nil` where NSX says that there is none.
  ///
  /// - Throws: ``NSXAPIError``.
  public func policyObject(_ path: String) async throws -> JSONValue? {
    do {
      return try await get(Self.policyAPI + path)
    } catch let error as NSXAPIError where error.reaction == .notFound {
      return nil
    }
  }

  /// A whole list of the Policy API.
  ///
  /// - Parameter path: the collection, for example `/infra/domains/default/groups`.
  /// - Throws: ``NSXAPIError``.
  public func policyList(_ path: String) async throws -> [JSONValue] {
    try await list(Self.policyAPI + path)
  }

  /// What NSX holds of some policies: each with its rules, and their spans, which
  /// are objects of their own with the policy as `parent_path`.
  ///
  /// - Throws: ``NSXAPIError``; also where one of them is gone by now.
  public func policiesWithParts(_ paths: [String]) async throws -> [JSONValue] {
    try await concurrentMap(paths, width: concurrency) { path in
      let policy = try await self.get(Self.policyAPI + path)
      let spans = try await self.policyList("\(path)/container-cluster-span").map { span in
        var object = span.object ?? JSONObject()
        object["parent_path"] = object["parent_path"] ?? .string(path)
        return JSONValue.object(object)
      }
      return [policy] + spans
    }.flatMap(\.self)
  }
}
