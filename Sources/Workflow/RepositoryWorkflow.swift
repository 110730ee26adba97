import Failures
import GitRepository
import Rendering
import Reporting
import Translation

extension Run {
  /// Commits the trees to the branch of the run, and pushes it where asked.
  func commitTrees(
    _ translations: [Translation], to repository: GitRepository, push: Bool
  ) async throws -> RenderOutcome {
    let layout = try layout
    var folders: [GitFolder] = []
    for translation in translations { folders.append(await translation.folder(in: layout)) }
    let target = try runBranch(in: repository, translations.map { ($0.cluster, $0.digest) })
    for translation in translations {
      if let refusal = try emptied(translation, in: repository) { throw refusal }
    }
    let text = try CommitText(template: settings.text("repository.message"), translations)
    let names = translations.map(\.cluster)
    let trees = folders
    let log = log
    return try await commit(trees, to: target, of: repository, push: push) {
      draft throws(GitError) in
      guard text.tellsChanges else { return text.message(draft, changes: []) }
      var changes: [NSXChange] = []
      for (name, folder) in zip(names, trees) {
        let problem: (String) -> Void = { log.notice("cluster \(name), before: \($0)") }
        changes += try TreeDifference(draft, folder, problem).changes(problem: problem)
      }
      // A policy that spans several clusters is told once.
      var told: Set<String> = []
      return text.message(
        draft, changes: changes.filter { told.insert(NSXChangeText.line($0)).inserted })
    }
  }

  /// Others may apply from the repository: a set that turned empty is refused
  /// there as it is in the cluster.
  ///
  /// - Returns: The refusal; `nil` for a set that may be committed.
  func emptied(_ translation: Translation, in repository: GitRepository) throws -> Failure? {
    guard translation.policies.isEmpty else { return nil }
    let folder = try layout.cluster(translation.cluster)
    let branch = baseBranch(of: repository)
    let before = try repository.blobIDs(.branch(branch), folder: "\(folder)/policies")
    if before.isEmpty { return nil }
    return Failure(
      .refused, subject: "cluster \(translation.cluster)",
      cause: "NSX has no policy for it any more, and the tree has \(before.count)",
      remedy:
        "check the spans in NSX; if it is meant, remove the folder \(folder) by a commit of your own"
    )
  }

  /// Commits folders to a branch, or proposes them for its base, and pushes the
  /// result where asked.
  func commit(
    _ folders: [GitFolder], to target: RunBranch, of repository: GitRepository, push: Bool,
    message: @escaping @Sendable (CommitDraft) throws(GitError) -> String
  ) async throws -> RenderOutcome {
    let paths = folders.map(\.path)
    let remote = push ? try pushRemote() : nil
    var request = CommitRequest(
      branch: target.name, folders: folders, author: author, committer: committer,
      signer: try signer, message: message)
    if let base = target.base {
      request.base = CommitBase(branch: base, tip: try baseTip(base, of: repository, push: push))
      if let remote {
        try await follow(
          target.name, of: remote, in: repository, folders: paths, access: try remoteAccess(.push))
      }
    }
    let ready = request
    let branches = [target.base, target.name].compactMap { $0 }
    let result = try await withHistory(of: branches, in: repository) {
      try repository.commit(ready)
    }
    var outcome = RenderOutcome(
      changed: result.changed, added: result.added.count, modified: result.modified.count,
      deleted: result.deleted.count, commit: result.commitID?.hex, pushed: nil)
    outcome.branch = result.branch
    outcome.base = result.branch == target.base ? nil : target.base
    // What the base has already needs no branch, and the base is others' to push.
    guard let remote, target.base == nil || outcome.base != nil else { return outcome }
    let access = try remoteAccess(.push)
    do {
      let pushed =
        target.base == nil
        ? try await repository.pushWithRetry(
          remote, branch: result.branch, folders: paths, by: committer, access: access
        ) { try repository.commit(ready) }
        : try await repository.pushProposal(
          remote, branch: result.branch, own: result.changed ? result.commitID : nil,
          by: committer, access: access
        ) { try repository.commit(ready) }
      switch pushed.result {
      case .pushed: outcome.pushed = "pushed to \(result.branch)"
      default: outcome.pushed = "remote up to date"
      }
    } catch {
      throw Self.afterCommit(error, outcome)
    }
    outcome.commit = try repository.tip(of: result.branch)?.hex
    return outcome
  }

  /// Why a push failed: where something was committed before, as what is done in
  /// part.
  private static func afterCommit(_ error: any Error, _ outcome: RenderOutcome) -> any Error {
    guard outcome.changed, var failure = (error as? any FailureConvertible)?.failure,
      failure.kind != .interrupted
    else { return error }
    let commit = outcome.commit.map { String($0.prefix(10)) } ?? "the new one"
    failure.kind = .partial
    failure.cause +=
      "; commit \(commit) is on branch \(outcome.branch ?? "") here, and not pushed: the next run does that"
    return failure
  }

  private func pushRemote() throws -> String {
    guard let remote = remote(.push) else {
      throw Failure(
        .usage, subject: "repository.remote", cause: "is not set, so there is nothing to push to",
        remedy: "set it, or leave --push away")
    }
    return remote
  }

  /// Where a proposal's base is: at the remote when it is pushed, else here.
  private func baseTip(
    _ base: String, of repository: GitRepository, push: Bool
  ) throws -> ObjectID {
    let fetched = push ? try repository.fetchedTip(of: base) : nil
    guard let tip = try fetched ?? repository.tip(of: base) else {
      throw Failure(
        .invalidInput, subject: "branch \(base)",
        cause: "has no commit yet, so nothing can be proposed for it",
        remedy: "make its first commit, for example by a run with --branch \(base)")
    }
    return tip
  }
}

extension TreeDifference {
  /// What a commit is about to change in one folder.
  init(
    _ draft: CommitDraft, _ folder: GitFolder, _ problem: (String) -> Void
  ) throws(GitError) {
    let prefix = folder.path + "/"
    paths = (draft.added + draft.modified + draft.deleted)
      .filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    before = { path throws(GitError) in try draft.before(prefix + path) }
    let files = Dictionary(folder.files.map { ($0.path, $0.bytes) }) { first, _ in first }
    after = { path throws(GitError) in files[path] }
    guard !paths.isEmpty else { return }
    old = Self.document(try before(Self.provenance), problem: problem)
    new = Self.document(files[Self.provenance], problem: problem)
  }
}

extension Translation {
  /// The rendered tree as a folder to commit or write.
  func folder(in layout: RepositoryLayout) async -> GitFolder {
    let tree = await Renderer.render(concurrently: self)
    return GitFolder(
      path: layout.prefix + tree.folder,
      files: tree.files.map { GitFile(path: $0.path, bytes: $0.bytes) })
  }
}
