import Documents
import GitRepository
import Logging
import Reporting

/// Reads what commits changed in the trees of clusters.
struct HistoryReader {
  /// The trailer of a commit that brought earlier trees back.
  static let rollbackTrailer = "Rolled-Back-To"

  let repository: GitRepository
  let layout: RepositoryLayout
  let log: Logger
  /// The newest provenance of each cluster that was read: from the newest commit
  /// backwards, the old one of a commit is the new one of the commit before.
  private var provenance: [String: (id: ObjectID, document: JSONValue?)] = [:]

  init(repository: GitRepository, layout: RepositoryLayout, log: Logger) {
    self.repository = repository
    self.layout = layout
    self.log = log
  }

  /// The clusters whose trees a commit changed, sorted; of these only, where
  /// some are given.
  func clusters(of commit: CommitInfo, only: [String]) throws -> [String] {
    let names = try repository.changes(in: commit, folder: layout.clusters)
      .compactMap { $0.path.split(separator: "/").first.map(String.init) }
    return Set(names).filter { only.isEmpty || only.contains($0) }
      .sorted { utf8Order($0, $1) < 0 }
  }

  /// What a commit's change of a cluster's tree means in NSX.
  mutating func changes(in commit: CommitInfo, cluster: String) throws -> [NSXChange] {
    let folder = layout.cluster(cluster)
    let files = try repository.changes(in: commit, folder: folder)
    guard !files.isEmpty else { return [] }
    let log = log
    let problem: (String) -> Void = {
      log.notice("commit \(commit.id.hex.prefix(10)), cluster \(cluster): \($0)")
    }
    let blobs = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
    let repository = repository
    func bytes(_ id: ObjectID?) throws(GitError) -> [UInt8]? {
      guard let id else { return nil }
      return try repository.readBlob(id)
    }
    // One that did not change counts for both sides.
    let name = TreeDifference.provenance
    let entry = blobs[name]
    let same =
      entry == nil
      ? try repository.blobIDs(.commit(commit.id), folder: folder)[name] : nil
    let new = try document(entry?.new ?? same, cluster, problem)
    let old = try document(entry == nil ? same : entry?.old, cluster, problem)
    let changes = try TreeDifference(
      paths: files.map(\.path), old: old, new: new,
      before: { path throws(GitError) in try bytes(blobs[path]?.old) },
      after: { path throws(GitError) in try bytes(blobs[path]?.new) }
    ).changes(problem: problem)
    let marker = "\(Self.rollbackTrailer): "
    guard commit.message.split(separator: "\n").contains(where: { $0.hasPrefix(marker) }) else {
      return changes
    }
    // The edits came back with the trees: nobody made them now.
    return changes.map(\.withoutEdits)
  }

  private mutating func document(
    _ id: ObjectID?, _ cluster: String, _ problem: (String) -> Void
  ) throws -> JSONValue? {
    guard let id else { return nil }
    if let known = provenance[cluster], known.id == id { return known.document }
    let document = TreeDifference.document(try repository.readBlob(id), problem: problem)
    provenance[cluster] = (id, document)
    return document
  }
}

extension NSXChange {
  /// The change where it is about a subject: the whole of it for its path, name
  /// or objects, only the rules that are meant for a rule; `nil` else.
  func about(_ subject: String) -> NSXChange? {
    let objectNames = objects.compactMap { $0.split(separator: "/").last.map(String.init) }
    if ([path, displayName, oldDisplayName ?? displayName] + objects + objectNames)
      .contains(subject)
    {
      return self
    }
    var change = self
    change.rules = rules.filter { rule in
      [rule.path, rule.displayName, rule.ruleID.map(String.init) ?? ""].contains(subject)
        || rule.names.contains(subject)
    }
    change.words = []
    return change.rules.isEmpty ? nil : change
  }
}
