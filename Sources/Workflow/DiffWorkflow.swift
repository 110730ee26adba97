import AntreaModel
import Documents
import Failures
import Planning
import Reporting

extension Run {
  /// `diff`: the differing objects as YAML, against the cluster or, with
  /// `againstRepository`, NSX's translation against the rendered tree.
  public func diff(
    _ source: DesiredSource, againstRepository: Bool, clusterObjects: String?, exitCode: Bool
  ) async throws -> ExitStatus {
    var pairs: [(KubernetesObject?, KubernetesObject?)] = []
    if againstRepository {
      guard let path = repositoryPath(source.repository) else {
        throw Failure(
          .usage, subject: "--git", cause: "no repository is given", remedy: "give --repo DIR")
      }
      let tree = try source.ref.map { try treeSource(path, at: $0) } ?? treeSource(path)
      for (cluster, translation) in try await translations(source) {
        let old =
          try tree.files(of: cluster.name).isEmpty
          ? [] : tree.desired(cluster, onUnsupported: "skip-policy").objects
        pairs += Self.pairs(live: old, desired: try DesiredCluster(cluster, translation).objects)
      }
    } else {
      for plan in try await plans(source, clusterObjects: clusterObjects, judged: false) {
        let touched = Set(plan.plan.steps.filter { $0.action != .unchanged }.map(\.reference))
        pairs += Self.pairs(
          live: plan.live.filter { touched.contains($0.reference) },
          desired: plan.desired.objects.filter { touched.contains($0.reference) })
      }
    }
    var text = ""
    var differing: [JSONValue] = []
    for (live, desired) in pairs {
      let part = DiffText.object(live: live, desired: desired, color: color)
      guard !part.isEmpty, let reference = (desired ?? live)?.reference else { continue }
      text += part
      let action = live == nil ? "create" : desired == nil ? "delete" : "update"
      differing.append([
        "object": .string("\(reference)"), "action": .string(action), "diff": .string(part),
      ])
    }
    print(text: text, json: ["schemaVersion": 1, "differences": .array(differing)])
    return exitCode && !differing.isEmpty ? .differences : .success
  }

  private static func pairs(
    live: [KubernetesObject], desired: [KubernetesObject]
  ) -> [(KubernetesObject?, KubernetesObject?)] {
    let old = Dictionary(live.map { ($0.reference, $0) }) { first, _ in first }
    let new = Dictionary(desired.map { ($0.reference, $0) }) { first, _ in first }
    return Set(old.keys).union(new.keys).sorted { utf8Order("\($0)", "\($1)") < 0 }
      .map { (old[$0], new[$0]) }
  }
}
