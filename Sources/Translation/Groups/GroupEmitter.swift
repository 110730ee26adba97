import AntreaModel
import Documents

/// Makes the ClusterGroups of a group that rules use.
struct GroupEmitter {
  let owner: String

  /// The group and its children. Antrea allows one form per group and one
  /// level of children, so a union becomes one child per member.
  func emit(_ group: ResolvedGroup) -> [ClusterGroup] {
    var forms = group.pods.compactMap { term in term.members.map { (term.key, $0) } }
    if !group.networks.isEmpty {
      let text = group.networks.map(\.description).joined(separator: ",")
      forms.append(("addresses \(text)", .addresses(group.networks)))
    }
    if forms.count == 1 { return [make(group, group.name, forms[0].1)] }
    // The addresses' child keeps its name when addresses change.
    let children = forms.map { key, members in
      let isAddresses = if case .addresses = members { true } else { false }
      return make(
        group, isAddresses ? "\(group.name)-addresses" : group.name(ofForm: key), members)
    }
    let names = children.map(\.metadata.name).sorted()
    return [make(group, group.name, .children(names))] + children
  }

  private func make(
    _ group: ResolvedGroup, _ name: String, _ members: ClusterGroup.Members
  ) -> ClusterGroup {
    ClusterGroup(
      metadata: Metadata.make(
        name: name, path: group.path, displayName: group.displayName, owner: owner),
      members: members)
  }
}
