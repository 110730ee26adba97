import CLibGit2
import Failures
import Glibc

extension GitError {
  /// Whether the caller's task ended the exchange.
  var isCancelled: Bool { if case .cancelled = self { true } else { false } }
  /// Whether the exchange took too long.
  var isTimeout: Bool { if case .timedOut = self { true } else { false } }

  /// The failures of a remote; all other cases are worded in ``failure``.
  var remoteFailure: Failure {
    switch self {
    case .remoteFailed(let remote, let detail):
      Failure(
        .unreachable, subject: remote,
        cause: detail.isEmpty ? "the exchange with the remote failed" : detail,
        remedy: "check the address, the network and the rights on the remote")
    case .credentialsRefused(let remote):
      Failure(
        .permissionDenied, subject: remote, cause: "the remote refused the credentials",
        remedy: "check the user, token or key that the configuration names")
    case .hostNotTrusted(let remote):
      Failure(
        .unreachable, subject: remote, cause: "its certificate or host key is not trusted",
        remedy: "name the CA file or the known_hosts file of the remote")
    case .timedOut(let remote, let seconds):
      Failure(
        .unreachable, subject: remote, cause: "no end of the exchange within \(seconds) s",
        remedy: "check the network, or raise the timeout")
    case .cancelled(let remote):
      Failure(.interrupted, subject: remote, cause: "the exchange was cancelled")
    case .needsGitProgram(let setting):
      Failure(
        .usage, subject: setting, cause: "needs the `git` program, which libgit2 cannot replace",
        remedy: "install git and leave repository.transport at automatic, or unset it")
    case .historyTooShort(let branch):
      Failure(
        .failed, subject: "branch \(branch)",
        cause: "the repository is shallow, and the commits that both sides have are not in it",
        remedy: "run `git fetch --unshallow` in it, or raise repository.depth")
    case .signingProgramMissing(let name):
      Failure(
        .usage, subject: "repository.signing", cause: "there is no `\(name)` program on PATH",
        remedy: "install it, or set repository.signing.format to none")
    case .signingKeyLocked(let key):
      Failure(
        .permissionDenied, subject: "signing key \(key)",
        cause: "has a passphrase, and no agent holds the key",
        remedy: "add it to ssh-agent or gpg-agent before the run, or use a key without passphrase "
          + "in a file that only this tool's user can read")
    case .signingFailed(let key, let detail):
      Failure(
        .failed, subject: "signing key \(key)",
        cause: detail.isEmpty ? "no signature was made" : "no signature was made: \(detail)",
        remedy: "check repository.signing: ssh takes a file, gpg the name of a secret key")
    case .gitProgramMissing:
      Failure(
        .usage, subject: "transport git", cause: "there is no `git` program on PATH",
        remedy: "install git, or choose the transport `libgit2`")
    case .pushRefused(let remote, let branch, let reason):
      Failure(
        .failed, subject: "\(remote) \(branch)", cause: "the push was refused: \(reason)",
        remedy: "check branch protection and hooks of the remote, then run again")
    default:
      Failure(.failed, subject: "git", cause: "failed")
    }
  }

  /// The words for a refusal of libgit2, by its code.
  func libraryFailure(
    _ operation: String, _ code: Int32, _ errorClass: Int32, _ message: String
  ) -> Failure {
    let cause =
      "\(message.isEmpty ? "libgit2 failed" : message) (code \(code), class \(errorClass))"
    switch code {
    case GitCode.owner:
      return Failure(
        .permissionDenied, subject: operation, cause: "the repository belongs to another user",
        remedy: "git config --global --add safe.directory <the repository's path>")
    case GitCode.locked:
      return Failure(
        .failed, subject: operation, cause: cause,
        remedy: "another git process is at work; run again when it has ended")
    default:
      return Failure(
        .failed, subject: operation, cause: cause, remedy: Self.remedy(errorClass))
    }
  }

  /// A way out by libgit2's class of error.
  private static func remedy(_ errorClass: Int32) -> String {
    switch git_error_t(rawValue: UInt32(bitPattern: errorClass)) {
    case GIT_ERROR_ODB, GIT_ERROR_OBJECT, GIT_ERROR_ZLIB, GIT_ERROR_TREE, GIT_ERROR_INDEXER,
      GIT_ERROR_REFERENCE, GIT_ERROR_SHA:
      "the repository may be damaged: `git fsck` tells; clone it anew from its remote"
    case GIT_ERROR_CONFIG:
      "correct the repository's `config` file; `git config --list` tells the line"
    case GIT_ERROR_OS, GIT_ERROR_FILESYSTEM:
      "check that the folder exists, its owner and mode, and the free space"
    case GIT_ERROR_REPOSITORY, GIT_ERROR_INDEX, GIT_ERROR_WORKTREE:
      "`git status` in the repository tells more; clone it anew if it is damaged"
    default: "`git fsck` checks the repository; run again with --log-level debug"
    }
  }

  /// The words for a failed system call.
  func fileFailure(_ path: String, _ operation: String, _ code: Int32) -> Failure {
    let words = strerror(code).map { String(cString: $0) } ?? "error \(code)"
    let denied = code == EACCES || code == EPERM
    let remedy: String? =
      switch code {
      case ENOSPC, EDQUOT: "free some space, then run again"
      case EROFS: "the disk is mounted read-only: choose another folder"
      case EACCES, EPERM: "check the owner and the mode of the folder"
      default: nil
      }
    return Failure(
      denied ? .permissionDenied : .failed, subject: path, cause: "cannot \(operation): \(words)",
      remedy: remedy)
  }
}
