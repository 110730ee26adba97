import Documents

extension ManagerState {
  /// Refuses what NSX would refuse before it stores an object.
  ///
  /// - Parameter isParentNew: the parent is made by the same request.
  func checkWritable(
    _ path: String, _ kind: PolicyKind, _ body: JSONValue, _ user: String,
    isParentNew: Bool = false
  ) throws(ManagerFault) {
    if tree[path] == nil, tree.deletions[path] != nil { throw .pendingDeletion(path) }
    if let type = body["resource_type"]?.string, type != kind.rawValue {
      throw .invalid("resource_type \(type) does not fit path=[\(path)]", code: 255)
    }
    if let id = body["id"]?.string, !path.hasSuffix("/" + id) {
      throw .invalid("id \(id) does not fit path=[\(path)]", code: 255)
    }
    if let existing = tree[path] {
      let isService = kind == .service && existing["is_default"]?.bool == true
      if isService || existing["_system_owned"]?.bool == true {
        throw .invalid("Default object path=[\(path)] cannot be modified or deleted")
      }
      if existing["locked"]?.bool == true, existing["_last_modified_user"]?.string != user {
        throw .invalid("path=[\(path)] is locked by another user")
      }
    }
    for key in ["id", "display_name"] where (body[key]?.string ?? "").count > 255 {
      throw .invalid("path=[\(path)]: \(key) is longer than 255", code: 255)
    }
    let owner = PolicyTree.parent(of: PolicyTree.parent(of: path))
    if !isParentNew, owner != "/infra", tree[owner] == nil { throw .notFound(owner) }
    try checkTags(body, path)
    switch kind {
    case .rule: try checkRule(body, path)
    case .span: try checkSpan(body, path)
    case .securityPolicy: try checkPolicy(body, path)
    case .group: try checkGroup(body, path)
    case .service: try ServiceEntryLimits.check(body["service_entries"]?.array ?? [], path)
    default: break
    }
  }

  private func checkTags(_ body: JSONValue, _ path: String) throws(ManagerFault) {
    let tags = body["tags"]?.array ?? []
    guard tags.count <= 30 else { throw .invalid("path=[\(path)]: more than 30 tags", code: 255) }
    for tag in tags
    where (tag["scope"]?.string ?? "").count > 128 || (tag["tag"]?.string ?? "").count > 256 {
      throw .invalid("path=[\(path)]: tag too long", code: 255)
    }
  }

  private func checkPolicy(_ body: JSONValue, _ path: String) throws(ManagerFault) {
    if let number = body["sequence_number"]?.integer, !(0...999_999).contains(number) {
      throw .invalid("path=[\(path)]: sequence_number must be between 0 and 999999", code: 255)
    }
    try checkReferences(body, ["scope"], path)
  }

  private func checkRule(_ body: JSONValue, _ path: String) throws(ManagerFault) {
    try checkEnum(body, "action", ["ALLOW", "DROP", "REJECT", "JUMP_TO_APPLICATION"], path)
    try checkEnum(body, "direction", ["IN", "OUT", "IN_OUT"], path)
    try checkEnum(body, "ip_protocol", ["IPV4", "IPV6", "IPV4_IPV6"], path)
    let lists = ["source_groups", "destination_groups", "services", "scope", "profiles"]
    for key in lists {
      let items = body[key]?.array ?? []
      if items.count > 128 {
        throw .invalid("path=[\(path)]: \(key) has over 128 items", code: 255)
      }
      if items.count > 1, items.contains(where: { $0.string?.uppercased() == "ANY" }) {
        throw .invalid("path=[\(path)]: ANY must stand alone in \(key)", code: 255)
      }
    }
    try checkReferences(body, lists, path)
    try ServiceEntryLimits.check(body["service_entries"]?.array ?? [], path)
  }

  private func checkSpan(_ body: JSONValue, _ path: String) throws(ManagerFault) {
    guard let cluster = body["container_cluster_path"]?.string else {
      throw .invalid("path=[\(path)]: container_cluster_path is required", code: 255)
    }
    if let existing = tree[path], existing["container_cluster_path"]?.string != cluster {
      throw .invalid("path=[\(path)]: container_cluster_path cannot be changed")
    }
    guard tree[cluster] != nil else { throw .invalid("The path=[\(cluster)] is invalid") }
    for other in tree.list(PolicyTree.parent(of: path)) where other != path {
      if tree[other]?["container_cluster_path"]?.string == cluster {
        throw .invalid("path=[\(other)] has the same container_cluster_path")
      }
    }
  }

  private func checkGroup(_ body: JSONValue, _ path: String) throws(ManagerFault) {
    let expressions = body["expression"]?.array ?? []
    for (index, expression) in expressions.enumerated() {
      let type = expression["resource_type"]?.string
      guard let type else {
        throw .invalid("path=[\(path)]: expression without resource_type", code: 255)
      }
      guard (type == "ConjunctionOperator") == (index % 2 == 1) else {
        throw .invalid("path=[\(path)]: conjunctions and criteria must alternate", code: 255)
      }
    }
    if !expressions.isEmpty, expressions.count % 2 == 0 {
      throw .invalid("path=[\(path)]: expression ends with a conjunction", code: 255)
    }
    try GroupLimits.check(body, path)
  }

  private func checkEnum(
    _ body: JSONValue, _ key: String, _ values: [String], _ path: String
  ) throws(ManagerFault) {
    guard let value = body[key] else { return }
    guard let text = value.string, values.contains(text) else {
      throw .invalid("path=[\(path)]: invalid value for \(key)", code: 255)
    }
  }

  private func checkReferences(
    _ body: JSONValue, _ keys: [String], _ path: String
  ) throws(ManagerFault) {
    for key in keys {
      for reference in body[key]?.array ?? [] {
        guard let target = reference.string, target.hasPrefix("/infra/") else { continue }
        if tree[target] == nil {
          throw .invalid("The path=[\(target)] in \(key) of path=[\(path)] is invalid")
        }
      }
    }
  }
}
