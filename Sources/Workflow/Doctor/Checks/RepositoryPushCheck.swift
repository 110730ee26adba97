import GitRepository

extension SiteExamination {
  /// ``DoctorCheck/repositoryPush``.
  func repositoryPush(_ repository: GitRepository) async throws -> [DoctorVerdict] {
    guard let remote = run.remote(.push) else { return [.skipped("no remote is configured")] }
    try await repository.checkPush(
      remote, branch: branch(of: repository), access: try run.remoteAccess(.push))
    return [.ok("a connection for pushing is granted; branch rules of the server show at the push")]
  }
}
