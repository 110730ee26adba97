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
  /// Whether its parents are not stored: the border of a shallow repository.
  public var isBorder = false
  /// The first line of the message.
  public var subject: String {
    message.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
  }
}

extension GitRepository {
  /// Commits from the newest on; with a path only those that changed what is
  /// there (compared with every parent). In a shallow repository the commit at
  /// the border counts as the first one.
  ///
  /// - Parameter since: Seconds since 1970: where the walk ends.
  public func log(
    _ revision: GitRevision = .branch(nil), touching path: String? = nil, since: Int64? = nil,
    limit: Int = 100
  ) throws(GitError) -> [CommitInfo] {
    if let path { try GitPath.validate(path) }
    let branch = headBranch
    return try lockedThrowing { repository throws(GitError) in
      guard limit > 0, let start = try Self.commit(revision, branch, repository) else { return [] }
      let database = try ObjectDatabase(repository)
      var walk = try CommitWalk(from: start, database)
      var found: [CommitInfo] = []
      while found.count < limit, let (id, commit) = try walk.next(database) {
        if let since, commit.time < since { break }
        if let path, try !Self.touches(commit, path, database) { continue }
        found.append(
          CommitInfo(
            id: id, parents: commit.parents, authorName: commit.authorName,
            authorEmail: commit.authorEmail, time: commit.time, message: commit.message,
            isBorder: walk.borders.contains(id)))
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
    _ commit: RawCommit, _ path: String, _ database: borrowing ObjectDatabase
  ) throws(GitError) -> Bool {
    let own = try database.entry(at: path, in: commit.tree)
    var hasParent = false
    for parent in commit.parents {
      guard let tree = try database.commit(parent)?.tree else { continue }
      hasParent = true
      if try database.entry(at: path, in: tree) == own { return false }
    }
    return hasParent || own != nil
  }
}
