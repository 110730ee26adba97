import Failures
import GitRepository

extension Run {
  /// Opens the repository that is committed to, or makes it, and keeps other
  /// runs out of it.
  func openRepository(_ path: String, initialize: Bool) throws -> GitRepository {
    let repository =
      initialize
      ? try GitRepository.initialize(
        at: path, bare: path.hasSuffix(".git"), branch: settings.text("repository.branch") ?? "main"
      ) : try GitRepository.open(at: path)
    try repository.lockForWriting(holder: context.holder)
    return repository
  }

  /// Opens the repository of a sync, making it where it is missing, and follows
  /// the remote branch.
  func openFollowed(_ path: String, folders: [String]) async throws -> GitRepository {
    let repository = try openRepository(path, initialize: isVacant(path))
    try await followRemote(repository, folders: folders)
    return repository
  }

  /// Whether there is nothing at a path but perhaps an empty folder, or what a run
  /// left that was killed while it made a repository.
  func isVacant(_ path: String) throws -> Bool {
    try !Files.exists(path) || (Files.isFolder(path) && Files.list(path).isEmpty)
      || GitRepository.isHalfMade(at: path)
  }

  /// Brings the branch to where it is at the remote, if there is one. Local
  /// commits are given up when they touch nothing but the folders.
  func followRemote(_ repository: GitRepository, folders: [String]) async throws {
    guard let remote = remote(.pull) else { return }
    let branch = baseBranch(of: repository)
    try await follow(
      branch, of: remote, in: repository, folders: folders, access: try remoteAccess())
  }

  /// Fetches a branch of a remote and moves the local one; an empty remote, or
  /// one without the branch, has nothing to follow.
  func follow(
    _ branch: String, of remote: String, in repository: GitRepository, folders: [String],
    access: RemoteAccess
  ) async throws {
    guard let tip = try await repository.fetch(remote, branch: branch, access: access) else {
      return
    }
    try await withHistory(of: [branch], in: repository) {
      try repository.follow(tip, branch: branch, replacing: folders, by: committer)
    }
  }

  /// Does something that needs to know how commits stand to each other; in a
  /// shallow repository that does not tell, again with their whole history.
  @discardableResult
  func withHistory<Result>(
    of branches: [String], in repository: GitRepository, _ body: () throws -> Result
  ) async throws -> Result {
    do { return try body() } catch GitError.historyTooShort {
      guard repository.isShallow, let remote = remote(.pull) else {
        throw GitError.historyTooShort(branch: branches.first ?? "")
      }
      log.notice("the shallow history does not reach far enough: fetching all of it")
      let access = try remoteAccess()
      var known: [String] = []
      for branch in branches
      where try await repository.fetch(remote, branch: branch, access: access) != nil {
        known.append(branch)
      }
      try await repository.unshallow(remote, branches: known, access: access)
      return try body()
    }
  }
}
