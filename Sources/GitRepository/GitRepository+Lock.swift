import CLibGit2
import Glibc

extension GitRepository {
  /// Takes the lock that keeps two runs of this tool out of one local
  /// repository, whatever their branches. It is held until this value goes, or
  /// the process ends in whatever way: it is a lock of the system (`flock`) on
  /// the file `nsx-antrea.lock` in the git folder, which means nothing by itself.
  ///
  /// git's own locks guard single references and the index; this one keeps a
  /// second run from committing between another one's commit and its push.
  ///
  /// - Parameter holder: Who takes it, for the message of the one that waits.
  /// - Throws: ``GitError/lockHeld(repository:holder:)`` at once when another
  ///   run has it.
  public func lockForWriting(holder: String) throws(GitError) {
    guard !lockFile.withLock({ $0.isHeld }) else { return }
    let file =
      locked { git_repository_commondir($0).map { String(cString: $0) } ?? path + "/" }
      + "nsx-antrea.lock"
    let descriptor = Glibc.open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw FileSystem.failed(file, "open") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      defer { close(descriptor) }
      guard code == EWOULDBLOCK else {
        throw .file(path: file, operation: "lock", errno: code)
      }
      let name = (try? FileSystem.read(file)) ?? []
      throw .lockHeld(
        repository: path, holder: String(decoding: name.prefix(200), as: UTF8.self))
    }
    // Only for the message: a full disk is no reason not to go on.
    if ftruncate(descriptor, 0) == 0 { _ = Glibc.write(descriptor, holder, holder.utf8.count) }
    lockFile.withLock { $0 = LockFile(descriptor: descriptor) }
  }
}

/// The open file that a lock is bound to.
struct LockFile: Sendable {
  /// -1 when the lock is not held.
  var descriptor: Int32 = -1
  /// Whether the lock is held.
  var isHeld: Bool { descriptor >= 0 }

  /// Gives the lock up.
  func release() { if isHeld { close(descriptor) } }
}
