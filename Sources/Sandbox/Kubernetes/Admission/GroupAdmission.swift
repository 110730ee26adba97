import Documents

/// The validator of ClusterGroup and Group (rules 46 to 52).
enum GroupAdmission {
  /// Checks a group against the others of its kind and namespace.
  static func validate(_ group: JSONValue, in view: AdmissionView) throws {
    let spec = group["spec"] ?? .null
    let set = spec.object?.keys ?? []
    let pairs: [Set<String>] = [
      ["namespaceSelector", "podSelector"], ["externalEntitySelector", "namespaceSelector"],
    ]
    try admit(
      46, set.count < 2 || (set.count == 2 && pairs.contains(Set(set))),
      "At most one of podSelector/namespaceSelector, externalEntitySelector/namespaceSelector, "
        + "serviceReference, ipBlocks or childGroups can be set for a group")
    try LabelAdmission.validate(
      spec, rule: 47, selectors: ["podSelector", "namespaceSelector", "externalEntitySelector"])
    var multicast: Set<Bool> = []
    for block in spec.list("ipBlocks") {
      try PeerAdmission.validate(block: block, rule: 48)
      if let cidr = NetworkAddress.parseCIDR(block.text("cidr")) {
        multicast.insert(NetworkAddress.isMulticast(cidr.address))
      }
    }
    try admit(
      49, multicast.count < 2, "can not set multicast groupAddress and unicast ip address together")
    try validateChildren(group, spec, in: view)
  }

  private static func validateChildren(
    _ group: JSONValue, _ spec: JSONValue, in view: AdmissionView
  ) throws {
    let children = Set(spec.list("childGroups").compactMap(\.string))
    if children.isEmpty { return }
    let name = group.text("metadata", "name")
    try admit(50, !children.contains(name), "cannot set group \(name) as its own childGroup")
    for other in view.groups where other.text("metadata", "name") != name {
      let otherName = other.text("metadata", "name")
      let grandchildren = other.list("spec", "childGroups").compactMap(\.string)
      try admit(
        51, !grandchildren.contains(name),
        "cannot set childGroups for group \(name), who is a child of \(otherName)")
      try admit(
        52, !(children.contains(otherName) && !grandchildren.isEmpty),
        "cannot set group \(otherName) as childGroup, who has childGroups itself")
    }
  }
}
