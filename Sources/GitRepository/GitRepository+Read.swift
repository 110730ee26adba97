import CLibGit2

/// Which commit to read.
public enum GitRevision: Sendable, Hashable {
  /// The tip of a branch; `nil` means the one that `HEAD` names.
  case branch(String?)
  /// A commit.
  case commit(ObjectID)
}

extension GitRepository {
  /// The files of a folder in byte order of their paths below it; empty when
  /// the commit has no such folder or the branch no commit.
  public func readTree(
    _ revision: GitRevision = .branch(nil), folder: String
  ) throws(GitError) -> [GitFile] {
    try list(revision, folder) { database, path, id throws(GitError) in
      GitFile(path: path, bytes: try database.read(id))
    }
  }

  /// The blob of each file of a folder, by the path below it, without reading
  /// the files.
  public func blobIDs(
    _ revision: GitRevision = .branch(nil), folder: String
  ) throws(GitError) -> [String: ObjectID] {
    let pairs = try list(revision, folder) { _, path, id throws(GitError) in (path, id) }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  /// Whether a commit's folder holds exactly these files, compared by the names
  /// of their contents.
  ///
  /// - Parameter files: By their paths below the folder.
  public func holds(
    _ files: [GitFile], _ revision: GitRevision, folder: String
  ) throws(GitError) -> Bool {
    let ids = try PackStream.hash(files)
    let mine = Dictionary(zip(files.map(\.path), ids)) { first, _ in first }
    return try blobIDs(revision, folder: folder) == mine
  }

  /// One file; `nil` when the commit has none at the path.
  public func readFile(
    _ revision: GitRevision = .branch(nil), path: String
  ) throws(GitError) -> [UInt8]? {
    try GitPath.validate(path)
    let branch = headBranch
    return try lockedThrowing { repository throws(GitError) in
      guard let root = try Self.root(revision, branch, repository) else { return nil }
      let database = try ObjectDatabase(repository)
      guard let entry = try database.entry(at: path, in: root), entry.isFile else { return nil }
      return try database.read(entry.id)
    }
  }

  private func list<Item: Sendable>(
    _ revision: GitRevision, _ folder: String,
    _ read: (borrowing ObjectDatabase, String, ObjectID) throws(GitError) -> Item
  ) throws(GitError) -> [Item] {
    try GitPath.validate(folder)
    let branch = headBranch
    return try lockedThrowing { repository throws(GitError) in
      guard let root = try Self.root(revision, branch, repository) else { return [] }
      let database = try ObjectDatabase(repository)
      guard let entry = try database.entry(at: folder, in: root), entry.isFolder else { return [] }
      var items: [Item] = []
      for file in try database.files(below: entry.id) where file.entry.isFile {
        items.append(try read(database, file.path, file.entry.id))
      }
      return items
    }
  }

  static func root(
    _ revision: GitRevision, _ head: String, _ repository: OpaquePointer
  ) throws(GitError) -> ObjectID? {
    guard let commit = try commit(revision, head, repository) else { return nil }
    return try treeID(of: commit, in: repository)
  }

  /// The commit of a revision; `nil` for a branch without one.
  static func commit(
    _ revision: GitRevision, _ head: String, _ repository: OpaquePointer
  ) throws(GitError) -> ObjectID? {
    switch revision {
    case .commit(let id): return id
    case .branch(let name):
      return try reference("refs/heads/\(name ?? head)", in: repository)
    }
  }
}
