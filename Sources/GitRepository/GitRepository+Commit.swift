import CLibGit2

extension GitRepository {
  /// Replaces whole folders on a branch by one commit, written straight into
  /// the object database.
  ///
  /// Without a changed byte nothing is written and no commit is made. A work
  /// tree that has the branch checked out follows, and is refused before
  /// anything is written when it has changes of its own in a folder
  /// (``GitError/folderNotClean(folder:paths:count:)``). The branch moves only
  /// from the tip that was read (``GitError/branchMoved(branch:)`` otherwise:
  /// call again).
  public func commit(_ request: CommitRequest) throws(GitError) -> CommitResult {
    try GitPath.validate(folders: request.folders.map(\.path))
    var hashed: [HashedFolder] = []
    for folder in request.folders { hashed.append(try HashedFolder(folder)) }
    let branch = request.branch ?? headBranch
    let ready = hashed
    return try notingLocks(of: branch) { () throws(GitError) in
      try lockedThrowing { repository throws(GitError) in
        try Committer(repository: repository, branch: branch).commit(request, ready)
      }
    }
  }
}

/// A folder of a request, in git's order and with its blobs named.
struct HashedFolder: Sendable {
  let path: String
  let files: [GitFile]
  let ids: [ObjectID]

  init(_ folder: GitFolder) throws(GitError) {
    path = folder.path
    files = try GitPath.sorted(folder.files)
    ids = try PackStream.hash(files)
  }
}

/// What a commit is made on.
struct CommitStart {
  var parents: [ObjectID]
  /// The commit whose tree has everything outside the folders.
  var root: ObjectID?
  /// Where the branch is; `nil` where it does not exist.
  var tip: ObjectID?
}

/// One commit, under the repository's lock.
struct Committer {
  let repository: OpaquePointer
  let branch: String

  func commit(_ request: CommitRequest, _ folders: [HashedFolder]) throws(GitError)
    -> CommitResult
  {
    let reference = "refs/heads/\(branch)"
    guard git_reference_is_valid_name(reference) == 1 else {
      throw .invalidPath(path: branch, reason: "is not a name of a branch")
    }
    let tip = try GitRepository.reference(reference, in: repository)
    let start = CommitStart(parents: tip.map { [$0] } ?? [], root: tip, tip: tip)
    guard let base = request.base, base.branch != branch else {
      return try commit(request, folders, from: start)
    }
    return try propose(request, folders, to: base, tip: tip)
  }

  /// What the folders change of a commit's tree (`nil`: of an empty one).
  func changes(
    _ folders: [HashedFolder], of commit: ObjectID?
  ) throws(GitError) -> [FolderChange] {
    let database = try ObjectDatabase(repository)
    let root = try tree(of: commit)
    var changes: [FolderChange] = []
    for folder in folders { changes.append(try compare(folder, root, database)) }
    return changes
  }

  private func tree(of commit: ObjectID?) throws(GitError) -> ObjectID? {
    guard let commit else { return nil }
    return try treeID(of: commit, in: repository)
  }

  /// Commits the folders on top of a tree and moves the branch, or finds that
  /// the tree has them.
  func commit(
    _ request: CommitRequest, _ folders: [HashedFolder], from start: CommitStart
  ) throws(GitError) -> CommitResult {
    let database = try ObjectDatabase(repository)
    let root = try tree(of: start.root)
    let changes = try changes(folders, of: start.root)
    var result = CommitResult(
      changed: false, branch: branch, commitID: start.tip, parent: start.tip)
    for change in changes.flatMap(\.changes) {
      switch (change.old, change.new) {
      case (nil, _): result.added.append(change.path)
      case (_, nil): result.deleted.append(change.path)
      default: result.modified.append(change.path)
      }
    }
    guard !(result.added.isEmpty && result.modified.isEmpty && result.deleted.isEmpty) else {
      if let workTree = try? WorkTree.following(branch, tip: start.tip, in: repository) {
        try workTree.removeLeftovers(below: changes.map(\.path))
      }
      return result
    }

    let workTree = try WorkTree.following(branch, tip: start.tip, in: repository)
    if let workTree { for change in changes { try workTree.requireClean(change) } }

    let message = try message(of: request, result, root)
    result.commitID = try write(
      request, message, changes, root: root, parents: start.parents, database)
    // The work tree goes first: a run that is killed in between finds files
    // that are already as the next commit wants them, and goes on.
    if let workTree { try workTree.apply(changes) }
    try moveReference(
      "refs/heads/\(branch)", from: start.tip, to: result.commitID, request.committer,
      message: message)
    result.changed = true
    return result
  }

  /// The message, without what a commit cannot hold.
  private func message(
    of request: CommitRequest, _ result: CommitResult, _ root: ObjectID?
  ) throws(GitError) -> String {
    let repository = repository
    let draft = CommitDraft(result) { path throws(GitError) in
      guard let root else { return nil }
      let database = try ObjectDatabase(repository)
      guard let entry = try database.entry(at: path, in: root), entry.isFile else { return nil }
      return try database.read(entry.id)
    }
    var text = try request.message(draft)
    text.unicodeScalars.removeAll { $0 == "\0" }
    return text.hasSuffix("\n") ? text : text + "\n"
  }

  private func compare(
    _ folder: HashedFolder, _ root: ObjectID?, _ database: borrowing ObjectDatabase
  ) throws(GitError) -> FolderChange {
    var present: [String: RawTreeEntry] = [:]
    if let root, let entry = try database.entry(at: folder.path, in: root) {
      guard entry.isFolder else {
        throw .invalidPath(
          path: folder.path,
          reason: "is a \(entry.isSubmodule ? "submodule" : "file") in the repository, not a folder"
        )
      }
      for file in try database.files(below: entry.id) {
        // Its content is another repository's: to remove it is not ours to decide.
        if file.entry.isSubmodule {
          throw .invalidPath(
            path: "\(folder.path)/\(file.path)",
            reason: "is a submodule, and the folder around it is rendered as a whole: move it away")
        }
        present[file.path] = file.entry
      }
    }
    return FolderChange(
      path: folder.path, files: folder.files, ids: folder.ids, present: present)
  }

  /// Writes the blobs, trees and commit that the database lacks, as one pack.
  private func write(
    _ request: CommitRequest, _ message: String, _ folders: [FolderChange], root: ObjectID?,
    parents: [ObjectID], _ database: borrowing ObjectDatabase
  ) throws(GitError) -> ObjectID {
    var builder = TreeBuilder()
    var replaced: [(path: ArraySlice<Substring>, id: ObjectID?)] = []
    for folder in folders where !folder.changes.isEmpty {
      for change in folder.changes {
        guard let bytes = change.bytes else { continue }
        _ = try builder.add(GIT_OBJECT_BLOB, bytes, id: change.new)
      }
      let tree = try builder.folder(folder.wanted[...])
      replaced.append((GitPath.components(folder.path)[...], tree))
    }
    guard let tree = try builder.replace(in: root, replaced, at: "", database) else {
      throw libraryError(-1, "tree")
    }
    var text = "tree \(tree)\n"
    for parent in parents { text += "parent \(parent)\n" }
    text += "author \(request.author.encoded)\ncommitter \(request.committer.encoded)\n\n"
    text += message
    if let signer = request.signer { text = try signer.signed(text) }
    let commit = try builder.add(GIT_OBJECT_COMMIT, Array(text.utf8))
    var missing: [NewObject] = []
    // On a new branch hardly anything is there, and twice does no harm.
    for object in builder.objects where parents.isEmpty || !database.contains(object.id) {
      missing.append(object)
    }
    if !missing.isEmpty { try database.write(try PackStream(missing), in: repository) }
    return commit
  }

  /// Moves the branch if it still is where it was read, under git's own lock.
  func moveReference(
    _ name: String, from old: ObjectID?, to new: ObjectID?, _ who: GitSignature, message: String
  ) throws(GitError) {
    guard let new else { return }
    var transaction: OpaquePointer?
    try check(git_transaction_new(&transaction, repository), name)
    defer { git_transaction_free(transaction) }
    let code = git_transaction_lock_ref(transaction, name)
    if code == GitCode.locked { throw .branchMoved(branch: branch) }
    try check(code, name)
    guard try GitRepository.reference(name, in: repository) == old else {
      throw .branchMoved(branch: branch)
    }
    var signature: UnsafeMutablePointer<git_signature>?
    let cleaned = who.encoded
    try check(git_signature_from_buffer(&signature, cleaned), cleaned)
    defer { git_signature_free(signature) }
    var oid = new.oid
    let subject = message.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
    let log = (old == nil ? "commit (initial): " : "commit: ") + subject
    try check(git_transaction_set_target(transaction, name, &oid, signature, log), name)
    try check(git_transaction_commit(transaction), name)
  }
}
