extension SiteExamination {
  /// ``DoctorCheck/configuration``.
  func configuration() -> [DoctorVerdict] {
    var verdicts: [DoctorVerdict] = [
      .ok(
        run.settings.file.map { "read from \($0)" } ?? "no file; settings by flags and environment")
    ]
    if run.settings.clusters.isEmpty {
      verdicts.append(.warning("no cluster is configured", "list `clusters` in the configuration"))
    }
    let unknown = run.settings.unknownVariables
    if !unknown.isEmpty {
      verdicts.append(
        .warning("\(unknown.joined(separator: ", ")): set in the environment, and no setting"))
    }
    return verdicts
  }
}
