import AntreaModel
import Documents

/// Decides which endpoints are in ClusterGroups, peers and applied-to entries.
struct AntreaMembers {
  private struct Members {
    /// Pods by labels.
    var pods = EndpointSet()
    /// Endpoints by addresses in blocks.
    var blocks = EndpointSet()
  }

  private let world: World
  private let groups: [String: KubernetesObject]
  private var cache: [String: Members] = [:]

  init(_ groups: [KubernetesObject], _ world: World) {
    self.world = world
    self.groups = Dictionary(groups.map { ($0.name, $0) }) { $1 }
  }

  /// Reads every group, so that an error in one that no rule uses shows too.
  mutating func readAll() throws(EvaluationError) {
    for name in groups.keys.sorted() { _ = try group(name, isChild: false) }
  }

  /// The endpoints of a list of peers; an empty list is everything.
  mutating func peers(
    _ list: [JSONValue], _ fields: AntreaFields
  ) throws(EvaluationError) -> EndpointSet {
    if list.isEmpty { return world.everyone }
    var result = EndpointSet()
    for entry in list {
      try fields.check(entry, ["group", "ipBlock", "namespaceSelector", "podSelector"])
      let part: EndpointSet
      if let block = entry["ipBlock"], !block.isNull {
        part = try self.block(block, fields)
      } else if let name = try fields.text(entry, "group") {
        let members = try group(name, isChild: false)
        part = members.pods.union(members.blocks)
      } else {
        part = try selected(entry, fields)
      }
      result.formUnion(part)
    }
    return result
  }

  /// The pods that a rule is enforced at; address blocks do not count.
  mutating func targets(
    _ list: [JSONValue], _ fields: AntreaFields
  ) throws(EvaluationError) -> EndpointSet {
    var result = EndpointSet()
    for entry in list {
      try fields.check(entry, ["group", "namespaceSelector", "podSelector"])
      let part =
        if let name = try fields.text(entry, "group") { try group(name, isChild: false).pods } else
        {
          try selected(entry, fields)
        }
      result.formUnion(part)
    }
    return result
  }

  /// A group that does not exist has no members.
  private mutating func group(
    _ name: String, isChild: Bool
  ) throws(EvaluationError) -> Members {
    let key = "\(isChild) \(name)"
    if let known = cache[key] { return known }
    var members = Members()
    if let object = groups[name] {
      let fields = AntreaFields(object: object.reference)
      let spec = object.document["spec"] ?? [:]
      try fields.check(
        spec, ["childGroups", "ipBlocks", "namespaceSelector", "podSelector", "serviceReference"])
      guard
        (spec.object?.count ?? 0) <= 1
          || spec["namespaceSelector"] != nil
            && spec["podSelector"] != nil && spec.object?.count == 2
      else { throw fields.invalid("spec", "more than one form") }
      let children = try fields.strings(spec, "childGroups")
      // Antrea allows one level: what is deeper contributes nothing.
      if !children.isEmpty, !isChild {
        for child in children {
          let inner = try group(child, isChild: true)
          members.pods.formUnion(inner.pods)
          members.blocks.formUnion(inner.blocks)
        }
      }
      for block in try fields.list(spec, "ipBlocks") {
        members.blocks.formUnion(try self.block(block, fields))
      }
      if let service = spec["serviceReference"], !service.isNull {
        members.pods = try behind(service, fields)
      } else {
        members.pods.formUnion(try selected(spec, fields))
      }
    }
    cache[key] = members
    return members
  }

  private func behind(
    _ service: JSONValue, _ fields: AntreaFields
  ) throws(EvaluationError) -> EndpointSet {
    try fields.check(service, ["name", "namespace"])
    let name = try fields.text(service, "name") ?? ""
    let namespace = try fields.text(service, "namespace") ?? ""
    return world.endpoints { endpoint in
      endpoint.selectable.map { $0.namespace == namespace && $0.services.contains(name) } ?? false
    }
  }

  /// Pods by selectors; without any, nobody.
  private func selected(
    _ entry: JSONValue, _ fields: AntreaFields
  ) throws(EvaluationError) -> EndpointSet {
    let namespaces = try selector(entry, "namespaceSelector", fields)
    let pods = try selector(entry, "podSelector", fields)
    if namespaces == nil, pods == nil { return EndpointSet() }
    return world.endpoints { endpoint in
      guard let pod = endpoint.selectable else { return false }
      return namespaces?.matches(pod.namespaceLabels) ?? true && pods?.matches(pod.labels) ?? true
    }
  }

  private func selector(
    _ entry: JSONValue, _ key: String, _ fields: AntreaFields
  ) throws(EvaluationError) -> AntreaSelector? {
    guard let document = entry[key], !document.isNull else { return nil }
    return try AntreaSelector(document, fields)
  }

  private func block(_ value: JSONValue, _ fields: AntreaFields) throws(EvaluationError)
    -> EndpointSet
  {
    try fields.check(value, ["cidr", "except"])
    let network = try cidr(try fields.text(value, "cidr") ?? "", fields)
    var except: [CIDR] = []
    for text in try fields.strings(value, "except") {
      let inner = try cidr(text, fields)
      guard network.contains(inner), network != inner else {
        throw fields.invalid("except", "\(text) is not inside \(network)")
      }
      except.append(inner)
    }
    return world.endpoints { endpoint in
      let address = CIDR(endpoint.address, prefix: endpoint.address.family.width)
      return network.contains(address) && !except.contains { $0.contains(address) }
    }
  }

  private func cidr(_ text: String, _ fields: AntreaFields) throws(EvaluationError) -> CIDR {
    guard text.contains("/"), let cidr = CIDR(text) else {
      throw fields.invalid("cidr", "\(text) is no CIDR")
    }
    return cidr
  }
}
