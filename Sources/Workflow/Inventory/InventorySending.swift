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

extension Run {
  /// Problems of one kind that are told one by one; the answer in JSON has all.
  private static let told = 20

  /// Tells what NSX did not take of a cluster's inventory.
  func warn(_ problems: [String], of cluster: String) {
    for problem in problems.prefix(Self.told) { talk("warning: cluster \(cluster): \(problem)") }
    let rest = problems.count - Self.told
    if rest > 0 {
      talk("warning: cluster \(cluster): and \(rest) more; --output json lists all")
    }
  }
}

extension NSXInventoryOutcome {
  /// Type and name of the objects that NSX refused to create, by external id.
  var refusedCreates: [String: String] {
    var result: [String: String] = [:]
    for update in refused.map(\.update) where update.operation == .create {
      result[update.externalID] = update.title(nil)
    }
    return result
  }

  /// What NSX did not take, what ended the series first, then each object by name.
  ///
  /// - Parameter names: Names by external id, for changes that carry none.
  func problems(names: [String: String]) -> [String] {
    var result: [String] = []
    if let failure {
      result.append("\(failure.failure)")
      if !unsent.isEmpty { result.append("\(unsent.count) changes were not sent") }
    }
    let creates = refusedCreates
    result += refused.map { refusal in
      let update = refusal.update
      let title = update.title(names[update.externalID])
      var text =
        "NSX refused \(update.operation.rawValue) \(title): \(refusal.error.failure.cause)"
      if let reference = InventoryReferences.text(of: update.object, refused: creates) {
        text += "; \(reference), which was refused"
      }
      return text
    }
    return result
  }
}

extension NSXInventoryUpdate {
  /// Type, name and external id, for people.
  fileprivate func title(_ name: String?) -> String {
    let id = externalID.isEmpty ? "?" : externalID
    let name = object["display_name"]?.string ?? name
    return "\(type.isEmpty ? "?" : type) \(name.map { "\($0) (\(id))" } ?? id)"
  }
}
