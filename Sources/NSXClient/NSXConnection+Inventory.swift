import Documents
import HTTPTransport

extension NSXConnection {
  /// Lists the inventory of one kind, of one cluster or (with `nil`, or for
  /// clusters themselves) of all.
  ///
  /// - Throws: ``NSXAPIError``; also when the list kept changing in three
  ///   readings: what was missed would be created a second time, as ours.
  public func listInventory(
    _ kind: NSXInventoryKind, clusterID: String? = nil
  ) async throws -> [JSONValue] {
    var query: [String: String] = [:]
    if let clusterID, kind != .cluster { query["container_cluster_id"] = clusterID }
    return try await list(kind.listPath, query: query)
  }

  /// The cluster with this external id, or `nil` where NSX has none.
  ///
  /// - Throws: ``NSXAPIError``.
  public func containerCluster(_ id: String) async throws -> JSONValue? {
    do {
      return try await get(NSXInventoryKind.cluster.listPath + "/" + id)
    } catch let error as NSXAPIError where error.reaction == .notFound {
      return nil
    }
  }

  /// The Namespace with this external id in whatever cluster, or `nil` where NSX
  /// has none.
  ///
  /// - Throws: ``NSXAPIError``.
  public func containerProject(_ id: String) async throws -> JSONValue? {
    do {
      return try await get(NSXInventoryKind.project.listPath + "/" + id)
    } catch let error as NSXAPIError where error.reaction == .notFound {
      return nil
    }
  }

  /// Creates a ContainerCluster and gives what NSX made of it.
  ///
  /// - Throws: ``NSXAPIError``.
  @discardableResult
  public func createContainerCluster(_ cluster: JSONValue) async throws -> JSONValue {
    try await json(.post, NSXInventoryKind.cluster.listPath, body: cluster)
  }

  /// Deletes a ContainerCluster and with it its whole inventory; one that is
  /// gone already is no error.
  ///
  /// - Parameter overwrite: also when another principal made it
  ///   (`X-Allow-Overwrite`).
  /// - Throws: ``NSXAPIError``.
  public func deleteContainerCluster(_ id: String, overwrite: Bool = false) async throws {
    let headers = overwrite ? [HTTPHeader("X-Allow-Overwrite", "true")] : []
    do {
      _ = try await send(
        .delete, NSXInventoryKind.cluster.listPath + "/" + id, headers: headers)
    } catch let error as NSXAPIError where error.reaction == .notFound {
      return
    }
  }
}
