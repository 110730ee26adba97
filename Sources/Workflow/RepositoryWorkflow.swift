import Failures
import GitRepository
import Rendering
import Translation

extension Run {
  /// Opens the repository that is committed to, or makes it, and keeps other
  /// runs out of it.
  func openRepository(_ path: String, initialize: Bool) throws -> GitRepository {
    let repository =
      initialize
      ? try GitRepository.initialize(
        at: path, bare: path.hasSuffix(".git"), branch: settings.text("repository.branch") ?? "main"
      ) : try GitRepository.open(at: path)
    try repository.lockForWriting(holder: context.holder)
    return repository
  }

  /// Opens the repository of a sync, cloning or making it where it is missing,
  /// and follows the remote branch.
  func openFollowed(_ path: String, folders: [String]) async throws -> GitRepository {
    let branch = settings.text("repository.branch")
    guard let remote = settings.text("repository.remote") else {
      return try openRepository(path, initialize: isVacant(path))
    }
    let access = try remoteAccess()
    // An empty remote has nothing to clone, and a fetch tells so.
    let repository = try openRepository(path, initialize: isVacant(path))
    let name = branch ?? repository.headBranch
    if let tip = try await repository.fetch(remote, branch: name, access: access) {
      try repository.follow(tip, branch: name, replacing: folders, by: signature)
    }
    return repository
  }

  /// Whether there is nothing at a path but perhaps an empty folder.
  private func isVacant(_ path: String) throws -> Bool {
    try !Files.exists(path) || (Files.isFolder(path) && Files.list(path).isEmpty)
  }

  /// Commits the trees, and pushes them where asked.
  func commitTrees(
    _ translations: [Translation], to repository: GitRepository, push: Bool
  ) async throws -> RenderOutcome {
    var folders: [GitFolder] = []
    let layout = try layout
    for translation in translations { folders.append(await translation.folder(in: layout)) }
    let branch = settings.text("repository.branch")
    for translation in translations where translation.policies.isEmpty {
      // Others may apply from the repository: a set that turned empty is refused
      // there as it is in the cluster.
      let before = try repository.blobIDs(
        .branch(branch), folder: "\(layout.cluster(translation.cluster))/policies")
      guard before.isEmpty else {
        throw Failure(
          .refused, subject: "cluster \(translation.cluster)",
          cause: "NSX has no policy for it any more, and the tree has \(before.count)",
          remedy:
            "check the spans in NSX; if it is meant, remove the folder \(layout.cluster(translation.cluster)) by a commit of your own"
        )
      }
    }
    let request = CommitRequest(
      branch: branch, folders: folders, author: signature,
      message: commitMessage(translations).text)
    let result = try repository.commit(request)
    var outcome = RenderOutcome(
      changed: result.changed, added: result.added.count, modified: result.modified.count,
      deleted: result.deleted.count, commit: result.commitID?.hex, pushed: nil)
    guard push else { return outcome }
    guard let remote = settings.text("repository.remote") else {
      throw Failure(
        .usage, subject: "repository.remote", cause: "is not set, so there is nothing to push to",
        remedy: "set it, or leave --push away")
    }
    let pushed = try await repository.pushWithRetry(
      remote, branch: result.branch, folders: folders.map(\.path), by: signature,
      access: try remoteAccess()
    ) { try repository.commit(request) }
    switch pushed.result {
    case .pushed: outcome.pushed = "pushed to \(result.branch)"
    default: outcome.pushed = "remote up to date"
    }
    outcome.commit = try repository.tip(of: result.branch)?.hex
    return outcome
  }

  private func commitMessage(_ translations: [Translation]) -> CommitMessage {
    let names = translations.map(\.cluster)
    let manager = translations.first?.manager ?? ""
    let count = translations.reduce(0) {
      $0 + $1.tiers.count + $1.clusterGroups.count + $1.policies.count
    }
    return CommitMessage(
      summary:
        "Render \(names.count > 3 ? "\(names.count) clusters" : names.joined(separator: ", ")) from NSX",
      body: translations.map { translation in
        "\(translation.cluster): \(translation.policies.count) policies, "
          + "\(translation.clusterGroups.count) groups, \(translation.tiers.count) tiers, "
          + "\(translation.findings.count) findings"
      },
      trailers: [("NSX-Manager", manager)]
        + translations.map { ("Snapshot-Digest", "\($0.cluster) \($0.digest)") }
        + [("Objects", "\(count)")])
  }

  /// The author of commits.
  var signature: GitSignature {
    GitSignature(
      name: settings.text("repository.authorName") ?? "nsx-antrea",
      email: settings.text("repository.authorEmail") ?? "nsx-antrea@localhost", time: context.now())
  }

  /// How remotes are spoken to.
  func remoteAccess() throws -> RemoteAccess {
    var credentials: RemoteCredentials?
    if let file = settings.path("repository.tokenFile", home: home) {
      credentials = .basic(
        user: settings.text("repository.username") ?? "git",
        password: try secret(in: file, named: "repository.tokenFile"))
    } else if let key = settings.path("repository.sshKeyFile", home: home) {
      credentials = .sshKey(file: key)
    }
    return RemoteAccess(
      transport: settings.text("repository.transport").flatMap { RemoteTransport(rawValue: $0) }
        ?? .automatic,
      credentials: credentials,
      certificateAuthorityFile: settings.path("repository.caFile", home: home),
      knownHostsFile: settings.path("repository.knownHostsFile", home: home),
      environment: context.environment)
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
