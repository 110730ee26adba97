import Documents

extension ManagerState {
  /// Creates or replaces an object; needs the current revision of what exists,
  /// also of a policy's rules.
  func put(
    _ body: JSONValue, _ path: String, _ kind: PolicyKind, _ user: String
  ) throws(ManagerFault) {
    try checkRevision(of: body, at: path)
    try checkWritable(path, kind, body, user)
    if kind == .securityPolicy {
      let rules = body["rules"]?.array ?? []
      for rule in rules {
        let rulePath = try childPath(of: path, .rule, rule)
        try checkRevision(of: rule, at: rulePath)
        try checkWritable(rulePath, .rule, rule, user, isParentNew: true)
      }
      let kept = try rules.map { rule throws(ManagerFault) in try childPath(of: path, .rule, rule) }
      store(body.setting("rules", nil), at: path, kind: kind, user: user)
      for old in tree.list(path + "/rules") where !kept.contains(old) {
        tree.remove(old, pendingUntil: nil)
      }
      for (rule, rulePath) in zip(rules, kept) {
        store(rule, at: rulePath, kind: .rule, user: user)
      }
      return
    }
    store(body, at: path, kind: kind, user: user)
    touchParent(of: path, kind, user)
  }

  /// Creates or replaces an object without regard to revisions; the rules of a
  /// policy are merged, never removed.
  func patch(
    _ body: JSONValue, _ path: String, _ kind: PolicyKind, _ user: String
  ) throws(ManagerFault) {
    try checkWritable(path, kind, body, user)
    let rules = kind == .securityPolicy ? body["rules"]?.array ?? [] : []
    for rule in rules {
      try checkWritable(
        try childPath(of: path, .rule, rule), .rule, rule, user, isParentNew: true)
    }
    store(body.setting("rules", nil), at: path, kind: kind, user: user)
    for rule in rules {
      store(rule, at: try childPath(of: path, .rule, rule), kind: .rule, user: user)
    }
    touchParent(of: path, kind, user)
  }

  /// Deletes an object with all below it. Its path stays taken for a while.
  func delete(_ path: String, _ kind: PolicyKind) throws(ManagerFault) {
    guard let object = tree[path] else { throw .notFound(path) }
    guard object["is_default"]?.bool != true, object["_system_owned"]?.bool != true else {
      throw .invalid("Default object path=[\(path)] cannot be modified or deleted")
    }
    if kind == .group || kind == .service || kind == .contextProfile {
      if let referrer = referrer(of: path) { throw .stillReferenced(path, by: referrer) }
    }
    remove(path)
  }

  /// The path of an object below another by the `id` in its body.
  func childPath(
    of path: String, _ kind: PolicyKind, _ body: JSONValue
  ) throws(ManagerFault) -> String {
    guard let id = body["id"]?.string, !id.isEmpty, !id.contains("/") else {
      throw .invalid("\(kind.rawValue) below \(path) has no valid id", code: 255)
    }
    return "\(path)/\(kind.collection)/\(id)"
  }

  private func checkRevision(of body: JSONValue, at path: String) throws(ManagerFault) {
    guard let existing = tree[path] else { return }
    guard let revision = body["_revision"]?.integer else { throw .missingRevision(path) }
    if revision != existing["_revision"]?.integer { throw .staleRevision(path) }
  }

  /// A rule or span that changes makes a new revision of its policy.
  private func touchParent(of path: String, _ kind: PolicyKind, _ user: String) {
    guard kind == .rule || kind == .span else { return }
    let policy = PolicyTree.parent(of: PolicyTree.parent(of: path))
    if let object = tree[policy] {
      store(object, at: policy, kind: .securityPolicy, user: user)
    }
  }

  private func referrer(of path: String) -> String? {
    let needle = JSONValue.string(path)
    for (other, object) in tree.objects where other != path {
      for key in ["source_groups", "destination_groups", "scope", "services", "profiles"]
      where object[key]?.array?.contains(needle) == true { return other }
      for expression in object["expression"]?.array ?? []
      where expression["paths"]?.array?.contains(needle) == true { return other }
    }
    return nil
  }
}
