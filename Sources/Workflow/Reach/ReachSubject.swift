import AntreaModel
import Documents
import Failures
import NSXModel
import Reachability
import Reporting

/// Whose rules a question is asked of, and over which inventory.
struct ReachSubject: Sendable {
  /// The rules that decide.
  enum Rules: Sendable {
    /// Objects of a cluster: those that are there, or those after the plan.
    case objects([KubernetesObject])
    /// NSX's own.
    case nsx(NSXSide)
  }

  /// The rules that decide.
  var rules: Rules
  /// Pods, Services and Nodes.
  var inventory: ClusterInventory
  /// `namespace/workload` by `namespace/pod`.
  var workloads: [String: String]
  /// The names of rules.
  var names: RuleNames
  /// What the answers are without.
  var limits: [String]
  /// Whose rules these are, in words.
  var title: String
  /// How NSX's conditions are read.
  var reading: NSXReading
  /// The networks of the cluster's pods; `nil` where they are not known.
  var podNetworks: [CIDR]?
}

extension Run {
  /// How NSX's names and tags are compared with labels.
  var reading: NSXReading {
    NSXReading(ignoresCase: settings.text("translation.labelCase") != "sensitive")
  }

  /// Reads what a question is asked of.
  func subject(of question: ReachQuestion, _ source: DesiredSource) async throws -> ReachSubject {
    if question.isDesired { return try await desiredSubject(question, source) }
    if let file = source.snapshot { return try await nsxSubject(question, source, file) }
    let cluster = try onlyCluster(source.clusters, hasFile: question.clusterObjects != nil)
    let contents = try await contents(of: cluster, question.clusterObjects)
    return try subject(
      .objects(contents.objects), contents, cluster, title: "cluster \(cluster.name) as it is",
      names: RuleNames(
        provenance: provenance(of: cluster, source), objects: contents.policyObjects))
  }

  private func desiredSubject(
    _ question: ReachQuestion, _ source: DesiredSource
  ) async throws -> ReachSubject {
    let wanted = try await desired(source)
    guard wanted.count == 1, let only = wanted.first else { throw several(wanted.map(\.settings)) }
    let contents = try await contents(of: only.settings, question.clusterObjects)
    // What the cluster would drop is a matter of applying the plan.
    let plan = makePlan(
      only, live: contents.policyObjects, identity: nil, unsupported: [])
    return try subject(
      .objects(plan.objectsAfter(contents)), contents, only.settings,
      title: "cluster \(only.settings.name) after the plan",
      names: RuleNames(provenance: only.provenance, objects: contents.policyObjects))
  }

  private func nsxSubject(
    _ question: ReachQuestion, _ source: DesiredSource, _ file: String
  ) async throws -> ReachSubject {
    let snapshot = try NSXSnapshot(bytes: try Files.read(file))
    let clusters = try clusterSettings(source.clusters, in: snapshot)
    guard clusters.count == 1, let only = clusters.first else { throw several(clusters) }
    let contents = try await contents(of: only, question.clusterObjects)
    let side = NSXSide(snapshot, cluster: only, without: [])
    guard !side.policies.isEmpty else {
      throw Failure(
        .invalidInput, subject: file, cause: "holds no policy for cluster \(only.name)",
        remedy:
          "clusters in it: \(snapshot.controlPlanes.map(\.id).sorted().joined(separator: ", "))")
    }
    return try subject(
      .nsx(side), contents, only, title: "NSX's own rules for cluster \(only.name)",
      names: RuleNames(of: side.policies))
  }

  /// Rules with the inventory of a cluster.
  ///
  /// - Throws: ``Failure`` where it is not known which pods there are.
  func subject(
    _ rules: ReachSubject.Rules, _ contents: ClusterContents, _ cluster: ClusterSettings,
    title: String, names: RuleNames
  ) throws -> ReachSubject {
    if let reason = contents.missingPods {
      throw Failure(
        .invalidInput, subject: title, cause: "nothing can be said: \(reason)",
        remedy:
          "give the right to list pods, or a file that holds them: kubectl get pods -A -o json"
      )
    }
    let inventory = ClusterInventory(contents.objects)
    var limits = contents.gapTexts
    if case .nsx = rules {
      // NSX knows pods, namespaces and Services; policies of the cluster are not asked.
      limits = contents.gaps.filter { ["Pods", "Namespaces", "Services"].contains($0.kind) }
        .map { "\($0.kind) \($0.reason)" }
    }
    limits += inventory.problems.prefix(10).map(\.description)
    return ReachSubject(
      rules: rules, inventory: inventory, workloads: contents.workloadLabels, names: names,
      limits: limits, title: title, reading: reading, podNetworks: cluster.podNetworkCIDRs)
  }

  /// What is known of a cluster: from a file where one is given.
  private func contents(
    of cluster: ClusterSettings, _ file: String?
  ) async throws -> ClusterContents {
    if let file { return try readClusterFile(file) }
    return try await readCluster(try await connectCluster(cluster), withConnectivity: true)
  }

  /// The one cluster that a question is about.
  func onlyCluster(_ names: [String], hasFile: Bool) throws -> ClusterSettings {
    if names.isEmpty, settings.clusters.isEmpty {
      return ClusterSettings(name: hasFile ? "of the file" : "of the current context")
    }
    let clusters = try clusterSettings(names, in: nil)
    guard clusters.count == 1, let only = clusters.first else { throw several(clusters) }
    return only
  }

  private func several(_ clusters: [ClusterSettings]) -> Failure {
    Failure(
      .usage, subject: "--cluster", cause: "a question is about one cluster",
      remedy: "choose one of \(clusters.map(\.name).sorted().joined(separator: ", "))")
  }

  /// `provenance.json` of a cluster where there is a tree; else `null`.
  func provenance(of cluster: ClusterSettings, _ source: DesiredSource) -> JSONValue {
    guard let path = repositoryPath(source.repository), Files.isFolder(path) else { return .null }
    do {
      let tree = try treeSource(path)
      return try tree.provenance(of: cluster.name) ?? .null
    } catch {
      log.notice("rules are named by their objects: the tree cannot be read: \(error)")
      return .null
    }
  }
}
