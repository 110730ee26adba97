import NSXModel

/// What NSX holds for one cluster: the other side of a proof.
struct NSXSide: Sendable {
  /// How the wanted objects are related to a snapshot.
  enum Kinship: Sendable {
    /// They were translated from it in this run.
    case translated
    /// A tree that was rendered from the same state of NSX: the digests agree.
    case sameState
    /// A tree that was rendered from another state of NSX. Where the snapshot was
    /// `given` to prove the tree, that is an error; where it is what NSX holds
    /// now, the tree is merely older.
    case otherState(given: Bool)
  }

  /// The snapshot.
  var snapshot: NSXSnapshot
  /// The policies that the cluster gets, without those that were skipped.
  var policies: [SecurityPolicy]
  /// The number of policies that the translation skipped: they are on neither
  /// side.
  var skipped: Int
  /// How the wanted objects are related to the snapshot.
  var kinship = Kinship.translated
  /// Objects of a tree of the same state that a rendering would not give now: the
  /// proof is about the pods that there are, and a hand edit may be about others.
  var deviating: [String] = []

  /// Takes NSX's side of a cluster.
  ///
  /// The choice of policies is made here anew and not taken from the
  /// translation, so that one that a translation loses is missed.
  ///
  /// - Parameter skipped: paths of the policies that were left out.
  init(_ snapshot: NSXSnapshot, cluster: ClusterSettings, without skipped: Set<String>) {
    self.snapshot = snapshot
    let meant: (SecurityPolicy) -> Bool
    if let select = cluster.select {
      meant = { select.includes($0) }
    } else {
      let name = cluster.controlPlane ?? cluster.name
      let plane = snapshot.controlPlanes.first { $0.path == name || $0.id == name }?.path
      let spanned = Set(
        snapshot.spans.filter { span in
          plane.map { $0 == span.clusterPath }
            ?? (span.clusterPath == name || span.clusterPath.hasSuffix("/\(name)"))
        }.map(\.policyPath))
      meant = { spanned.contains($0.path) }
    }
    let all = snapshot.policies.filter { !$0.common.isMarkedForDelete && meant($0) }
    policies = all.compactMap { policy in
      guard skipped.contains(policy.path) else { return policy }
      // What jumped stays out of later rules' reach, also where its policy is left
      // out.
      var rest = policy
      rest.rules = policy.rules.filter { $0.action == .jumpToApplication }
      rest.connectivity = .none
      return rest.rules.isEmpty ? nil : rest
    }
    self.skipped = all.count { skipped.contains($0.path) }
  }
}

extension ClusterSettings.Selection {
  /// Whether the cluster gets a policy.
  fileprivate func includes(_ policy: SecurityPolicy) -> Bool {
    // NSX's own default sections are never pushed unless named by path.
    if policy.isDefault, !paths.contains(policy.path) { return false }
    let category = (policy.category ?? "Application").lowercased()
    guard categories.isEmpty || categories.contains(where: { $0.lowercased() == category }) else {
      return false
    }
    let tagged =
      tags.isEmpty || policy.common.tags.contains { tag in tags.contains { Self.has(tag, $0) } }
    let named =
      paths.isEmpty
      || paths.contains {
        $0.last == "*" ? policy.path.hasPrefix($0.dropLast()) : policy.path == $0
      }
    return tagged && named
  }

  /// `scope|tag`; an empty half stands for any.
  private static func has(_ tag: Tag, _ wanted: String) -> Bool {
    let halves = wanted.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2 else { return tag.tag == wanted }
    return (halves[0].isEmpty || tag.scope == halves[0])
      && (halves[1].isEmpty || tag.tag == halves[1])
  }
}
