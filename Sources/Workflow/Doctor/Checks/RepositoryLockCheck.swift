import GitRepository

extension SiteExamination {
  /// ``DoctorCheck/repositoryLock``.
  func repositoryLock(_ repository: GitRepository) throws -> [DoctorVerdict] {
    let state = try repository.lockState(of: branch(of: repository))
    if let holder = state.holder {
      return [.warning("held by \(holder.isEmpty ? "another run" : holder)")]
    }
    if state.gitLocks.isEmpty { return [.ok("free")] }
    return [
      .failed(
        "\(state.gitLocks.joined(separator: ", ")): git's own lock, and no run of ours holds the repository",
        "remove it where no git process works in the repository")
    ]
  }
}
