import Documents
import HTTPTransport

extension NSXConnection {
  /// Sends changes of a cluster's inventory in their order, in batches.
  ///
  /// NSX takes or refuses a batch as a whole and does not say which object it
  /// minds, so a refused batch is halved until the culprits stand alone; all
  /// others are taken (``NSXInventorySeries``). Changes are keyed by
  /// `external_id`, hence harmless to send twice.
  ///
  /// - Parameters:
  ///   - batchSize: Changes of one request.
  ///   - overwrite: also in the inventory of another principal
  ///     (`X-Allow-Overwrite`).
  ///   - beforeBatch: is waited for before each batch, with its number from 0;
  ///     what is left of a refused batch follows at once.
  /// - Returns: what became of them. Errors that concern no single object end
  ///   the series and stand in the outcome, because something may have changed.
  /// - Throws: `CancellationError`, or what a token provider or `beforeBatch` threw.
  public func postInventoryUpdates(
    clusterID: String, _ updates: [NSXInventoryUpdate], batchSize: Int = 50,
    overwrite: Bool = false,
    beforeBatch: (@Sendable (Int) async throws -> Void)? = nil
  ) async throws -> NSXInventoryOutcome {
    var series = NSXInventorySeries(updates, batchSize: batchSize)
    var isClusterKnown = false
    while let batch = series.next() {
      if let number = batch.number { try await beforeBatch?(number) }
      do {
        try await post(batch.updates, clusterID: clusterID, overwrite)
        series.accept(batch)
      } catch let error as NSXAPIError {
        switch error.inventoryScope {
        case .object: series.refuse(batch, error)
        case .everything: series.end(error, batch)
        case .objectOrCluster:
          // Asked once: where it goes meanwhile, nothing more is taken.
          if !isClusterKnown {
            isClusterKnown = try await isKnown(clusterID)
          }
          if isClusterKnown { series.refuse(batch, error) } else { series.end(error, batch) }
        }
      }
      notify(
        .inventoryBatch(
          sent: series.outcome.accepted, of: updates.count, refused: series.outcome.refused.count))
    }
    return series.outcome
  }

  private func post(
    _ updates: [NSXInventoryUpdate], clusterID: String, _ overwrite: Bool
  ) async throws {
    _ = try await send(
      .post, "/api/v1/inventory/container/" + clusterID, query: ["action": "updates"],
      body: ["container_inventory_objects": .array(updates.map(\.json))],
      headers: overwrite ? [HTTPHeader("X-Allow-Overwrite", "true")] : [], isIdempotent: true)
  }

  /// Whether NSX has a cluster; one that cannot be asked for counts as missing.
  private func isKnown(_ clusterID: String) async throws -> Bool {
    do { return try await containerCluster(clusterID) != nil } catch is NSXAPIError {
      return false
    }
  }
}

/// What a refusal of inventory changes is about.
enum NSXInventoryScope {
  /// One of the objects, or the size of the request.
  case object
  /// An object that NSX does not have, or the whole inventory.
  case objectOrCluster
  /// No object: the login, the right, the manager.
  case everything
}

extension NSXAPIError {
  /// What a refusal of inventory changes is about, where they are answered by it
  /// for good: 429, 502, 503 and 504 were obeyed before.
  var inventoryScope: NSXInventoryScope {
    switch reaction {
    case .badRequest, .staleRevision, .missingRevision, .stillReferenced, .pendingDeletion,
      .pageTooLarge:
      .object
    // Some objects are too much for NSX, which then knows no better word.
    case .serverError: .object
    case .notFound: .objectOrCluster
    case .invalidCredentials, .sessionExpired, .licenseMissing, .forbidden,
      .clientCertificateRefused, .searchUnavailable, .rateLimited, .transactionAborted,
      .backendUnreachable, .unavailable, .invalidAnswer, .noAnswer:
      .everything
    }
  }
}
