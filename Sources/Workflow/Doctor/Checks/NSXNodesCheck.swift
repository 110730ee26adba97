import NSXClient

extension NSXExamination {
  /// ``DoctorCheck/nsxNodes``.
  func nsxNodes(_ connection: NSXConnection) async throws -> [DoctorVerdict] {
    let report = try await connection.nodeHealth()
    let ill = report.filter { !$0.isHealthy }
    if ill.isEmpty { return [.ok("\(report.count) of \(report.count) healthy")] }
    return ill.map { health in
      .warning("\(health.manager) is not healthy: \(health.detail ?? "it does not say why")")
    }
  }
}
