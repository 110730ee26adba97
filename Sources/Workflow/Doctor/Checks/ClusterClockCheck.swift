extension ClusterExamination {
  /// ``DoctorCheck/clusterClock``.
  func clusterClock() async throws -> [DoctorVerdict] {
    let connection = try await run.clusterConnection(cluster)
    return [
      try await run.seen(connection.server) {
        let time = try await probe(connection).serverTime
        return ClockJudge.verdict(on: time, of: connection.server, now: run.context.now())
      }
    ]
  }
}
