import AntreaModel
import Documents
import NSXModel

/// Looks at the groups of a snapshot.
enum GroupHygiene {
  private static let kubernetesTypes: Set<String> = ["Pod", "Namespace", "Service"]

  /// Groups of pods that no policy of the snapshot names, and no group that one
  /// of them names. Other groups may serve firewalls that are not read here.
  static func unused(_ snapshot: NSXSnapshot) -> [Finding] {
    var used: Set<String> = []
    for policy in snapshot.policies where !policy.common.isMarkedForDelete {
      used.formUnion(policy.scope)
      for rule in policy.rules {
        used.formUnion(rule.scope)
        used.formUnion(rule.sources)
        used.formUnion(rule.destinations)
      }
    }
    var open = Array(used)
    while let path = open.popLast() {
      for inner in snapshot.groups[path].map({ paths($0.expression) }) ?? []
      where used.insert(inner).inserted {
        open.append(inner)
      }
    }
    return snapshot.groups.values.filter { group in
      !used.contains(group.path) && !group.common.isMarkedForDelete
        && (group.types.contains("ANTREA") || namesKubernetes(group.expression))
    }
    .map { Finding(.unusedGroup, path: $0.path, message: "no policy of the snapshot uses it") }
  }

  /// Rendered groups that have the same members as another one.
  static func duplicates(_ translation: Translation, _ snapshot: NSXSnapshot) -> [Finding] {
    let byName = Dictionary(
      translation.clusterGroups.map { ($0.metadata.name, $0.members) }
    ) { first, _ in first }
    var first: [Set<ClusterGroup.Members>: String] = [:]
    var findings: [Finding] = []
    // Groups stand in order of their names, and so do the findings.
    for group in translation.clusterGroups {
      // A part of a group says nothing about the whole.
      guard let path = translation.provenance[group.reference]?.path,
        let origin = snapshot.groups[path],
        group.metadata.name == Naming.object(id: origin.id, path: path)
      else { continue }
      let members = Set(
        group.children?.compactMap { byName[$0] } ?? [group.members])
      if members.isEmpty { continue }
      if let other = first[members] {
        findings.append(
          Finding(.duplicateGroup, path: path, message: "same members as \(other)"))
      } else {
        first[members] = path
      }
    }
    return findings
  }

  /// The paths that an expression names.
  static func paths(_ expression: [Expression]) -> [String] {
    expression.flatMap { element -> [String] in
      switch element {
      case .paths(let paths): paths
      case .nested(let inner): paths(inner)
      default: []
      }
    }
  }

  private static func namesKubernetes(_ expression: [Expression]) -> Bool {
    expression.contains { element in
      switch element {
      case .condition(let condition): kubernetesTypes.contains(condition.memberType)
      case .nested(let inner): namesKubernetes(inner)
      default: false
      }
    }
  }
}
