import CLibGit2
import GitShim
import Glibc

/// libgit2's error codes that decisions are made on.
enum GitCode {
  static let notFound = GIT_ENOTFOUND.rawValue
  static let ambiguous = GIT_EAMBIGUOUS.rawValue
  static let exists = GIT_EEXISTS.rawValue
  static let user = GIT_EUSER.rawValue
  static let nonFastForward = GIT_ENONFASTFORWARD.rawValue
  static let conflict = GIT_ECONFLICT.rawValue
  static let locked = GIT_ELOCKED.rawValue
  static let modified = GIT_EMODIFIED.rawValue
  static let authentication = GIT_EAUTH.rawValue
  static let certificate = GIT_ECERTIFICATE.rawValue
  static let passthrough = GIT_PASSTHROUGH.rawValue
  static let owner = GIT_EOWNER.rawValue
}

/// The process-wide state of libgit2.
enum LibGit2 {
  /// Starts the library once. SIGPIPE is ignored, because its TLS transport
  /// writes to sockets without asking for `EPIPE`.
  static let started: Bool = {
    signal(SIGPIPE, SIG_IGN)
    guard git_libgit2_init() >= 0 else { return false }
    // A reference must never outlive a power cut that its pack did not survive.
    return git_shim_set_fsync(1) == 0
  }()
}

/// Throws the thread's libgit2 error when `code` is one.
///
/// Must run on the thread of the call, at once: the error is thread-local.
@discardableResult
func check(_ code: Int32, _ operation: String) throws(GitError) -> Int32 {
  guard code < 0 else { return code }
  throw libraryError(code, operation)
}

/// The thread's libgit2 error as a value.
func libraryError(_ code: Int32, _ operation: String) -> GitError {
  let last = git_error_last()
  let message = last?.pointee.message.map { String(cString: $0) } ?? ""
  return .library(
    operation: operation, code: code, errorClass: last?.pointee.klass ?? 0, message: message)
}

/// The object behind a pointer that libgit2 has just filled in.
func created(_ pointer: OpaquePointer?, _ operation: String) throws(GitError) -> OpaquePointer {
  guard let pointer else { throw libraryError(-1, operation) }
  return pointer
}
