import Documents
import NSXClient

extension NSXExamination {
  /// ``DoctorCheck/nsxLimits``.
  func nsxLimits(_ connection: NSXConnection) async throws -> [DoctorVerdict] {
    let service: JSONValue
    do { service = try await connection.get("/api/v1/cluster/api-service") } catch let error
      as NSXAPIError
      where error.reaction == .forbidden || error.reaction == .notFound
    {
      return [.skipped("may not be read: \(error.failure.cause)")]
    }
    var verdicts: [DoctorVerdict] = []
    // 0 stands for no limit.
    for (key, need, what) in [
      ("client_api_rate_limit", Int64(80), "requests a second"),
      ("client_api_concurrency_limit", 32, "requests in flight"),
    ] {
      guard let limit = service[key]?.integer, limit > 0, limit < need else { continue }
      verdicts.append(.warning("\(limit) \(what) of each client; a run uses up to \(need)"))
    }
    return verdicts.isEmpty ? [.ok("they leave room for ours")] : verdicts
  }
}
