import AntreaModel
import Documents

/// The endpoints that a peer or an applied-to entry means.
struct AntreaMembers {
  /// Pods by labels, those on their Node's network included where a selection
  /// is not final. Only at such pods named ports are resolved.
  var pods = EndpointSet()
  /// Endpoints by their addresses: blocks, Nodes, host names.
  var addresses = EndpointSet()

  /// All endpoints.
  var all: EndpointSet { pods.union(addresses) }

  mutating func formUnion(_ other: AntreaMembers) {
    pods.formUnion(other.pods)
    addresses.formUnion(other.addresses)
  }
}

/// What a group consists of.
struct AntreaGroup {
  var members = AntreaMembers()
  /// Whether it consists of addresses alone, so that no policy can be applied
  /// to it.
  var isAddresses = false
  /// Whether it consists of Nodes.
  var isNodes = false
}

/// The identity of a ClusterGroup, or of a Group in a namespace.
struct AntreaGroupName: Hashable {
  var namespace: String?
  var name: String
}

extension AntreaReader {
  /// Reads every group, so that an error in one that no rule uses shows too.
  mutating func readGroups() throws(EvaluationError) {
    let names = groups.keys.sorted {
      ($0.namespace ?? "", $0.name) < ($1.namespace ?? "", $1.name)
    }
    for name in names { _ = try group(name) }
  }

  /// A group; one that does not exist has no members.
  mutating func group(
    _ name: AntreaGroupName, usedBy fields: AntreaFields
  ) throws(EvaluationError) -> AntreaGroup {
    if let group = try group(name) { return group }
    report.note("group", "\(name.name) does not exist, so that it has no members", fields)
    return AntreaGroup()
  }

  private mutating func group(_ name: AntreaGroupName) throws(EvaluationError) -> AntreaGroup? {
    if let known = groupCache[name] { return known }
    guard let object = groups[name] else { return nil }
    let fields = AntreaFields(object: object.reference)
    var group = AntreaGroup()
    do throws(EvaluationError) {
      group = try read(object, name, fields)
    } catch {
      try report.leaveOut(error, fields)
    }
    groupCache[name] = group
    return group
  }

  private mutating func read(
    _ object: KubernetesObject, _ name: AntreaGroupName, _ fields: AntreaFields
  ) throws(EvaluationError) -> AntreaGroup {
    let spec = object.document["spec"] ?? [:]
    try checkForm(spec, fields)
    let children = try fields.strings(spec, "childGroups")
    if children.isEmpty { return try leaf(spec, name, fields) }
    var result = AntreaGroup()
    for child in children {
      let childName = AntreaGroupName(namespace: name.namespace, name: child)
      guard let childObject = groups[childName] else {
        report.note("childGroups", "\(child) does not exist, so that it has no members", fields)
        continue
      }
      let inner = AntreaFields(object: childObject.reference)
      let childSpec = childObject.document["spec"] ?? [:]
      // Antrea allows one level; a group that has more is not computed at all.
      guard try inner.list(childSpec, "childGroups").isEmpty else {
        report.note(
          "childGroups", "\(child) has childGroups, so that this group has no members", fields)
        return AntreaGroup()
      }
      if let members = try group(childName) { result.members.formUnion(members.members) }
    }
    return result
  }

  /// At most one form. The oldest API version has one block instead of a list.
  private func checkForm(_ spec: JSONValue, _ fields: AntreaFields) throws(EvaluationError) {
    let forms: Set<String> = [
      "childGroups", "externalEntitySelector", "ipBlock", "ipBlocks", "namespaceSelector",
      "nodeSelector", "podSelector", "serviceReference",
    ]
    try fields.check(spec, forms)
    let used = Set(forms.filter { fields.has(spec, $0) && spec[$0]?.array?.isEmpty != true })
    guard
      used.count <= 1
        || used.count == 2 && used.contains("namespaceSelector")
          && (used.contains("podSelector") || used.contains("externalEntitySelector"))
    else { throw fields.invalid("spec", "more than one form") }
  }

  private mutating func leaf(
    _ spec: JSONValue, _ name: AntreaGroupName, _ fields: AntreaFields
  ) throws(EvaluationError) -> AntreaGroup {
    var group = AntreaGroup()
    var blocks = try fields.list(spec, "ipBlocks")
    if let block = spec["ipBlock"], !block.isNull { blocks.append(block) }
    if !blocks.isEmpty {
      group.isAddresses = true
      for block in blocks { group.members.addresses.formUnion(try self.block(block, fields)) }
      return group
    }
    if let service = spec["serviceReference"], !service.isNull {
      try fields.check(service, ["name", "namespace"])
      let reference = KubernetesService.Name(
        namespace: try fields.text(service, "namespace") ?? "",
        name: try fields.text(service, "name") ?? "")
      group.members.pods = index.workloads(behind: reference)
      return group
    }
    if name.namespace == nil, let document = spec["nodeSelector"], !document.isNull {
      group.isNodes = true
      if let selector = try usable(document, "nodeSelector", fields) {
        group.members.addresses = index.endpoints(ofNodes: selector)
      }
      return group
    }
    if name.namespace != nil, fields.has(spec, "nodeSelector") {
      try report.deviate(
        "nodeSelector", "a Group has none, so that the API drops it and every pod is meant", fields)
    }
    group.members.pods = try selected(spec, namespace: name.namespace, fields)
    return group
  }
}
