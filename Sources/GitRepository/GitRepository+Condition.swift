import CLibGit2
import Glibc

/// Who works in a local repository, without taking part.
public struct RepositoryLockState: Sendable, Hashable {
  /// Who holds the lock of ``GitRepository/lockForWriting(holder:)``; `nil` where
  /// nobody does.
  public var holder: String?
  /// git's own lock files that stand and that no run of ours has noted, by their
  /// paths in the git folder.
  public var gitLocks: [String]
}

extension GitRepository {
  /// Looks at the locks of the repository, and takes none: our own lock is asked
  /// for in its shared form and given back at once.
  ///
  /// - Parameter branch: Whose reference is looked at.
  public func lockState(of branch: String) throws(GitError) -> RepositoryLockState {
    let folder = locked { git_repository_commondir($0).map { String(cString: $0) } } ?? path + "/"
    var state = RepositoryLockState(holder: nil, gitLocks: [])
    var noted: Set<String> = []
    let descriptor = Glibc.open(folder + "nsx-antrea.lock", O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    if descriptor >= 0 {
      defer { close(descriptor) }
      let lines = LockFile.lines(of: descriptor)
      if flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK {
        state.holder = lines.first ?? ""
      }
      // The next run of ours removes these.
      noted = Set(lines.dropFirst())
    }
    let names = [
      "refs/heads/\(branch).lock", "index.lock", "HEAD.lock", "packed-refs.lock", "shallow.lock",
    ]
    for name in names
    where !noted.contains(name) {
      if try FileSystem.kind(folder + name) != .missing { state.gitLocks.append(name) }
    }
    return state
  }

  /// Where a branch of a remote is, without fetching anything; `nil` where the remote
  /// has none.
  public func remoteTip(
    _ remote: String, branch: String, access: RemoteAccess
  ) async throws -> ObjectID? {
    let address = try self.address(remote, push: false)
    let path = path
    return try await Exchange.run(address, access) { stop throws(GitError) in
      try RemoteLink(path, address, access, stop).remoteTip("refs/heads/\(branch)")
    }
  }

  /// Finds out whether a remote takes pushes from us, and sends nothing.
  ///
  /// Servers decide about single branches only when something is sent, so that
  /// success is no promise.
  ///
  /// - Throws: ``GitError`` where it does not.
  public func checkPush(
    _ remote: String, branch: String, access: RemoteAccess
  ) async throws {
    let address = try self.address(remote, push: true)
    let tip = try tip(of: branch)
    let path = path
    try await Exchange.run(address, access) { stop throws(GitError) in
      try RemoteLink(path, address, access, stop).checkPush(tip, to: branch)
    }
  }
}
