import CLibGit2

extension Committer {
  /// Commits the folders on a branch that shall be merged into its base.
  ///
  /// Nothing is written when the base has the content, or when the branch has it
  /// and the base has not changed the folders since the two parted. A branch
  /// that was merged whole begins anew from the base, which is no forced push.
  /// One whose base moved on gets a merge of it, so that the merge request
  /// shows the base's tree with the folders replaced; not where others have
  /// changed more than the folders on it, whose work is then kept as it is.
  ///
  /// - Throws: ``GitError/historyTooShort(branch:)`` when a shallow repository
  ///   does not tell how branch and base stand to each other.
  func propose(
    _ request: CommitRequest, _ folders: [HashedFolder], to base: CommitBase, tip: ObjectID?
  ) throws(GitError) -> CommitResult {
    guard try !isEmpty(changes(folders, of: base.tip)) else {
      return CommitResult(
        changed: false, branch: base.branch, commitID: base.tip, parent: base.tip)
    }
    if try WorkTree.following(branch, tip: tip, in: repository) != nil {
      // Its other files would have to follow the base as well.
      throw .checkedOutElsewhere(branch: branch)
    }
    let fresh = CommitStart(parents: [base.tip], root: base.tip, tip: tip)
    guard let tip else { return try commit(request, folders, from: fresh) }
    let ancestry = try CommitAncestry(tip, base.tip, ObjectDatabase(repository))
    if ancestry.base == tip { return try commit(request, folders, from: fresh) }

    let own = CommitStart(parents: [tip], root: tip, tip: tip)
    if ancestry.base == base.tip { return try commit(request, folders, from: own) }
    if ancestry.isCut { throw .historyTooShort(branch: branch) }
    let paths = folders.map(\.path)
    if try isEmpty(changes(folders, of: tip)),
      try isEqual(paths, in: ancestry.base, and: base.tip)
    {
      return CommitResult(changed: false, branch: branch, commitID: tip, parent: tip)
    }
    let foreign = try GitRepository.localPaths(
      tip, since: ancestry.base, outside: paths, repository)
    guard foreign.isEmpty else { return try commit(request, folders, from: own) }
    return try commit(
      request, folders, from: CommitStart(parents: [tip, base.tip], root: base.tip, tip: tip))
  }

  private func isEmpty(_ changes: [FolderChange]) -> Bool {
    changes.allSatisfy(\.changes.isEmpty)
  }

  /// Whether two commits have the same folders.
  private func isEqual(
    _ folders: [String], in left: ObjectID?, and right: ObjectID
  ) throws(GitError) -> Bool {
    guard let left else { return false }
    let database = try ObjectDatabase(repository)
    let leftTree = try treeID(of: left, in: repository)
    let rightTree = try treeID(of: right, in: repository)
    for folder in folders {
      let before = try database.entry(at: folder, in: leftTree)
      let after = try database.entry(at: folder, in: rightTree)
      if before != after { return false }
    }
    return true
  }
}

extension GitRepository {
  /// Pushes a proposal's branch; when another run has pushed to it meanwhile,
  /// gives the own commit up for theirs, commits again (`recommit`) and pushes
  /// again.
  ///
  /// - Parameter own: The commit that this run made; `nil` when the branch was
  ///   there with the content, and is pushed because the remote may lack it.
  public func pushProposal(
    _ remote: String, branch: String, own: ObjectID?, by who: GitSignature, access: RemoteAccess,
    attempts: Int = 3, recommit: @Sendable () throws -> CommitResult
  ) async throws -> PushOutcome {
    var own = own
    for attempt in 1...max(1, attempts) {
      let result = try await push(remote, branch: branch, access: access)
      switch result {
      case .upToDate, .pushed: return PushOutcome(result: result, attempts: attempt)
      case .rejected(let reason):
        throw GitError.pushRefused(remote: shown(remote), branch: branch, reason: reason)
      case .rejectedNonFastForward:
        guard let mine = own, attempt < attempts,
          let theirs = try await fetch(remote, branch: branch, access: access)
        else { break }
        try notingLocks(of: branch) { () throws(GitError) in
          try lockedThrowing { repository throws(GitError) in
            try Committer(repository: repository, branch: branch).moveReference(
              "refs/heads/\(branch)", from: mine, to: theirs, who,
              message: "follow \(theirs.hex)")
          }
        }
        let again = try recommit()
        guard again.branch == branch else {
          return PushOutcome(result: .upToDate(theirs), attempts: attempt)
        }
        own = again.commitID
      }
    }
    throw GitError.pushRefused(
      remote: shown(remote), branch: branch, reason: "the remote branch kept moving")
  }
}
