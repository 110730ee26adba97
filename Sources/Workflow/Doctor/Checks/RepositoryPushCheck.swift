import GitRepository

extension SiteExamination {
  /// ``DoctorCheck/repositoryPush``.
  func repositoryPush(_ repository: GitRepository) async throws -> [DoctorVerdict] {
    guard let remote = run.remote(.push) else { return [.skipped("no remote is configured")] }
    try await repository.checkPush(
      remote, branch: branch(of: repository), access: try run.remoteAccess(.push))
    guard try repository.tip(of: branch(of: repository)) != nil else {
      return [
        .skipped(
          "the remote answers; a push cannot be tried before there is a commit",
          "`nsx-antrea render` makes one")
      ]
    }
    return [.ok("a connection for pushing is granted; branch rules of the server show at the push")]
  }
}
