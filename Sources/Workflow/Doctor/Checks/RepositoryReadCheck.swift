import GitRepository

extension SiteExamination {
  /// ``DoctorCheck/repositoryRead``.
  func repositoryRead(_ repository: GitRepository) async throws -> [DoctorVerdict] {
    guard let remote = run.remote(.pull) else { return [.skipped("no remote is configured")] }
    let branch = branch(of: repository)
    let tip = try await repository.remoteTip(
      remote, branch: branch, access: try run.remoteAccess())
    return [.ok(tip.map { "\(branch) is at \($0.hex.prefix(10))" } ?? "it has no \(branch) yet")]
  }
}
