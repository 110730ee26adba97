import AntreaModel
import Documents
import Failures
import NSXModel
import Planning
import Reporting
import Translation

/// What `status` is asked for.
public struct StatusQuestion: Sendable, Hashable {
  /// Which tree and clusters; with a snapshot, the tree is compared with it.
  public var source: DesiredSource
  /// Whether NSX is read, so that the tree can be compared with it.
  public var asksNSX: Bool
  /// Whether to exit with 2 unless everything is in git, in the cluster and
  /// realized.
  public var exitCode: Bool

  /// Creates a question.
  public init(_ source: DesiredSource, asksNSX: Bool = false, exitCode: Bool = false) {
    self.source = source
    self.asksNSX = asksNSX
    self.exitCode = exitCode
  }
}

/// The status of a cluster with the commit of its tree.
private struct FoundStatus: Sendable {
  var status: ClusterStatus
  var commit: String?
}

extension Run {
  /// `status`: how far each NSX policy has got: in git, in the cluster, realized
  /// on how many nodes. It changes nothing.
  public func status(_ question: StatusQuestion) async throws -> ExitStatus {
    if isIdle(question.source.clusters) { return .success }
    let wanted = try await wanted(question)
    try refuseGuessedClusters(wanted.map(\.name))
    let attempts = await eachCluster(wanted, name: \.name) { run, attempt in
      let (tree, nsx) = try attempt.result.get()
      return try await run.status(of: tree, nsx: nsx)
    }
    try Task.checkCancellation()
    show(attempts)
    for attempt in attempts {
      if let failure = attempt.failure { tell(failure, cluster: attempt.name) }
    }
    let status = Self.status(of: attempts.map(\.failure), changed: false)
    if status != .success { return status }
    let isGood = attempts.allSatisfy { $0.value?.status.isGood == true }
    return question.exitCode && !isGood ? .differences : .success
  }

  /// The trees, each with what NSX says where that is known. A cluster without a
  /// tree has NSX's side only.
  private func wanted(
    _ question: StatusQuestion
  ) async throws -> [ClusterAttempt<(tree: DesiredCluster?, nsx: DesiredCluster?)>] {
    var source = question.source
    // Beside a snapshot the configured tree counts as well: that is the question.
    if source.snapshot != nil { source.repository = repositoryPath(source.repository) }
    let trees = try treeAttempts(source)
    guard question.asksNSX || question.source.snapshot != nil || trees == nil else {
      return (trees ?? []).map { tree in
        ClusterAttempt(name: tree.name) { (try tree.result.get(), nil) }
      }
    }
    let snapshot = try await snapshot(question.source)
    let names = question.source.clusters
    let translated = try await translationAttempts(
      of: snapshot, clusters: names.isEmpty ? (trees ?? []).map(\.name) : names)
    return translated.map { attempt in
      ClusterAttempt(name: attempt.name) {
        let (cluster, translation) = try attempt.result.get()
        let tree = trees?.first { $0.name == attempt.name }
        return (tree?.value, try DesiredCluster(cluster, translation))
      }
    }
  }

  private func status(
    of tree: DesiredCluster?, nsx: DesiredCluster?
  ) async throws -> FoundStatus {
    guard let desired = tree ?? nsx else {
      throw Failure(.invalidInput, subject: "status", cause: "there is nothing to compare with")
    }
    let client = try await connectCluster(desired.settings)
    let contents = try await contents(of: desired, client, judged: false)
    // What differs is told as that, whoever made it so.
    let plan = makePlan(
      desired, live: contents.policyObjects, identity: nil, unsupported: [],
      applySet: contents.applySet, takesOverFields: true)
    let sources = ClusterStatus.Sources(
      tree: tree?.objects ?? [], nsx: nsx?.objects, refused: (nsx ?? desired).refusedPolicies,
      plan: plan.plan, live: contents.policyObjects)
    return FoundStatus(status: ClusterStatus(sources), commit: tree?.commit)
  }

  private func show(_ attempts: [ClusterAttempt<FoundStatus>]) {
    let documents = attempts.map { attempt in
      var object = attempt.value?.status.document.object ?? JSONObject()
      object["name"] = .string(attempt.name)
      object["commit"] = attempt.value?.commit.map { .string($0) } ?? .null
      object["failure"] = attempt.failure?.document ?? .null
      return object
    }
    if isNDJSON {
      for (attempt, document) in zip(attempts, documents) {
        for policy in attempt.value?.status.policies ?? [] {
          event("policy", attempt.name, policy.document.object)
        }
        var rest = document
        for key in ["policies", "name"] { rest[key] = nil }
        event("cluster", attempt.name, rest)
      }
      return
    }
    let tables = attempts.compactMap { attempt in
      attempt.value.map { found in
        StatusText.render(
          found.status, cluster: attempt.name, commit: found.commit, color: color)
      }
    }
    var text = tables.joined(separator: "\n")
    if attempts.count > 1 {
      text += "\n"
      text += StatusText.summary(
        attempts.map { ($0.name, $0.value?.status, $0.failure?.cause) }, color: color)
    }
    print(
      text: text,
      json: ["schemaVersion": 1, "clusters": .array(documents.map { .object($0) })])
  }

  /// Prints one event of `--output ndjson`.
  func event(_ type: String, _ cluster: String, _ content: JSONObject?) {
    var event = content ?? JSONObject()
    event["schemaVersion"] = 1
    event["type"] = .string(type)
    event["cluster"] = .string(cluster)
    context.writeOutput("\(JSONValue.object(event))\n")
  }
}

extension DesiredCluster {
  /// Policies that were left out because a rule cannot be translated, by NSX path,
  /// with the path as the name: the findings know no other.
  var refusedPolicies: [String: String] {
    var result: [String: String] = [:]
    for finding in findings where finding["code"]?.string == FindingCode.policySkipped.rawValue {
      guard let path = finding["path"]?.string else { continue }
      result[path] = path
    }
    return result
  }
}
