import Failures

/// What can go wrong with a repository or its remotes.
public enum GitError: Error, Sendable, Hashable {
  /// The folder is not a git repository.
  case notARepository(path: String)
  /// libgit2 refused: its error code, class and (for people only) its words.
  case library(operation: String, code: Int32, errorClass: Int32, message: String)
  /// A path of the request cannot be part of a git tree.
  case invalidPath(path: String, reason: String)
  /// The user's work tree has changes in the folder; `paths` are the first few.
  case folderNotClean(folder: String, paths: [String], count: Int)
  /// The branch is checked out in a work tree that does not follow it: another
  /// one of the repository, or, of a proposal's branch, any.
  case checkedOutElsewhere(branch: String)
  /// Another writer moved the branch (or holds its lock) since it was read.
  case branchMoved(branch: String)
  /// Another run of the tool is at work in the repository.
  case lockHeld(repository: String, holder: String)
  /// Local and remote branch both have commits, and the local ones hold more
  /// than what a rendering would write again.
  case diverged(branch: String, paths: [String])
  /// The branch or commit does not exist.
  case unknownRevision(String)
  /// The text begins the names of several commits.
  case ambiguousRevision(String)
  /// A file or folder cannot be read or written: `errno` of the call.
  case file(path: String, operation: String, errno: Int32)
  /// A symbolic link would lead the tool out of its folder.
  case linkLeadsOutside(path: String)
  /// The program that signs is not on `PATH`.
  case signingProgramMissing(String)
  /// The key has a passphrase, and no agent holds the key.
  case signingKeyLocked(key: String)
  /// The program that signs refused; its words, for people only.
  case signingFailed(key: String, detail: String)
  /// The remote cannot be reached or the exchange broke off.
  case remoteFailed(remote: String, detail: String)
  /// The remote asked for credentials that are missing or refused.
  case credentialsRefused(remote: String)
  /// The remote's certificate or host key is not trusted.
  case hostNotTrusted(remote: String)
  /// The remote did not finish in time.
  case timedOut(remote: String, seconds: Int64)
  /// The caller's task was cancelled.
  case cancelled(remote: String)
  /// The transport `git` was asked for and no such program is on `PATH`.
  case gitProgramMissing
  /// The setting asks for what libgit2 cannot do.
  case needsGitProgram(setting: String)
  /// A shallow repository does not hold the commits that tell how two branches
  /// stand to each other.
  case historyTooShort(branch: String)
  /// The remote kept moving or kept refusing.
  case pushRefused(remote: String, branch: String, reason: String)
}

extension GitError: FailureConvertible {
  /// The error in the words and the class that the command line reports.
  public var failure: Failure {
    switch self {
    case .notARepository(let path):
      Failure(
        .invalidInput, subject: path, cause: "is not a git repository",
        remedy: "`--init` makes one; `--no-commit` writes without git")
    case .library(let operation, let code, let errorClass, let message):
      libraryFailure(operation, code, errorClass, message)
    case .invalidPath(let path, let reason):
      Failure(.invalidInput, subject: path, cause: reason)
    case .folderNotClean(let folder, let paths, let count):
      Failure(
        .refused, subject: folder,
        cause: "the work tree has \(count) uncommitted change\(count == 1 ? "" : "s") here: "
          + paths.joined(separator: ", ") + (count > paths.count ? ", …" : ""),
        remedy: "commit or discard them first, use a bare repository, or name another branch")
    case .checkedOutElsewhere(let branch):
      Failure(
        .refused, subject: "branch \(branch)",
        cause: "is checked out in a work tree of this repository",
        remedy: "name another branch, or check out another one there")
    case .branchMoved(let branch):
      Failure(
        .failed, subject: "branch \(branch)", cause: "another writer changed or locked it",
        remedy: "run again; remove a stale `.lock` file if no git process runs")
    case .lockHeld(let repository, let holder):
      Failure(
        .lockHeld, subject: "repository \(repository)",
        cause: "lock not obtained: another run is at work in it"
          + (holder.isEmpty ? "" : " (\(holder))"),
        remedy: "run again when it has ended; the lock goes with its process")
    case .diverged(let branch, let paths):
      Failure(
        .refused, subject: "branch \(branch)",
        cause: "has local commits that the remote lacks and that touch other files: "
          + paths.joined(separator: ", "),
        remedy: "merge or rebase the branch onto its remote, then run again")
    case .unknownRevision(let name):
      Failure(
        .invalidInput, subject: name, cause: "is no branch, tag or commit of the repository",
        remedy: "`git log` lists the commits; a shallow repository has only the newest")
    case .ambiguousRevision(let name):
      Failure(
        .invalidInput, subject: name, cause: "is the start of several names",
        remedy: "give more digits")
    case .file(let path, let operation, let code):
      fileFailure(path, operation, code)
    case .linkLeadsOutside(let path):
      Failure(
        .refused, subject: path, cause: "is a symbolic link that leads outside the folder",
        remedy: "replace the link by a folder")
    default: remoteFailure
    }
  }
}
