import AntreaModel
import Documents
import Failures
import Planning
import Reporting

/// An object as it is and as it is wanted.
private typealias ObjectPair = (KubernetesObject?, KubernetesObject?)

extension Run {
  /// `diff`: the differing objects as YAML, against the cluster or, with
  /// `againstRepository`, NSX's translation against the rendered tree. A cluster
  /// that fails does not keep the others.
  public func diff(
    _ source: DesiredSource, againstRepository: Bool, clusterObjects: String?, exitCode: Bool
  ) async throws -> ExitStatus {
    let attempts: [ClusterAttempt<[ObjectPair]>]
    if againstRepository {
      guard let path = repositoryPath(source.repository) else {
        throw Failure(
          .usage, subject: "--git", cause: "no repository is given", remedy: "give --repo DIR")
      }
      let tree = try source.ref.map { try treeSource(path, at: $0) } ?? treeSource(path)
      let translated = try await translationAttempts(
        of: try await snapshot(source), clusters: source.clusters)
      attempts = translated.map { attempt in
        ClusterAttempt(name: attempt.name) {
          let (cluster, translation) = try attempt.result.get()
          let old =
            try tree.files(of: cluster.name).isEmpty
            ? [] : tree.desired(cluster, onUnsupported: "skip-policy").objects
          return Self.pairs(
            live: old, desired: try DesiredCluster(cluster, translation).objects)
        }
      }
    } else {
      let plans = try await planAttempts(source, clusterObjects: clusterObjects, judged: false)
      attempts = plans.map { attempt in
        ClusterAttempt(name: attempt.name) {
          let plan = try attempt.result.get()
          let touched = Set(plan.plan.steps.filter { $0.action != .unchanged }.map(\.reference))
          return Self.pairs(
            live: plan.live.filter { touched.contains($0.reference) },
            desired: plan.desired.objects.filter { touched.contains($0.reference) })
        }
      }
    }
    var text = ""
    var differing: [JSONValue] = []
    for (live, desired) in attempts.flatMap({ $0.value ?? [] }) {
      let part = DiffText.object(live: live, desired: desired, color: color)
      guard !part.isEmpty, let reference = (desired ?? live)?.reference else { continue }
      text += part
      let action = live == nil ? "create" : desired == nil ? "delete" : "update"
      differing.append([
        "object": .string("\(reference)"), "action": .string(action), "diff": .string(part),
      ])
    }
    var document = JSONObject()
    document["schemaVersion"] = 1
    document["differences"] = .array(differing)
    let failed = attempts.filter { $0.failure != nil }
    if !failed.isEmpty {
      document["failures"] = .array(
        failed.map { ["name": .string($0.name), "failure": $0.failure?.document ?? .null] })
    }
    print(text: text, json: .object(document))
    for attempt in failed {
      if let failure = attempt.failure { tell(failure, cluster: attempt.name) }
    }
    let status = Self.status(of: attempts.map(\.failure), changed: false)
    if status != .success { return status }
    return exitCode && !differing.isEmpty ? .differences : .success
  }

  private static func pairs(live: [KubernetesObject], desired: [KubernetesObject]) -> [ObjectPair] {
    let old = Dictionary(live.map { ($0.reference, $0) }) { first, _ in first }
    let new = Dictionary(desired.map { ($0.reference, $0) }) { first, _ in first }
    return Set(old.keys).union(new.keys).sorted { utf8Order("\($0)", "\($1)") < 0 }
      .map { (old[$0], new[$0]) }
  }
}
