import Documents
import Failures
import Importing
import NSXClient

extension Run {
  /// Writes an import and reads it back.
  ///
  /// - Returns: the number of objects that were written.
  /// - Throws: ``Failure`` of kind partial where some of it was written.
  func writeImport(
    _ draft: ImportDraft, _ request: ImportRequest, _ connection: NSXConnection,
    _ permission: WritePermission
  ) async throws -> Int {
    let batches = ImportBatches(draft.delta.steps, domain: draft.ground.scope.domain).batches
    var written = 0
    for batch in batches {
      do {
        try await mayWrite(permission)
        try await connection.patchHierarchy(batch.body)
        written += batch.steps.count
      } catch let error as any FailureConvertible {
        // Without an answer it is not known what became of the request.
        throw written > 0 ? partial(error.failure, written) : error
      }
    }
    if written > 0 { try await verifyImport(draft, request, connection) }
    return written
  }

  /// - Throws: where nothing may be begun any more.
  func mayWrite(_ permission: WritePermission) async throws {
    try Task.checkCancellation()
    if let reason = await permission() {
      throw Failure(.failed, subject: "import", cause: "it was ended: \(reason)")
    }
  }

  private func partial(_ failure: Failure, _ written: Int) -> Failure {
    Failure(
      .partial, subject: failure.subject,
      cause: "\(failure.cause); \(written) objects had been written",
      remedy: failure.remedy ?? "import again: it goes on where this run stopped")
  }

  /// NSX answers before it has looked at everything, and is known to keep some
  /// members as they were.
  private func verifyImport(
    _ draft: ImportDraft, _ request: ImportRequest, _ connection: NSXConnection
  ) async throws {
    let ground = try await importGround(of: draft.cluster, connection)
    let rest = try ImportDelta(
      draft.delta.policies, in: ground.state, scope: ground.scope,
      stale: .init(namespaces: [], kept: []), range: request.sequenceNumbers)
    let open = rest.steps.filter { $0.action == .create || $0.action == .update }
    guard let first = open.first else { return }
    throw Failure(
      .partial, subject: first.object.path,
      cause: first.action == .create
        ? "is not in NSX although it was written"
        : "NSX holds other \(first.changed.joined(separator: ", ")) than were written",
      remedy: "import again; somebody may have changed it meanwhile")
  }
}
