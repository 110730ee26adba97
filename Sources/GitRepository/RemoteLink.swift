import CLibGit2
import GitShim

/// One exchange with a remote by the transport that the settings choose, on a
/// handle of its own so that a hanging remote blocks nobody else.
final class RemoteLink {
  private let repository: OpaquePointer
  private let program: GitProgram?
  private let library: LibGit2Remote
  private let depth: Int?

  init(
    _ path: String, _ remote: RemoteAddress, _ access: RemoteAccess, _ stop: StopFlag
  ) throws(GitError) {
    var pointer: OpaquePointer?
    try check(
      git_repository_open_ext(&pointer, path, GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue, nil), path)
    repository = try created(pointer, path)
    library = LibGit2Remote(
      repository: repository, remote: remote, access: access, stop: stop)
    depth = access.depth
    if let git = try access.gitProgram() {
      program = GitProgram(
        program: git, repository: path, remote: remote, access: access, stop: stop)
    } else {
      program = nil
    }
  }

  deinit { git_repository_free(repository) }

  /// Where a reference of the remote is, by its whole name.
  func remoteTip(_ reference: String) throws(GitError) -> ObjectID? {
    if let program { return try program.remoteTip(reference) }
    return try library.remoteTip(reference)
  }

  /// Brings the commits of a remote reference into a local one; the first time
  /// only as many as the settings say.
  func fetch(_ source: String, into reference: String) throws(GitError) {
    guard let program else { return try library.fetch(source, into: reference) }
    var isKnown = false
    for name in [reference, source] {
      if try GitRepository.reference(name, in: repository) != nil { isKnown = true }
    }
    try program.fetch(source, into: reference, depth: isKnown ? nil : depth)
  }

  func unshallow(_ branches: [String]) throws(GitError) {
    guard let program else { throw .needsGitProgram(setting: "repository.depth") }
    try program.unshallow(branches)
  }

  func push(_ commit: ObjectID, to branch: String) throws(GitError) -> PushReport {
    if let program { return try program.push(commit, to: branch) }
    return try library.push(commit, to: branch)
  }

  /// Opens a connection for pushing, and sends nothing.
  func checkPush(_ commit: ObjectID?, to branch: String) throws(GitError) {
    // The program can only try the push of something.
    if let program, let commit { return try program.checkPush(commit, to: branch) }
    if let program {
      _ = try program.remoteTip("refs/heads/\(branch)")
      return
    }
    try library.checkPush()
  }

  /// Whether the commit is known here and the other one builds on it.
  func isAncestor(_ old: ObjectID, of new: ObjectID) throws(GitError) -> Bool {
    let database = try ObjectDatabase(repository)
    guard try database.commit(old) != nil else { return false }
    return try CommitAncestry(old, new, database).base == old
  }
}

/// `git clone` without the git program.
struct LibGit2Clone {
  let url: RemoteAddress
  let access: RemoteAccess
  let stop: StopFlag

  func run(to path: String, branch: String?, bare: Bool) throws(GitError) {
    if let file = access.certificateAuthorityFile, url.url.hasPrefix("https:") {
      try check(git_shim_set_ca_file(file), file)
    }
    let known = try access.knownHostsFile.map { path throws(GitError) in
      KnownHosts(try FileSystem.read(path))
    }
    let session = RemoteSession(remote: url, access: access, knownHosts: known, stop: stop)
    var options = git_clone_options()
    git_clone_options_init(&options, UInt32(GIT_CLONE_OPTIONS_VERSION))
    options.bare = bare ? 1 : 0
    options.fetch_opts.callbacks = session.callbacks
    var pointer: OpaquePointer?
    let code = withExtendedLifetime(session) {
      guard let branch else { return git_clone(&pointer, url.url, path, &options) }
      return branch.withCString { name in
        options.checkout_branch = name
        return git_clone(&pointer, url.url, path, &options)
      }
    }
    git_repository_free(pointer)
    try session.check(code)
  }
}
