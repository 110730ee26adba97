import CLibGit2

extension GitRepository {
  /// Moves a local branch onto a fetched commit.
  ///
  /// Local commits that the commit lacks are given up only when they touch
  /// nothing but `folders`, which a rendering writes again; otherwise
  /// ``GitError/diverged(branch:paths:)``. A work tree that has the branch
  /// checked out follows, and is refused where its own changes are in the way.
  /// Returns whether the branch moved.
  @discardableResult
  public func follow(
    _ commit: ObjectID, branch: String, replacing folders: [String], by who: GitSignature
  ) throws(GitError) -> Bool {
    try notingLocks(of: branch) { () throws(GitError) in
      try move(to: commit, branch: branch, replacing: folders, by: who)
    }
  }

  private func move(
    to commit: ObjectID, branch: String, replacing folders: [String], by who: GitSignature
  ) throws(GitError) -> Bool {
    try lockedThrowing { repository throws(GitError) in
      let name = "refs/heads/\(branch)"
      let old = try Self.reference(name, in: repository)
      guard old != commit else { return false }
      if let old {
        let ancestry = try CommitAncestry(old, commit, ObjectDatabase(repository))
        if ancestry.base == commit { return false }
        if ancestry.base != old {
          if ancestry.base == nil, ancestry.isCut { throw .historyTooShort(branch: branch) }
          let foreign = try Self.localPaths(
            old, since: ancestry.base, outside: folders, repository)
          guard foreign.isEmpty else {
            throw .diverged(branch: branch, paths: Array(foreign.prefix(3)))
          }
        }
      }
      if try WorkTree.following(branch, tip: old, in: repository) != nil {
        try Self.checkOut(commit, from: old, repository)
      }
      try Committer(repository: repository, branch: branch).moveReference(
        name, from: old, to: commit, who, message: "follow \(commit.hex)")
      return true
    }
  }

  /// Paths outside the folders that a commit has otherwise than another (`nil`:
  /// than nothing).
  static func localPaths(
    _ local: ObjectID, since base: ObjectID?, outside folders: [String],
    _ repository: OpaquePointer
  ) throws(GitError) -> [String] {
    let database = try ObjectDatabase(repository)
    var before: [String: RawTreeEntry] = [:]
    if let base {
      for file in try database.files(below: try treeID(of: base, in: repository)) {
        before[file.path] = file.entry
      }
    }
    var changed: [String] = []
    for file in try database.files(below: try treeID(of: local, in: repository)) {
      if before.removeValue(forKey: file.path) != file.entry { changed.append(file.path) }
    }
    changed += before.keys
    return changed.filter { path in !folders.contains { path.hasPrefix($0 + "/") } }.sorted()
  }

  /// Brings files and index to a commit unless uncommitted changes are in the
  /// way, in which case nothing is touched.
  private static func checkOut(
    _ commit: ObjectID, from old: ObjectID?, _ repository: OpaquePointer
  ) throws(GitError) {
    var target: OpaquePointer?
    var oid = commit.oid
    try check(git_object_lookup(&target, repository, &oid, GIT_OBJECT_COMMIT), commit.hex)
    defer { git_object_free(target) }
    var options = git_checkout_options()
    git_checkout_options_init(&options, UInt32(GIT_CHECKOUT_OPTIONS_VERSION))
    options.checkout_strategy = GIT_CHECKOUT_SAFE.rawValue
    let code = git_checkout_tree(repository, target, &options)
    if code == GitCode.conflict {
      throw .folderNotClean(folder: "work tree", paths: [], count: 1)
    }
    try check(code, commit.hex)
  }
}
