import AntreaModel
import Documents
import Failures
import NSXClient
import NSXModel
import Rendering
import Translation

/// Where the desired objects come from: a snapshot, a rendered tree, or NSX.
public struct DesiredSource: Sendable, Hashable {
  /// `--nsx-snapshot`: translate this file; beside a tree, prove the tree
  /// against it.
  public var snapshot: String?
  /// `--repo`: the repository or folder with the rendered tree.
  public var repository: String?
  /// `--ref`: the tree of this commit, tag or branch instead of the newest one.
  public var ref: String?
  /// `--cluster`: only these; empty for all.
  public var clusters: [String]

  /// Creates a source.
  public init(
    snapshot: String? = nil, repository: String? = nil, ref: String? = nil,
    clusters: [String] = []
  ) {
    self.snapshot = snapshot
    self.repository = repository
    self.ref = ref
    self.clusters = clusters
  }
}

/// What one cluster should hold.
struct DesiredCluster: Sendable {
  /// The cluster.
  var settings: ClusterSettings
  /// Tiers, groups and policies.
  var objects: [KubernetesObject]
  /// Value of the owner label of this source and scope.
  var owner: String
  /// `provenance.json`.
  var provenance: JSONValue
  /// `findings.json`.
  var findings: [JSONValue]
  /// What of NSX was not read whole; empty for a complete read.
  var incomplete: [String]
  /// Whether nothing that was refused keeps the objects from being applied.
  var isApplicable: Bool
  /// The commit that the tree was read from.
  var commit: String?
  /// NSX's own rules for the cluster; `nil` where the objects come from a tree
  /// and what NSX holds is not known.
  var nsx: NSXSide?
  /// Whether the objects come from a rendered tree.
  var isTree = false
  /// Whether the tree has files that are in no commit.
  var isUncommitted = false
  /// Why what NSX holds is not known.
  var unproved: String?
}

extension Run {
  /// Translations for the clusters of a source, from its snapshot or from NSX.
  func translations(_ source: DesiredSource) async throws -> [(ClusterSettings, Translation)] {
    try await translations(of: try await snapshot(source), clusters: source.clusters)
  }

  /// What NSX holds: the snapshot of a source, or what is read now.
  func snapshot(_ source: DesiredSource) async throws -> NSXSnapshot {
    if let file = source.snapshot { return try NSXSnapshot(bytes: try Files.read(file)) }
    let (document, pull) = try await withNSX { try await pullSnapshot($0) }
    tellIncomplete(pull)
    return try NSXSnapshot(bytes: JSONWriter.compact(document))
  }

  /// The same for what is only right when NSX was read whole.
  ///
  /// - Throws: where a pull of this run was not; a file that is not complete is for
  ///   the caller to refuse.
  func wholeSnapshot(_ source: DesiredSource) async throws -> NSXSnapshot {
    if source.snapshot != nil { return try await snapshot(source) }
    let (document, pull) = try await withNSX { try await pullSnapshot($0) }
    tellIncomplete(pull)
    if !pull.isComplete {
      throw Failure(
        pull.isDenied ? .permissionDenied : .unreachable, subject: "NSX",
        cause:
          "\(pull.incompleteTypes.keys.sorted().joined(separator: ", ")) could not be read whole, and what was not read cannot be told from what is gone",
        remedy: pull.isDenied
          ? "give the user the role Auditor; the warnings above tell what was refused"
          : "run again; the warnings above tell why. To look at it: `nsx-antrea pull --to FILE`")
    }
    return try NSXSnapshot(bytes: JSONWriter.compact(document))
  }

  /// Warns of what was not read.
  func tellIncomplete(_ pull: NSXPull) {
    for (type, reasons) in pull.incompleteTypes.sorted(by: { $0.key < $1.key }) {
      let more = reasons.count > 5 ? " and \(reasons.count - 5) more" : ""
      talk(
        "warning: \(type) is incomplete: \(reasons.prefix(5).joined(separator: "; "))\(more)")
    }
  }

  /// Translations of a snapshot for the named clusters, or for all.
  func translations(
    of snapshot: NSXSnapshot, clusters names: [String]
  ) async throws -> [(ClusterSettings, Translation)] {
    try await translationAttempts(of: snapshot, clusters: names).map { try $0.result.get() }
  }

  /// The same, where a cluster that cannot be translated does not keep the others
  /// from it.
  func translationAttempts(
    of snapshot: NSXSnapshot, clusters names: [String]
  ) async throws -> [ClusterAttempt<(ClusterSettings, Translation)>] {
    let translator = Translator(snapshot: snapshot, options: translationOptions)
    var result: [ClusterAttempt<(ClusterSettings, Translation)>] = []
    // One after the other: each uses all processors.
    for cluster in try clusterSettings(names, in: snapshot) {
      try Task.checkCancellation()
      do {
        let translation = try await translator.translate(concurrently: cluster.target)
        result.append(.init(name: cluster.name, result: .success((cluster, translation))))
      } catch {
        result.append(
          .init(name: cluster.name, result: .failure(Self.failure(error, cluster: cluster.name))))
      }
    }
    return result
  }

  /// The options of the translation.
  var translationOptions: TranslationOptions {
    let onUnsupported =
      settings.text("translation.onUnsupported")
      .flatMap { TranslationOptions.OnUnsupported(rawValue: $0) } ?? .fail
    var priorities: [Category: Int] = [:]
    for category in Category.allCases {
      priorities[category] = settings.number("translation.tierPriorities.\(category.slug)")
    }
    return TranslationOptions(onUnsupported: onUnsupported, tierPriorities: priorities)
  }

  /// The clusters that a command is about: those of the configuration, and
  /// where there are none, the control planes of the snapshot.
  func clusterSettings(_ names: [String], in snapshot: NSXSnapshot?) throws -> [ClusterSettings] {
    let configured = settings.clusters
    let planes = (snapshot?.controlPlanes ?? []).sorted { $0.path < $1.path }
    if names.isEmpty {
      if !configured.isEmpty { return ofShard(configured) }
      if planes.isEmpty {
        throw Failure(
          .usage, subject: "clusters", cause: "none is configured",
          remedy: "give --cluster, or list them in the configuration")
      }
      return ofShard(try planes.map { try checkedName($0.id) })
    }
    return ofShard(
      try names.map { name in
        if let found = configured.first(where: { $0.name == name }) { return found }
        if snapshot != nil || configured.isEmpty { return try checkedName(name) }
        throw Failure(
          .usage, subject: "cluster \(name)", cause: "is not in the configuration",
          remedy: "configured are \(configured.map(\.name).joined(separator: ", "))")
      })
  }

  private func checkedName(_ name: String) throws -> ClusterSettings {
    guard ClusterSettings.isFolderName(name) else {
      throw TranslationError.invalidClusterName(name)
    }
    return ClusterSettings(name: name)
  }
}

extension DesiredCluster {
  /// What a translation wants.
  ///
  /// - Parameter snapshot: What it was translated from, for the proof.
  init(
    _ settings: ClusterSettings, _ translation: Translation, from snapshot: NSXSnapshot? = nil
  ) throws {
    self.settings = settings
    let documents =
      translation.tiers.map(\.document) + translation.clusterGroups.map(\.document)
      + translation.policies.map(\.policy.document)
    objects = documents.compactMap { KubernetesObject($0) }
    owner = translation.owner
    provenance = Renderer.provenance(translation)
    findings = Renderer.findings(translation).array ?? []
    incomplete = translation.isComplete ? [] : ["NSX"]
    isApplicable = translation.isApplicable
    commit = nil
    if let snapshot { compare(with: snapshot) }
  }

  /// Sets NSX's side to what a snapshot says for the cluster.
  mutating func compare(with snapshot: NSXSnapshot) {
    nsx = NSXSide(snapshot, cluster: settings, without: skippedPolicies)
  }

  /// Where a person finds why rules were refused.
  var placeOfFindings: String { isTree ? "findings.json in the tree" : "the findings above" }

  /// NSX paths of the policies that were left out because of a refused rule.
  private var skippedPolicies: Set<String> {
    Set(
      findings.filter { $0["code"]?.string == FindingCode.policySkipped.rawValue }
        .compactMap { $0["path"]?.string })
  }

  /// Whether rules were refused and their policies are there all the same: with
  /// a deny in their place, or without them.
  var hasRefusedRules: Bool {
    let skipped = skippedPolicies
    return findings.contains {
      $0["severity"]?.string == Finding.Severity.error.rawValue
        && !skipped.contains($0["path"]?.string ?? "")
    }
  }
}

extension ClusterSettings {
  /// The networks of the cluster's pods; `nil` where they are not known.
  var podNetworkCIDRs: [CIDR]? {
    podNetworks.isEmpty ? nil : podNetworks.compactMap { CIDR($0) }
  }

  /// The target of a translation.
  var target: ClusterTarget {
    let selection: ClusterTarget.Selection =
      select.map { .filter(categories: $0.categories, tags: $0.tags, paths: $0.paths) }
      ?? .controlPlane(controlPlane ?? name)
    return ClusterTarget(
      name: name, selection: selection,
      podNetworks: podNetworkCIDRs,
      nodeNetworks: nodeNetworks.isEmpty ? nil : nodeNetworks.compactMap { CIDR($0) },
      families: families.isEmpty ? nil : Set(families.map { $0 == "IPv6" ? .v6 : .v4 }))
  }
}
