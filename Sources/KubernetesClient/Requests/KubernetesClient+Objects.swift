import AntreaModel
import Documents
import HTTPTransport

extension KubernetesClient {
  /// Reads one object.
  ///
  /// - Throws: ``KubernetesAPIError`` (see its `isNotFound`) or `TransportError`.
  public func get(
    _ resource: APIResource, namespace: String? = nil, name: String
  ) async throws -> KubernetesObject {
    try object(
      try await json(Call(path: resource.path(namespace: namespace, name: name))), resource)
  }

  /// Reads one object; `nil` when the API server says that there is none.
  public func find(
    _ resource: APIResource, namespace: String? = nil, name: String
  ) async throws -> KubernetesObject? {
    do {
      return try await get(resource, namespace: namespace, name: name)
    } catch let error as KubernetesAPIError where error.isNotFound {
      return nil
    }
  }

  /// Server-side apply: creates the object or changes the fields that it gives.
  ///
  /// - Returns: The object as stored, with defaults and webhook-written fields.
  /// - Throws: ``KubernetesAPIError`` (see its `managerConflicts`) or `TransportError`.
  public func apply(
    _ desired: KubernetesObject, as resource: APIResource, options: WriteOptions = .init()
  ) async throws -> KubernetesObject {
    var call = Call(
      method: .patch, path: resource.path(namespace: desired.namespace, name: desired.name))
    call.query = options.query + [("force", options.force ? "true" : "false")]
    // JSON is YAML.
    call.contentType = "application/apply-patch+yaml"
    call.body = desired.document
    call.isIdempotent = true
    return try object(try await json(call), resource)
  }

  /// Creates an object, and fails where one of its name exists.
  ///
  /// - Parameter mayRepeat: Whether it is sent again where no answer comes: then an
  ///   object of that name may be the one that the first request created.
  public func create(
    _ desired: KubernetesObject, as resource: APIResource, options: WriteOptions = .init(),
    mayRepeat: Bool = false
  ) async throws -> KubernetesObject {
    var call = Call(method: .post, path: resource.path(namespace: desired.namespace))
    call.query = options.query
    call.body = desired.document
    call.isIdempotent = mayRepeat
    return try object(try await json(call), resource)
  }

  /// Replaces an object whole. With a `metadata.resourceVersion` in it, only
  /// where it is still that version.
  public func replace(
    _ desired: KubernetesObject, as resource: APIResource, options: WriteOptions = .init()
  ) async throws -> KubernetesObject {
    var call = Call(
      method: .put, path: resource.path(namespace: desired.namespace, name: desired.name))
    call.query = options.query
    call.body = desired.document
    return try object(try await json(call), resource)
  }

  /// JSON merge patch (RFC 7386): `null` removes a member, lists are replaced.
  public func mergePatch(
    _ resource: APIResource, namespace: String? = nil, name: String, patch: JSONValue,
    subresource: String? = nil, options: WriteOptions = .init()
  ) async throws -> KubernetesObject {
    var call = Call(
      method: .patch,
      path: resource.path(namespace: namespace, name: name, subresource: subresource))
    call.query = options.query
    call.contentType = "application/merge-patch+json"
    call.body = patch
    return try object(try await json(call), resource)
  }

  /// Deletes an object.
  ///
  /// - Returns: Whether it is gone at once; `false` while finalizers hold it.
  /// - Throws: ``KubernetesAPIError``: `isConflict` when a precondition failed,
  ///   `isNotFound` when there is none.
  @discardableResult
  public func delete(
    _ resource: APIResource, namespace: String? = nil, name: String,
    options: DeleteOptions = .init()
  ) async throws -> Bool {
    var body = JSONObject()
    body["apiVersion"] = "v1"
    body["kind"] = "DeleteOptions"
    var preconditions = JSONObject()
    if let uid = options.uid { preconditions["uid"] = .string(uid) }
    if let version = options.resourceVersion { preconditions["resourceVersion"] = .string(version) }
    if !preconditions.isEmpty { body["preconditions"] = .object(preconditions) }
    if let policy = options.propagation { body["propagationPolicy"] = .string(policy.rawValue) }
    if options.dryRun { body["dryRun"] = ["All"] }
    var call = Call(method: .delete, path: resource.path(namespace: namespace, name: name))
    call.body = .object(body)
    let answer = try await json(call)
    // The object itself comes back while it is only marked for deletion.
    return answer["kind"]?.string == "Status"
      || answer[path: "metadata", "deletionTimestamp"] == nil
  }

  private func object(_ answer: JSONValue, _ resource: APIResource) throws -> KubernetesObject {
    guard let object = KubernetesObject(answer), object.kind == resource.kind else {
      throw malformed("an answer is not a \(resource.kind)")
    }
    return object
  }
}
