import AntreaModel
import Documents
import HTTPTransport

extension KubernetesClient {
  /// Lists objects page by page.
  ///
  /// A token that expires in between (410) is replaced by the one that the
  /// server offers; where it offers none, the list begins anew, once.
  ///
  /// - Parameters:
  ///   - namespace: `nil` for all.
  ///   - limit: Objects a page; aggregated APIs may ignore it.
  ///   - page: Takes each page as it arrives.
  /// - Throws: ``KubernetesAPIError``, `TransportError`, or what `page` throws.
  @discardableResult
  public func list(
    _ resource: APIResource, namespace: String? = nil, labelSelector: String? = nil,
    fieldSelector: String? = nil, limit: Int = 500, page: (ListPage) async throws -> Void
  ) async throws -> ListResult {
    var token: String?
    var restarted = false
    var isRestart = false
    var result = ListResult(resourceVersion: "", isConsistent: true, pages: 0)
    while true {
      var call = Call(path: resource.path(namespace: namespace))
      call.query.append(("limit", String(limit)))
      if let labelSelector { call.query.append(("labelSelector", labelSelector)) }
      if let fieldSelector { call.query.append(("fieldSelector", fieldSelector)) }
      if let token { call.query.append(("continue", token)) }
      let answer: JSONValue
      do {
        answer = try await json(call)
      } catch let error as KubernetesAPIError where error.isExpired && token != nil {
        if let offered = error.continueToken, offered != token {
          token = offered
          result.isConsistent = false
        } else {
          guard !restarted else { throw error }
          restarted = true
          isRestart = true
          token = nil
          result.isConsistent = true
        }
        continue
      }
      let objects = try listObjects(answer, call.path)
      result.pages += 1
      result.resourceVersion =
        answer[path: "metadata", "resourceVersion"]?.string ?? result.resourceVersion
      try await page(ListPage(objects: objects, isRestart: isRestart))
      isRestart = false
      let next = answer[path: "metadata", "continue"]?.string ?? ""
      if next.isEmpty { return result }
      guard next != token else { throw malformed("the list of \(call.path) does not advance") }
      token = next
    }
  }

  /// Lists all objects.
  ///
  /// - Throws: ``KubernetesAPIError`` or `TransportError`; there is no partial
  ///   result.
  public func list(
    _ resource: APIResource, namespace: String? = nil, labelSelector: String? = nil,
    fieldSelector: String? = nil, limit: Int = 500
  ) async throws -> ObjectList {
    var objects: [KubernetesObject] = []
    let result = try await list(
      resource, namespace: namespace, labelSelector: labelSelector, fieldSelector: fieldSelector,
      limit: limit
    ) { page in
      if page.isRestart { objects.removeAll() }
      objects += page.objects
    }
    return ObjectList(objects: objects, result: result)
  }

  /// The items of a list; the API leaves out their `apiVersion` and `kind`.
  private func listObjects(_ answer: JSONValue, _ path: String) throws -> [KubernetesObject] {
    guard let listKind = answer["kind"]?.string, listKind.hasSuffix("List"), listKind != "List",
      let apiVersion = answer["apiVersion"]?.string, let items = answer["items"]
    else { throw malformed("the answer to \(path) is not a list") }
    if items.isNull { return [] }
    guard let list = items.array else { throw malformed("the items of \(path) are not a list") }
    let kind = String(listKind.dropLast("List".count))
    return try list.map { item in
      guard var object = item.object else {
        throw malformed("an item of \(path) is not an object")
      }
      if object["apiVersion"] == nil { object["apiVersion"] = .string(apiVersion) }
      if object["kind"] == nil { object["kind"] = .string(kind) }
      guard let result = KubernetesObject(.object(object)) else {
        throw malformed("an item of \(path) has no name")
      }
      return result
    }
  }
}
