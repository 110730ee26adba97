import Documents
import Failures
import Inventory
import NSXClient
import Synchronization

extension Run {
  /// Sends changes of a cluster's inventory in batches, at the configured pace.
  ///
  /// - Throws: `CancellationError` between two batches.
  func sendInventory(
    _ updates: [InventoryUpdate], to id: String, _ connection: NSXConnection
  ) async throws -> NSXInventoryOutcome {
    let period = settings.duration("inventory.batchPeriod") ?? .zero
    let clock = context.clock
    let last = Mutex<Duration?>(nil)
    return try await connection.postInventoryUpdates(
      clusterID: id,
      updates.map { update in
        let operation: NSXInventoryUpdate.Operation =
          switch update.kind {
          case .create: .create
          case .update: .update
          case .delete: .delete
          }
        return NSXInventoryUpdate(operation, update.object)
      },
      batchSize: settings.number("inventory.batchSize") ?? 50,
      overwrite: settings.flag("inventory.takeOwnership"),
      beforeBatch: { _ in
        if let sent = last.withLock({ $0 }) {
          let rest = sent + period - clock.now()
          if rest > .zero { try await clock.sleep(rest) }
        }
        last.withLock { $0 = clock.now() }
      })
  }
}

extension NSXInventoryOutcome {
  /// What NSX did not take, each by name.
  ///
  /// - Parameter names: Names by external id, for changes that carry none.
  func problems(names: [String: String]) -> [String] {
    var result = refused.map { refusal in
      let object = refusal.update.object
      let id = object["external_id"]?.string ?? "?"
      let name = object["display_name"]?.string ?? names[id]
      let text = refusal.error.failure.cause
      return
        "NSX refused \(refusal.update.operation.rawValue) \(object["resource_type"]?.string ?? "?") \(name.map { "\($0) (\(id))" } ?? id): \(text)"
    }
    if let failure {
      result.append("\(failure.failure)")
      if !unsent.isEmpty { result.append("\(unsent.count) changes were not sent") }
    }
    return result
  }
}
