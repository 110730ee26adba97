import AntreaModel
import Reachability

extension GroupName {
  /// The ClusterGroups among objects by the names that they have in NSX, else by
  /// their own; parts of other groups are left out.
  static func ofClusterGroups(_ objects: [KubernetesObject], _ world: World) -> [GroupName] {
    let groups = objects.filter { $0.kind == "ClusterGroup" }
    var parts: Set<String> = []
    for group in groups {
      for child in group.document[path: "spec", "childGroups"]?.array ?? [] {
        if let name = child.string { parts.insert(name) }
      }
    }
    return GroupName.groups(of: groups, world: world) { object in
      parts.contains(object.name)
        ? nil : object.annotations[Ownership.displayNameAnnotation] ?? object.name
    }
  }
}
