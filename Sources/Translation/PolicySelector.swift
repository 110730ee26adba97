import Documents
import NSXModel

/// Chooses the policies of a cluster.
struct PolicySelector {
  /// The policies in order of their paths.
  ///
  /// - Throws: ``TranslationError/unknownCluster(_:known:)``,
  ///   ``TranslationError/ambiguousCluster(_:paths:)``.
  static func select(
    _ snapshot: NSXSnapshot, _ selection: ClusterTarget.Selection
  ) throws(TranslationError) -> [SecurityPolicy] {
    switch selection {
    case .controlPlane(let name):
      let plane = try planePath(snapshot, name)
      let spanned = Set(snapshot.spans.filter { $0.clusterPath == plane }.map(\.policyPath))
      return snapshot.policies.filter {
        spanned.contains($0.path) && !$0.common.isMarkedForDelete
      }
    case .filter(let categories, let tags, let paths):
      return snapshot.policies.filter { policy in
        if policy.common.isMarkedForDelete { return false }
        // NSX's own default sections are never pushed unless named by path.
        if policy.isDefault, !paths.contains(policy.path) { return false }
        return isCategory(policy, among: categories)
          && (tags.isEmpty
            || policy.common.tags.contains { tag in tags.contains { matches(tag, $0) } })
          && (paths.isEmpty || paths.contains { matches(policy.path, $0) })
      }
    }
  }

  private static func isCategory(_ policy: SecurityPolicy, among categories: [String]) -> Bool {
    // Without a category NSX evaluates a policy as Application.
    let category = (policy.category ?? "Application").lowercased()
    return categories.isEmpty || categories.contains { $0.lowercased() == category }
  }

  /// `scope|tag`; an empty side stands for any, as does a missing scope.
  private static func matches(_ tag: Tag, _ pattern: String) -> Bool {
    guard let bar = pattern.firstIndex(of: "|") else { return tag.tag == pattern }
    let (scope, value) = (pattern[..<bar], pattern[pattern.index(after: bar)...])
    return (scope.isEmpty || tag.scope == scope) && (value.isEmpty || tag.tag == value)
  }

  /// A path, or the beginning of one where the pattern ends with `*`.
  private static func matches(_ path: String, _ pattern: String) -> Bool {
    pattern.last == "*" ? path.hasPrefix(pattern.dropLast()) : path == pattern
  }

  /// What is missing or on its way out among what the selection is made from.
  static func findings(
    _ snapshot: NSXSnapshot, _ selection: ClusterTarget.Selection
  ) -> [Finding] {
    guard case .controlPlane(let name) = selection else {
      return orphans(snapshot) { path in
        guard case .filter(_, _, let paths) = selection else { return true }
        return paths.isEmpty || paths.contains { matches(path, $0) }
      }
    }
    let plane = (try? planePath(snapshot, name)) ?? name
    let own = Set(snapshot.spans.filter { $0.clusterPath == plane }.map(\.policyPath))
    let known = Set(snapshot.policies.map(\.path))
    let missing = own.subtracting(known).map { path in
      Finding(.missingPolicy, path: path, message: "policy \(path) is not in the snapshot")
    }
    let spanned = Set(snapshot.spans.map(\.policyPath))
    let deleted = snapshot.controlPlanes.filter {
      $0.common.isMarkedForDelete && ($0.id == name || $0.path == name)
    }.map { plane in
      Finding(
        .deletedControlPlane, path: plane.path,
        message: "control plane \(plane.path) is marked for delete")
    }
    return danglingSpans(snapshot) + missing + deleted
      // Without any span nothing says whose the policy was.
      + orphans(snapshot) { own.contains($0) || !spanned.contains($0) }
  }

  /// Rules whose policy is missing, where the policy may be the cluster's.
  private static func orphans(
    _ snapshot: NSXSnapshot, isOwn: (String) -> Bool
  ) -> [Finding] {
    snapshot.orphanRules.filter { isOwn($0.key) }.map { policy, rules in
      let others = rules.count > 1 ? " and \(rules.count - 1) others" : ""
      return Finding(
        .ruleWithoutPolicy, path: policy, message: "policy of rule \(rules[0])\(others)")
    }
  }

  /// The spans whose control plane NSX did not give: their policies may be
  /// meant for the cluster. Without any control plane nothing can be told.
  private static func danglingSpans(_ snapshot: NSXSnapshot) -> [Finding] {
    let known = Set(snapshot.controlPlanes.map(\.path))
    if known.isEmpty { return [] }
    let gone = Set(snapshot.policies.filter(\.common.isMarkedForDelete).map(\.path))
    return snapshot.spans.filter {
      !known.contains($0.clusterPath) && !gone.contains($0.policyPath)
    }
    .map { span in
      Finding(
        .danglingSpan, path: span.policyPath,
        message: "control plane \(span.clusterPath) is not in the snapshot")
    }
  }

  private static func planePath(
    _ snapshot: NSXSnapshot, _ name: String
  ) throws(TranslationError) -> String {
    let live = snapshot.controlPlanes.filter { !$0.common.isMarkedForDelete }
    if let plane = live.first(where: { $0.path == name }) { return plane.path }
    let planes = live.filter { $0.id == name }.map(\.path)
    if planes.count > 1 { throw .ambiguousCluster(name, paths: planes) }
    if let path = planes.first { return path }
    if let gone = snapshot.controlPlanes.first(where: { $0.path == name || $0.id == name }) {
      throw .deletedCluster(name, path: gone.path)
    }
    // A snapshot without the control planes still has the spans.
    let dead = Set(snapshot.controlPlanes.filter(\.common.isMarkedForDelete).map(\.path))
    let paths = Set(snapshot.spans.map(\.clusterPath)).subtracting(dead)
    if paths.contains(name) { return name }
    let matches = paths.filter { $0.split(separator: "/").last.map(String.init) == name }
    if matches.count > 1 { throw .ambiguousCluster(name, paths: matches.sorted()) }
    if let path = matches.first { return path }
    let known = Set(live.map(\.id)).union(
      paths.compactMap { $0.split(separator: "/").last.map(String.init) })
    throw .unknownCluster(name, known: known.sorted())
  }
}
