import AntreaModel

extension GroupName {
  /// The ClusterGroups among objects, with their members in a world, by the
  /// names that a lookup gives; those without a name are parts of others.
  public static func groups(
    of objects: [KubernetesObject], world: World, name: (KubernetesObject) -> String?
  ) -> [GroupName] {
    let groups = AntreaObjects(objects).groups.filter { $0.kind == "ClusterGroup" }
    var reader = AntreaReader(world: world, groups: groups, isStrict: false)
    return groups.sorted { $0.name < $1.name }.compactMap { object in
      guard let name = name(object) else { return nil }
      return GroupName(name, members: reader.members(ofClusterGroup: object.name))
    }
  }
}

extension AntreaReader {
  /// The members of a ClusterGroup as a peer; nobody where it cannot be read.
  fileprivate mutating func members(ofClusterGroup name: String) -> EndpointSet {
    let fields = AntreaFields(
      object: .init(group: "crd.antrea.io", kind: "ClusterGroup", name: name))
    do throws(EvaluationError) {
      let group = try group(AntreaGroupName(namespace: nil, name: name), usedBy: fields)
      return group.members.pods.intersection(index.world.enforced).union(group.members.addresses)
    } catch {
      return EndpointSet()
    }
  }
}
