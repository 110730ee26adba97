import AntreaModel
import Documents
import Failures
import GitRepository
import NSXModel
import Rendering
import Translation
import YAMLCoding

/// A folder with rendered trees: a git repository or plain files.
struct TreeSource: Sendable {
  /// The folder, as given.
  let path: String
  /// The repository to read the revision of; `nil` to read the files.
  let repository: GitRepository?
  /// The commit that is read, or the branch whose tip is.
  let revision: GitRevision
  /// Where the trees lie in it.
  let layout: RepositoryLayout

  /// Opens a folder. A bare repository, a branch other than the checked-out one
  /// and a named commit are read from git; else the files are what counts.
  init(path: String, layout: RepositoryLayout, branch: String?, commit: ObjectID? = nil) throws {
    guard Files.isFolder(path) else {
      throw Failure(
        .invalidInput, subject: path, cause: "is not a folder",
        remedy: "render into it first: `nsx-antrea render --repo \(path) --init`")
    }
    self.path = path
    self.layout = layout
    if let commit {
      repository = try GitRepository.open(at: path)
      revision = .commit(commit)
      return
    }
    revision = .branch(branch)
    let found = try? GitRepository.open(at: path)
    if let found, found.isBare || (branch != nil && branch != found.headBranch) {
      repository = found
    } else {
      repository = nil
    }
  }

  /// The names below `clusters/`.
  func clusterNames() throws -> [String] {
    if let repository {
      let files = try repository.blobIDs(revision, folder: layout.clusters)
      return Set(files.keys.compactMap { $0.split(separator: "/").first.map(String.init) }).sorted()
    }
    let folder = "\(path)/\(layout.clusters)"
    guard Files.isFolder(folder) else { return [] }
    return try Files.list(folder).filter { Files.isFolder("\(folder)/\($0)") }
  }

  /// The files of a cluster by their path below `clusters/<cluster>`.
  func files(of cluster: String) throws -> [(path: String, bytes: [UInt8])] {
    let found =
      try repository?.readTree(revision, folder: layout.cluster(cluster))
      .map { ($0.path, $0.bytes) } ?? walk(place(of: cluster), "")
    for (path, _) in found
    where path.split(separator: "/").contains(where: { GitRepository.isUnfinished(String($0)) }) {
      throw Failure(
        .invalidInput, subject: "\(place(of: cluster))/\(path)",
        cause: "is what a run leaves that is writing this tree, or was killed while it did",
        remedy: "wait for that run, or render again")
    }
    return found
  }

  /// The folder of a cluster, for messages and for reading files.
  private func place(of cluster: String) -> String { "\(path)/\(layout.cluster(cluster))" }

  private func walk(_ folder: String, _ prefix: String) throws -> [(path: String, bytes: [UInt8])] {
    guard Files.isFolder(folder) else { return [] }
    return try Files.list(folder).flatMap { name -> [(path: String, bytes: [UInt8])] in
      let full = folder + "/" + name
      if Files.isFolder(full) { return try walk(full, prefix + name + "/") }
      return [(prefix + name, try Files.read(full))]
    }
  }

  /// `provenance.json` of a cluster; `nil` where there is no tree of it.
  func provenance(of cluster: String) throws -> JSONValue? {
    let file = "provenance.json"
    let place = "\(place(of: cluster))/\(file)"
    if repository == nil {
      return Files.exists(place) ? try json(try Files.read(place), place) : nil
    }
    return try files(of: cluster).first { $0.path == file }.map { try json($0.bytes, place) }
  }

  /// The newest commit of a cluster's folder.
  func commit(of cluster: String) -> String? {
    let repository = self.repository ?? (try? GitRepository.open(at: path))
    let found = try? repository?.lastCommit(touching: layout.cluster(cluster), revision)
    return found?.id.hex
  }

  /// The newest commit of a cluster's folder, and whether that holds the files
  /// that were read: files of a work tree may be in no commit.
  private func commit(
    of cluster: String, holding files: [(path: String, bytes: [UInt8])]
  ) -> (id: String?, isWhole: Bool) {
    guard let id = commit(of: cluster) else { return (nil, true) }
    guard repository == nil, let opened = try? GitRepository.open(at: path),
      let commit = try? opened.resolve(id)
    else { return (id, true) }
    let read = files.map { GitFile(path: $0.path, bytes: $0.bytes) }
    let isWhole = try? opened.holds(read, .commit(commit), folder: layout.cluster(cluster))
    return isWhole == false ? (nil, false) : (id, true)
  }

  /// What the tree says that a cluster should hold.
  func desired(_ settings: ClusterSettings, onUnsupported: String) throws -> DesiredCluster {
    let name = settings.name
    let files = try files(of: name)
    guard !files.isEmpty else {
      let known = try clusterNames()
      throw Failure(
        .invalidInput, subject: place(of: name), cause: "there is no rendered tree",
        remedy: known.isEmpty
          ? "render first: `nsx-antrea render --repo \(path)`"
          : "there are trees for \(known.joined(separator: ", "))")
    }
    var objects: [KubernetesObject] = []
    var provenance: JSONValue?
    var findings: [JSONValue] = []
    for (file, bytes) in files {
      let place = "\(place(of: name))/\(file)"
      switch file {
      case "kustomization.yaml": continue
      case "provenance.json": provenance = try json(bytes, place)
      case "findings.json":
        let document = try json(bytes, place)
        findings = document.array ?? document["findings"]?.array ?? []
      default:
        let parts = file.split(separator: "/")
        guard ["tiers", "groups", "policies"].contains(parts.first), file.hasSuffix(".yaml") else {
          continue
        }
        objects += try ObjectFiles.objects(of: bytes, named: place)
      }
    }
    guard let provenance else {
      throw Failure(
        .invalidInput, subject: place(of: name), cause: "provenance.json is missing",
        remedy: "the folder was not written by nsx-antrea, or not wholly; render again")
    }
    try refuseMissing(provenance, objects, place(of: name))
    let owner =
      provenance["owner"]?.string
      ?? objects.lazy.compactMap { $0.labels[Ownership.ownerLabel] }.first ?? ""
    let refused = findings.contains { $0["severity"]?.string == "error" }
    let commit = commit(of: name, holding: files)
    var cluster = DesiredCluster(
      settings: settings, objects: objects, owner: owner, provenance: provenance,
      findings: findings,
      incomplete: provenance["complete"]?.bool == false ? ["NSX"] : [],
      isApplicable: provenance["applicable"]?.bool != false
        && !(refused && onUnsupported == "fail"), commit: commit.id, isTree: true)
    cluster.isUncommitted = !commit.isWhole
    return cluster
  }

  /// Refuses a tree of which files are missing, for example from a checkout that
  /// was cut short: what is in no file would be deleted.
  private func refuseMissing(
    _ provenance: JSONValue, _ objects: [KubernetesObject], _ place: String
  ) throws {
    let held = Set(objects.map { "\($0.kind)/\($0.name)" })
    let missing = (provenance["objects"]?.object?.members ?? []).map(\.key)
      .filter { !held.contains($0) }
    guard let first = missing.first else { return }
    let others = missing.count > 1 ? " and \(missing.count - 1) more" : ""
    throw Failure(
      .invalidInput, subject: place,
      cause: "provenance.json names \(first)\(others), which no file has",
      remedy:
        "restore the files (`git status` tells which), or render again; who takes an object out by hand takes it out of provenance.json as well"
    )
  }

  private func json(_ bytes: [UInt8], _ place: String) throws -> JSONValue {
    do { return try JSONValue(json: bytes) } catch {
      throw Failure(
        .invalidInput, subject: place, cause: "\(error)", remedy: "render again")
    }
  }
}

extension Run {
  /// The repository that a command names, or the configured one.
  func repositoryPath(_ given: String?) -> String? {
    given ?? settings.path("repository.path", home: home)
  }

  /// The trees in a folder, at the tip of the configured branch.
  func treeSource(_ path: String) throws -> TreeSource {
    try TreeSource(path: path, layout: layout, branch: settings.text("repository.branch"))
  }

  /// The trees of a commit, tag or branch of the named or configured
  /// repository, whatever its work tree holds.
  func treeSource(_ repository: String?, at ref: String) throws -> TreeSource {
    guard let path = repositoryPath(repository) else {
      throw Failure(
        .usage, subject: "--ref \(ref)", cause: "no repository is given",
        remedy: "give --repo DIR or set repository.path")
    }
    return try TreeSource(
      path: path, layout: layout, branch: nil,
      commit: try GitRepository.open(at: path).resolve(ref))
  }

  /// What the clusters should hold: the rendered tree where one is named, else
  /// translated from the snapshot where one is given, else the configured tree,
  /// else translated from NSX.
  ///
  /// With a tree and a snapshot, the tree is what is wanted, and the snapshot
  /// what it must mean.
  func desired(_ source: DesiredSource) async throws -> [DesiredCluster] {
    try await desiredAttempts(source).map { try $0.result.get() }
  }

  /// The same, where a cluster without a tree, or one that cannot be translated,
  /// does not keep the others from theirs.
  func desiredAttempts(_ source: DesiredSource) async throws -> [ClusterAttempt<DesiredCluster>] {
    if let tree = try tree(of: source) {
      let clusters = try trees(source, in: tree)
      guard let file = source.snapshot else { return clusters }
      let snapshot = try NSXSnapshot(bytes: try Files.read(file))
      return clusters.map { attempt in
        var attempt = attempt
        attempt.result = attempt.result.map { cluster in
          var cluster = cluster
          cluster.compare(with: snapshot)
          return cluster
        }
        return attempt
      }
    }
    let snapshot = try await snapshot(source)
    return try await translationAttempts(of: snapshot, clusters: source.clusters).map { attempt in
      ClusterAttempt(name: attempt.name) {
        let (cluster, translation) = try attempt.result.get()
        return try DesiredCluster(cluster, translation, from: snapshot)
      }
    }
  }

  /// What the tree of a source says; `nil` where there is none.
  func treeAttempts(_ source: DesiredSource) throws -> [ClusterAttempt<DesiredCluster>]? {
    try tree(of: source).map { try trees(source, in: $0) }
  }

  /// The tree that a source means; `nil` where NSX or the snapshot is translated.
  private func tree(of source: DesiredSource) throws -> TreeSource? {
    if let ref = source.ref { return try treeSource(source.repository, at: ref) }
    if let path = source.repository {
      // A snapshot can stand alone: a folder that holds no tree yet is no error.
      guard source.snapshot != nil else { return try treeSource(path) }
      guard Files.isFolder(path) else { return nil }
      let tree = try treeSource(path)
      return try tree.clusterNames().isEmpty ? nil : tree
    }
    guard source.snapshot == nil, let path = repositoryPath(nil), Files.isFolder(path) else {
      return nil
    }
    return try treeSource(path)
  }

  private func trees(
    _ source: DesiredSource, in tree: TreeSource
  ) throws -> [ClusterAttempt<DesiredCluster>] {
    var names = source.clusters
    if names.isEmpty, settings.clusters.isEmpty { names = try tree.clusterNames() }
    if names.isEmpty, settings.clusters.isEmpty {
      throw Failure(
        .invalidInput, subject: "\(tree.path)/\(tree.layout.clusters)",
        cause: "there is no rendered tree",
        remedy: "render first: `nsx-antrea render --repo \(tree.path)`")
    }
    let clusters =
      names.isEmpty
      ? settings.clusters
      : names.map { name in
        settings.clusters.first { $0.name == name } ?? ClusterSettings(name: name)
      }
    let onUnsupported = settings.text("translation.onUnsupported") ?? "fail"
    return ofShard(clusters).map { cluster in
      ClusterAttempt(name: cluster.name) {
        try tree.desired(cluster, onUnsupported: onUnsupported)
      }
    }
  }
}
