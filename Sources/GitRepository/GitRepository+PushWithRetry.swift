/// What ``GitRepository/pushWithRetry(_:branch:folders:by:access:attempts:recommit:)`` did.
public struct PushOutcome: Sendable, Hashable {
  /// How the last push ended.
  public var result: PushResult
  /// How many pushes were tried.
  public var attempts: Int
}

extension GitRepository {
  /// Pushes a branch; when the remote has moved on, follows it, commits the
  /// folders again on top (`recommit`) and pushes again.
  ///
  /// Throws ``GitError/pushRefused(remote:branch:reason:)`` when the remote
  /// refuses for another reason or keeps moving.
  public func pushWithRetry(
    _ remote: String, branch: String, folders: [String], by who: GitSignature,
    access: RemoteAccess, attempts: Int = 3,
    recommit: @Sendable () throws -> CommitResult
  ) async throws -> PushOutcome {
    for attempt in 1...max(1, attempts) {
      let result = try await push(remote, branch: branch, access: access)
      switch result {
      case .upToDate, .pushed: return PushOutcome(result: result, attempts: attempt)
      case .rejected(let reason):
        throw GitError.pushRefused(remote: shown(remote), branch: branch, reason: reason)
      case .rejectedNonFastForward:
        guard attempt < attempts else { break }
        guard let tip = try await fetch(remote, branch: branch, access: access) else { continue }
        try follow(tip, branch: branch, replacing: folders, by: who)
        _ = try recommit()
      }
    }
    throw GitError.pushRefused(
      remote: shown(remote), branch: branch, reason: "the remote branch kept moving")
  }

  /// The remote without a password.
  func shown(_ remote: String) -> String { RemoteAddress(name: remote, url: remote).name }
}
