extension NSXExamination {
  /// ``DoctorCheck/nsxClock``.
  func nsxClock() async throws -> [DoctorVerdict] {
    var verdicts: [DoctorVerdict] = []
    for manager in run.settings.list("nsx.managers") {
      verdicts.append(
        try await run.seen(manager) {
          let time = try await probe(manager).serverTime
          return ClockJudge.verdict(on: time, of: manager, now: run.context.now())
        })
    }
    return verdicts
  }
}

/// Says how far clocks are apart.
enum ClockJudge {
  /// Seconds that are told, and seconds that are too many: signed tokens allow
  /// one to five minutes.
  static let warning: Int64 = 60
  static let failure: Int64 = 300

  /// - Parameters:
  ///   - server: Seconds since 1970 by the server; `nil` where it does not say.
  ///   - owner: Whose clock it is.
  static func verdict(on server: Int64?, of owner: String, now: Int64) -> DoctorVerdict {
    guard let server else { return .skipped("\(owner) does not say what time it is") }
    let difference = server - now
    let size = abs(difference)
    let text = "\(owner): its clock is \(size) s \(difference < 0 ? "behind" : "ahead of") ours"
    if size >= failure { return .failed(text) }
    return size >= warning ? .warning(text) : .ok(text)
  }
}
