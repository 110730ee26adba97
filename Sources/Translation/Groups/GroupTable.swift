import Documents

/// Groups that are resolved already, so that policies can be translated at the
/// same time.
struct GroupTable {
  private let groups: [String: ResolvedGroup]
  /// The names of groups that are pods alone, by those.
  private let names: [PodSelection: String]

  /// - Parameter named: the paths of the groups that may be named wherever
  ///   just their pods are meant.
  init(_ groups: [String: ResolvedGroup], named: Set<String> = []) {
    self.groups = groups
    var names: [PodSelection: (path: String, name: String)] = [:]
    for path in named {
      guard let group = groups[path], group.networks.isEmpty, group.problems.isEmpty,
        !group.pods.isEmpty
      else { continue }
      var budget = SelectorBudget()
      // What has too many terms is no result of an intersection either.
      guard let pods = try? PodSelection(group.pods, &budget).merged else { continue }
      if let other = names[pods], utf8Order(other.path, path) < 0 { continue }
      names[pods] = (path, group.name)
    }
    self.names = names.mapValues(\.name)
  }

  /// The name of a group that is exactly these pods.
  ///
  /// - Parameter pods: in their merged form.
  func name(of pods: PodSelection) -> String? { names[pods] }

  /// The paths of all groups in order.
  var paths: [String] { groups.keys.sorted { utf8Order($0, $1) < 0 } }

  /// The group at a path.
  subscript(path: String) -> ResolvedGroup { groups[path] ?? .missing(path) }
}

extension ResolvedGroup {
  /// What stands for a group that the snapshot lacks.
  static func missing(_ path: String) -> ResolvedGroup {
    var missing = ResolvedGroup(path: path, displayName: path, name: "")
    missing.problems = [Problem(.danglingGroup, "group \(path) is not in the snapshot")]
    return missing
  }
}
