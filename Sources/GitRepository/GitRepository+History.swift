import CLibGit2

/// A commit as `explain` shows it.
public struct CommitInfo: Sendable, Hashable {
  /// The commit.
  public var id: ObjectID
  /// Its parents, first the branch's own.
  public var parents: [ObjectID]
  /// The author's name.
  public var authorName: String
  /// The author's mail address.
  public var authorEmail: String
  /// When it was committed, in seconds since 1970-01-01 UTC.
  public var time: Int64
  /// The whole message.
  public var message: String
  /// The first line of the message.
  public var subject: String {
    message.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
  }
}

extension GitRepository {
  /// Commits from the newest on; with a path only those that changed what is
  /// there (compared with every parent).
  public func log(
    _ revision: GitRevision = .branch(nil), touching path: String? = nil, limit: Int = 100
  ) throws(GitError) -> [CommitInfo] {
    if let path { try GitPath.validate(path) }
    let branch = headBranch
    return try lockedThrowing { repository throws(GitError) in
      guard let start = try Self.commit(revision, branch, repository) else { return [] }
      let database = try ObjectDatabase(repository)
      var walk: OpaquePointer?
      try check(git_revwalk_new(&walk, repository), "log")
      defer { git_revwalk_free(walk) }
      git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL.rawValue | GIT_SORT_TIME.rawValue)
      var oid = start.oid
      try check(git_revwalk_push(walk, &oid), start.hex)
      var found: [CommitInfo] = []
      while found.count < limit, git_revwalk_next(&oid, walk) == 0 {
        let info = try Self.info(ObjectID(oid), repository)
        if let path, try !Self.touches(info, path, database, repository) { continue }
        found.append(info)
      }
      return found
    }
  }

  /// The newest commit that changed what is at the path.
  public func lastCommit(
    touching path: String, _ revision: GitRevision = .branch(nil)
  ) throws(GitError) -> CommitInfo? {
    try log(revision, touching: path, limit: 1).first
  }

  private static func touches(
    _ info: CommitInfo, _ path: String, _ database: borrowing ObjectDatabase,
    _ repository: OpaquePointer
  ) throws(GitError) -> Bool {
    let own = try database.entry(at: path, in: try treeID(of: info.id, in: repository))
    for parent in info.parents {
      let before = try database.entry(at: path, in: try treeID(of: parent, in: repository))
      if before == own { return false }
    }
    return !(info.parents.isEmpty && own == nil)
  }

  private static func info(
    _ id: ObjectID, _ repository: OpaquePointer
  ) throws(GitError) -> CommitInfo {
    var commit: OpaquePointer?
    var oid = id.oid
    try check(git_commit_lookup(&commit, repository, &oid), id.hex)
    defer { git_commit_free(commit) }
    let author = git_commit_author(commit)?.pointee
    return CommitInfo(
      id: id,
      parents: (0..<git_commit_parentcount(commit)).compactMap { index in
        git_commit_parent_id(commit, index).map { ObjectID($0.pointee) }
      },
      authorName: author?.name.map { String(cString: $0) } ?? "",
      authorEmail: author?.email.map { String(cString: $0) } ?? "",
      time: git_commit_time(commit),
      message: git_commit_message(commit).map { String(cString: $0) } ?? "")
  }
}
