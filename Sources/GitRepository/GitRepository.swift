import CLibGit2
import Glibc
import Synchronization

/// One git repository, bare or with a work tree.
///
/// All work on libgit2's handle is serialised by a lock, so one value may be
/// shared between tasks. The calls block; those that talk to a remote are
/// `async` and use a handle of their own.
public final class GitRepository: Sendable {
  /// The folder that was opened: a bare repository or the top of a work tree.
  public let path: String
  /// The top of the work tree with a trailing `/`; `nil` for a bare repository.
  public let workTree: String?

  private let lock = Mutex(())
  /// See ``lockForWriting(holder:)``.
  let lockFile = Mutex(LockFile())
  /// Touched only while `lock` is held.
  private nonisolated(unsafe) let pointer: OpaquePointer

  private init(path: String, pointer: OpaquePointer) {
    self.path = path
    self.pointer = pointer
    workTree = git_repository_workdir(pointer).map { String(cString: $0) }
  }

  deinit {
    git_repository_free(pointer)
    lockFile.withLock { $0.release() }
  }

  /// Whether there is no work tree.
  public var isBare: Bool { workTree == nil }

  /// Makes a repository whose `HEAD` names the branch (default `main`), with
  /// the folders above it. An existing repository is opened and kept as it is; one
  /// that a killed run left half made is completed.
  public static func initialize(
    at path: String, bare: Bool = false, branch: String = "main"
  ) throws(GitError) -> GitRepository {
    try start()
    if let existing = try openIfPresent(at: path) { return existing }
    try HalfMadeRepository(at: path)?.removeLocks()
    var options = git_repository_init_options()
    git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION))
    options.flags =
      GIT_REPOSITORY_INIT_MKDIR.rawValue | GIT_REPOSITORY_INIT_MKPATH.rawValue
      | (bare ? GIT_REPOSITORY_INIT_BARE.rawValue : 0)
    var pointer: OpaquePointer?
    let code = branch.withCString { name in
      options.initial_head = name
      return git_repository_init_ext(&pointer, path, &options)
    }
    try check(code, path)
    return GitRepository(path: path, pointer: try created(pointer, path))
  }

  /// Opens the repository whose git folder is `path` or `path/.git`; a parent
  /// folder's repository is not looked for.
  public static func open(at path: String) throws(GitError) -> GitRepository {
    try start()
    guard let repository = try openIfPresent(at: path) else {
      throw .notARepository(path: path)
    }
    return repository
  }

  /// The branch that `HEAD` names, or `main` when `HEAD` is detached.
  public var headBranch: String { locked { Self.headBranch(of: $0) ?? "main" } }

  /// The newest commit of a branch; `nil` when it has none.
  public func tip(of branch: String? = nil) throws(GitError) -> ObjectID? {
    let name = branch ?? headBranch
    return try lockedThrowing { repository throws(GitError) in
      try Self.reference("refs/heads/\(name)", in: repository)
    }
  }

  /// Runs `body` with the handle, alone.
  func locked<R: Sendable>(_ body: (OpaquePointer) -> R) -> R {
    lock.withLock { _ in body(pointer) }
  }

  /// Runs `body` with the handle, alone.
  func lockedThrowing<R: Sendable>(
    _ body: (OpaquePointer) throws(GitError) -> R
  ) throws(GitError) -> R {
    try lock.withLock { _ throws(GitError) in try body(pointer) }
  }

  /// The branch that `HEAD` names, with or without commits; `nil` when detached.
  static func headBranch(of repository: OpaquePointer) -> String? {
    var head: OpaquePointer?
    guard git_reference_lookup(&head, repository, "HEAD") == 0 else { return nil }
    defer { git_reference_free(head) }
    guard let target = git_reference_symbolic_target(head) else { return nil }
    let name = String(cString: target)
    return name.hasPrefix("refs/heads/") ? String(name.dropFirst(11)) : nil
  }

  /// What a direct or symbolic reference points to; `nil` when it is missing.
  static func reference(
    _ name: String, in repository: OpaquePointer
  ) throws(GitError) -> ObjectID? {
    var oid = git_oid()
    let code = git_reference_name_to_id(&oid, repository, name)
    if code == GitCode.notFound { return nil }
    try check(code, name)
    return ObjectID(oid)
  }

  private static func openIfPresent(at path: String) throws(GitError) -> GitRepository? {
    var pointer: OpaquePointer?
    let code = git_repository_open_ext(
      &pointer, path, GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, nil)
    if code == GitCode.notFound { return nil }
    try check(code, path)
    return GitRepository(path: path, pointer: try created(pointer, path))
  }

  static func start() throws(GitError) {
    guard LibGit2.started else { throw libraryError(-1, "libgit2") }
  }
}
