import GitRepository

extension SiteExamination {
  /// ``DoctorCheck/repository``.
  func repository(_ path: String) throws -> [DoctorVerdict] {
    let repository = try GitRepository.open(at: path)
    let branch = branch(of: repository)
    guard try repository.tip(of: branch) != nil else {
      return [.warning("\(path) has no commit on \(branch) yet", "`nsx-antrea render` makes one")]
    }
    return [.ok("\(path), branch \(branch)")]
  }

  /// The branch that runs commit to.
  func branch(of repository: GitRepository) -> String {
    run.settings.text("repository.branch") ?? repository.headBranch
  }
}
