import CLibGit2
import Glibc

extension GitRepository {
  /// Takes the lock that keeps two runs of this tool out of one local
  /// repository, whatever their branches. It is held until this value goes, or
  /// the process ends in whatever way: it is a lock of the system (`flock`) on
  /// the file `nsx-antrea.lock` in the git folder, which means nothing by itself.
  ///
  /// git's own locks guard single references and the index; this one keeps a
  /// second run from committing between another one's commit and its push. Locks
  /// of git that a killed run of ours had taken are removed: those that it had
  /// noted, and that are about as old as its note. A later one is somebody else's.
  ///
  /// - Parameter holder: Who takes it, for the message of the one that waits.
  /// - Throws: ``GitError/lockHeld(repository:holder:)`` at once when another
  ///   run has it.
  public func lockForWriting(holder: String) throws(GitError) {
    guard !lockFile.withLock({ $0.isHeld }) else { return }
    let folder = commonFolder
    let file = folder + "nsx-antrea.lock"
    let descriptor = Glibc.open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw FileSystem.failed(file, "open") }
    // A program that is just being started has what we have open, for a moment.
    var code = flock(descriptor, LOCK_EX | LOCK_NB)
    for _ in 0..<10 where code != 0 && errno == EWOULDBLOCK {
      usleep(10_000)
      code = flock(descriptor, LOCK_EX | LOCK_NB)
    }
    guard code == 0 else {
      let code = errno
      defer { close(descriptor) }
      guard code == EWOULDBLOCK else {
        throw .file(path: file, operation: "lock", errno: code)
      }
      throw .lockHeld(
        repository: path, holder: LockFile.lines(of: descriptor).first ?? "")
    }
    let lock = LockFile(descriptor: descriptor, holder: holder)
    do throws(GitError) {
      // Whoever has this lock knows that the run that noted them is gone.
      let noted = try LockFile.time(of: descriptor, file)
      for line in LockFile.lines(of: descriptor).dropFirst() {
        guard line.hasSuffix(".lock"), !line.split(separator: "/").contains(".."),
          let taken = try FileSystem.modified(folder + line),
          LockFile.isOfNote(taken: taken, noted: noted)
        else { continue }
        try FileSystem.remove(folder + line)
      }
    } catch {
      lock.release()
      throw error
    }
    lock.note([])
    lockFile.withLock { $0 = lock }
  }

  /// Does something that takes git's own locks of a branch and the index, and
  /// notes them while it does, for the run after one that is killed.
  func notingLocks<R>(
    of branch: String, _ body: () throws(GitError) -> R
  ) throws(GitError) -> R {
    let lock = lockFile.withLock { $0 }
    guard lock.isHeld else { return try body() }
    let common = commonFolder
    let own = locked { git_repository_path($0).map { String(cString: $0) } ?? common }
    // The git folder of a linked work tree lies inside the common one.
    let index = own.hasPrefix(common) ? String(own.dropFirst(common.count)) : ""
    lock.note(["refs/heads/\(branch).lock", "\(index)index.lock", "\(index)HEAD.lock"])
    defer { lock.note([]) }
    return try body()
  }

  /// Fetches into references, and notes the locks that git takes meanwhile.
  ///
  /// Where the fetch is stopped the note stays: git is asked to remove its locks,
  /// and killed when it takes too long.
  func notingFetch<R>(
    into references: [String], _ body: () async throws -> R
  ) async throws -> R {
    let lock = lockFile.withLock { $0 }
    guard lock.isHeld else { return try await body() }
    lock.note(["shallow.lock"] + references.map { "\($0).lock" })
    do {
      let result = try await body()
      lock.note([])
      return result
    } catch let error as GitError where error.isCancelled || error.isTimeout {
      throw error
    } catch {
      lock.note([])
      throw error
    }
  }

  /// The git folder that all work trees share, with a `/` at its end.
  private var commonFolder: String {
    locked { git_repository_commondir($0).map { String(cString: $0) } ?? path + "/" }
  }
}

/// The open file that a lock is bound to.
struct LockFile: Sendable {
  /// -1 when the lock is not held.
  var descriptor: Int32 = -1
  /// Who holds it.
  var holder = ""
  /// Whether the lock is held.
  var isHeld: Bool { descriptor >= 0 }

  /// Writes who holds the lock, and which locks of git are being taken, by their
  /// paths in the git folder. A full disk is no reason not to go on: then a
  /// killed run's locks stay for a person to remove.
  func note(_ locks: [String]) {
    let text = ([holder] + locks).joined(separator: "\n") + "\n"
    if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.utf8.count, 0) }
  }

  /// When a lock file was written to, in seconds since 1970.
  static func time(of descriptor: Int32, _ path: String) throws(GitError) -> Int {
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { throw FileSystem.failed(path, "look at") }
    return info.st_mtim.tv_sec
  }

  /// Whether a lock of git can be one that was noted: taken after the note, and not
  /// later than a commit or a fetch may last.
  static func isOfNote(taken: Int, noted: Int) -> Bool { (noted - 2...noted + 600).contains(taken) }

  /// The lines of a lock file.
  static func lines(of descriptor: Int32) -> [String] {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    // A line without its end was not written whole.
    guard count > 0, let end = bytes[..<count].lastIndex(of: 0x0a) else { return [] }
    return String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Gives the lock up.
  func release() { if isHeld { close(descriptor) } }
}
