import Documents
import Failures
import GitRepository

/// What `rollback` is asked for.
public struct RollbackRequest: Sendable, Hashable {
  /// `--to`: the commit, tag or branch whose trees come back.
  public var target: String
  /// `--repo`: the repository; `nil` for the configured one.
  public var repository: String?
  /// `--cluster`: only these; empty for all.
  public var clusters: [String]
  /// Whether the clusters are changed as well; a proposal never does that.
  public var applies: Bool

  /// Creates a request.
  public init(
    to target: String, repository: String? = nil, clusters: [String] = [], applies: Bool = true
  ) {
    self.target = target
    self.repository = repository
    self.clusters = clusters
    self.applies = applies
  }
}

extension Run {
  /// `rollback`: a new commit with the trees of an earlier one, pushed where
  /// there is a remote, and the way from there to the clusters through a plan as
  /// for every other tree.
  ///
  /// Nothing is committed for a cluster whose plan is refused or cannot be made;
  /// the others are rolled back. History is not rewritten.
  public func rollback(
    _ request: RollbackRequest, approved: Bool, wait: Bool
  ) async throws -> ExitStatus {
    try await recorded("rollback", .policies, clusters: request.clusters) {
      try await rolledBack(request, approved: approved, wait: wait)
    }
  }

  private func rolledBack(
    _ request: RollbackRequest, approved: Bool, wait: Bool
  ) async throws -> ExitStatus {
    guard let path = repositoryPath(request.repository) else {
      throw Failure(
        .usage, subject: "repository.path", cause: "is not set", remedy: "give --repo DIR or set it"
      )
    }
    if isIdle(request.clusters) { return .success }
    let repository = try openRepository(path, initialize: false)
    let commit = try await find(request.target, in: repository)
    let tree = try TreeSource(path: path, layout: layout, branch: nil, commit: commit)
    var names = try clusters(of: request, in: tree)
    let layout = try layout
    let folders = names.map { layout.cluster($0) }
    try await followRemote(repository, folders: folders)
    let target = try runBranch(
      in: repository,
      try names.map { ($0, try tree.provenance(of: $0)?["digest"]?.string ?? commit.hex) })

    var plans: [ClusterAttempt<ClusterPlan>] = []
    if request.applies, target.base == nil {
      plans = try await planAttempts(
        DesiredSource(repository: path, ref: commit.hex, clusters: names), clusterObjects: nil)
      if !isJSON { showAsText(plans, withRefusals: false) }
      plans = plans.map { plan in plan.refused { unfitness($0) } }
      // The tree of a cluster that is not rolled back stays as well.
      names = plans.filter { $0.failure == nil }.map(\.name)
      if names.isEmpty { return await carryOut(plans, wait: wait, committed: false) }
    }
    guard try approved || confirmed("Roll back?", of: "rollback") else { return .failed }
    let outcome = try await self.commit(
      try names.map { GitFolder(path: layout.cluster($0), files: try tree.gitFiles(of: $0)) },
      to: target, of: repository, push: remote(.push) != nil,
      message: try rollbackMessage(names, to: commit, in: repository, tree))
    tell(outcome, commit)
    return await carryOut(plans, wait: wait, committed: outcome.changed)
  }

  /// The commit that a text names here, else at the remote.
  private func find(_ text: String, in repository: GitRepository) async throws -> ObjectID {
    do throws(GitError) { return try repository.resolve(text) } catch {
      guard case .unknownRevision = error, let remote = remote(.pull),
        let found = try await repository.fetch(
          remote, named: text, access: try remoteAccess())
      else { throw error }
      return found
    }
  }

  /// The clusters that are rolled back, each with a tree at the target.
  private func clusters(of request: RollbackRequest, in tree: TreeSource) throws -> [String] {
    let there = try tree.clusterNames()
    var names = request.clusters
    if names.isEmpty { names = settings.clusters.map(\.name) }
    if names.isEmpty { names = there }
    if let shard { names = names.filter { shard.contains($0) } }
    let missing = names.filter { !there.contains($0) }
    if request.clusters.isEmpty, missing.count < names.count {
      for name in missing {
        talk("note: cluster \(name) has no tree at \(request.target), and stays as it is")
      }
      return names.filter { there.contains($0) }
    }
    guard missing.isEmpty, !names.isEmpty else {
      throw Failure(
        .invalidInput, subject: "\(request.target)",
        cause:
          "has no tree of \(missing.isEmpty ? "any cluster" : missing.joined(separator: ", "))",
        remedy: there.isEmpty
          ? "choose a commit that rendered one; `log` lists them"
          : "choose the clusters with --cluster; there are trees of \(there.joined(separator: ", "))"
      )
    }
    return names
  }

  private func rollbackMessage(
    _ names: [String], to target: ObjectID, in repository: GitRepository, _ tree: TreeSource
  ) throws -> @Sendable (CommitDraft) throws(GitError) -> String {
    let subject = try repository.log(.commit(target), limit: 1).first?.subject ?? ""
    let clusters = names.count > 3 ? "\(names.count) clusters" : names.joined(separator: ", ")
    var trailers: [(key: String, value: String)] = [
      (HistoryReader.rollbackTrailer, target.hex)
    ]
    let documents = try names.map { ($0, try tree.provenance(of: $0)) }
    if let manager = documents.first?.1?["manager"]?.string {
      trailers.append(("NSX-Manager", manager))
    }
    for (name, document) in documents {
      guard let digest = document?["digest"]?.string else { continue }
      trailers.append(("Snapshot-Digest", "\(name) \(digest)"))
    }
    let ready = trailers
    return { draft throws(GitError) in
      CommitMessage(
        summary: "Roll back \(clusters) to \(target.hex.prefix(10))",
        body: [
          "To the tree of: \(subject)", "",
          "\(draft.added.count) files added, \(draft.modified.count) changed, "
            + "\(draft.deleted.count) removed.",
        ], trailers: ready
      ).text
    }
  }

  private func tell(_ outcome: RenderOutcome, _ target: ObjectID) {
    let place = outcome.commit.map { String($0.prefix(10)) } ?? "none"
    let branch = outcome.base.map { " on branch \(outcome.branch ?? "") for \($0)" } ?? ""
    let pushed = outcome.pushed.map { ", \($0)" } ?? ""
    talk(
      outcome.changed
        ? "rolled back to \(target.hex.prefix(10)): commit \(place)\(branch)\(pushed)"
        : "the tree is that of \(target.hex.prefix(10)) already, at \(place)\(branch)\(pushed)")
    talk(
      "note: the next render or sync writes what NSX says again; change NSX, or stop what renders, to stay here"
    )
  }
}

extension TreeSource {
  /// The files of a cluster, to be committed as they are.
  func gitFiles(of cluster: String) throws -> [GitFile] {
    try files(of: cluster).map { GitFile(path: $0.path, bytes: $0.bytes) }
  }
}
