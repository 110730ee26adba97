import Documents
import HTTPTransport

extension NSXConnection {
  /// Sends changes of a cluster's inventory in their order, in batches.
  ///
  /// NSX takes or refuses a batch as a whole and does not say which object it
  /// minds, so a refused batch is halved until the culprits stand alone; all
  /// others are taken. Changes are keyed by `external_id`, hence harmless to
  /// send twice.
  ///
  /// - Parameters:
  ///   - batchSize: Changes of one request.
  ///   - overwrite: also in the inventory of another principal
  ///     (`X-Allow-Overwrite`).
  ///   - beforeBatch: is waited for before each batch, with its number from 0;
  ///     the halves of a refused batch follow at once.
  /// - Returns: what became of them. Errors that concern no single object end
  ///   the series and stand in the outcome, because something may have changed.
  /// - Throws: `CancellationError`, or what a token provider or `beforeBatch` threw.
  public func postInventoryUpdates(
    clusterID: String, _ updates: [NSXInventoryUpdate], batchSize: Int = 50,
    overwrite: Bool = false,
    beforeBatch: (@Sendable (Int) async throws -> Void)? = nil
  ) async throws -> NSXInventoryOutcome {
    var outcome = NSXInventoryOutcome()
    let size = max(1, batchSize)
    for start in stride(from: 0, to: updates.count, by: size) {
      let batch = updates[start..<min(start + size, updates.count)]
      if outcome.failure == nil {
        try await beforeBatch?(start / size)
        try await post(batch, clusterID: clusterID, overwrite, into: &outcome)
        // A first batch of which nothing is taken: the trouble is not in the
        // objects, and going on would be one request for each of them.
        if start == 0, batch.count > 1, outcome.accepted == 0, outcome.failure == nil {
          outcome.failure = outcome.refused.last?.error
        }
        notify(
          .inventoryBatch(
            sent: outcome.accepted, of: updates.count, refused: outcome.refused.count))
      } else {
        outcome.unsent += batch
      }
    }
    return outcome
  }

  private func post(
    _ batch: ArraySlice<NSXInventoryUpdate>, clusterID: String, _ overwrite: Bool,
    into outcome: inout NSXInventoryOutcome
  ) async throws {
    if outcome.failure != nil {
      outcome.unsent += batch
      return
    }
    do {
      _ = try await send(
        .post, "/api/v1/inventory/container/" + clusterID, query: ["action": "updates"],
        body: ["container_inventory_objects": .array(batch.map(\.json))],
        headers: overwrite ? [HTTPHeader("X-Allow-Overwrite", "true")] : [], isIdempotent: true)
      outcome.accepted += batch.count
    } catch let error as NSXAPIError {
      guard error.concernsObjects else {
        outcome.failure = error
        outcome.unsent += batch
        return
      }
      if batch.count == 1 {
        outcome.refused += batch.map { .init(update: $0, error: error) }
        return
      }
      let middle = batch.startIndex + batch.count / 2
      try await post(batch[..<middle], clusterID: clusterID, overwrite, into: &outcome)
      try await post(batch[middle...], clusterID: clusterID, overwrite, into: &outcome)
    }
  }
}

extension NSXAPIError {
  /// Whether a refused batch may be refused for one of its objects.
  fileprivate var concernsObjects: Bool {
    switch reaction {
    case .badRequest, .staleRevision, .missingRevision, .stillReferenced, .pendingDeletion,
      .pageTooLarge:
      true
    default: false
    }
  }
}
