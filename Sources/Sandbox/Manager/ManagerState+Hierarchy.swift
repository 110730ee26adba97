import Documents

extension ManagerState {
  /// Answers `GET /infra`: the tree of the asked types with the objects on the
  /// way to them.
  func hierarchy(_ request: SandboxRequest) -> JSONValue {
    let root: JSONValue = [
      "resource_type": "Infra", "id": "infra", "display_name": "infra", "path": "/infra",
      "relative_path": "infra", "marked_for_delete": false, "_revision": 0,
    ]
    let types = Self.types(request)
    guard !types.isEmpty else { return root }
    let base = request.query("base_path") ?? "/infra"
    let nested = PolicyKind.roots.flatMap { children(of: "/infra", $0, types, base) }
    return root.setting("children", .array(nested))
  }

  private func children(
    of path: String, _ kind: PolicyKind, _ types: Set<String>, _ base: String
  ) -> [JSONValue] {
    tree.list("\(path)/\(kind.collection)").compactMap { (child) -> JSONValue? in
      let inside = child == base || child.hasPrefix(base + "/")
      guard inside || base.hasPrefix(child + "/"), let object = tree[child] else { return nil }
      let nested = kind.children.flatMap { children(of: child, $0, types, base) }
      guard !nested.isEmpty || inside && types.contains(kind.rawValue) else { return nil }
      let wrapper: JSONValue = [
        "resource_type": .string("Child" + kind.rawValue), "marked_for_delete": false,
        "mark_for_override": false,
      ]
      return wrapper.setting(
        kind.rawValue,
        nested.isEmpty ? object : object.setting("children", .array(nested)))
    }
  }

  private static func types(_ request: SandboxRequest) -> Set<String> {
    if let filter = request.query("type_filter") {
      return Set(filter.split(whereSeparator: { $0 == ";" || $0 == "," }).map(String.init))
    }
    guard let filter = request.query("filter") else { return [] }
    if filter == "Type-.*" { return Set(PolicyKind.allCases.map(\.rawValue)) }
    return Set(
      filter.split(separator: ";").flatMap { part in
        part.drop { $0 != "-" }.dropFirst().split(separator: "|").map(String.init)
      })
  }

  /// Takes `PATCH /infra`: all of it, or nothing.
  func patchHierarchy(_ request: SandboxRequest, _ user: String) throws(ManagerFault) {
    let body = try document(request)
    let checks = request.query("enforce_revision_check") == "true"
    guard Self.count(body) <= 5000 else {
      throw .invalid("The request has more than 5000 objects", code: 255)
    }
    let before = tree
    do throws(ManagerFault) {
      try patchChildren(body, of: "/infra", allowed: PolicyKind.roots, checks, user)
    } catch {
      tree = before
      throw error
    }
  }

  /// The objects in a tree, without the ways to them.
  private static func count(_ node: JSONValue) -> Int {
    (node["children"]?.array ?? []).reduce(0) { sum, child in
      let type = child["resource_type"]?.string ?? ""
      if type == "ChildResourceReference" { return sum + count(child) }
      let object = child[type.hasPrefix("Child") ? String(type.dropFirst(5)) : type]
      return sum + 1 + (object.map(count) ?? 0) + (object?["rules"]?.array?.count ?? 0)
    }
  }

  private func patchChildren(
    _ node: JSONValue, of path: String, allowed: [PolicyKind], _ checks: Bool, _ user: String
  ) throws(ManagerFault) {
    for child in node["children"]?.array ?? [] {
      let type = child["resource_type"]?.string ?? ""
      if type == "ChildResourceReference" {
        let target = child["target_type"]?.string ?? ""
        guard let kind = allowed.first(where: { $0.rawValue == target }) else {
          throw .invalid("target_type \(target) is not supported below \(path)")
        }
        let childPath = try childPath(of: path, kind, child)
        try patchChildren(child, of: childPath, allowed: kind.children, checks, user)
        continue
      }
      guard let kind = allowed.first(where: { "Child" + $0.rawValue == type }),
        let object = child[kind.rawValue]
      else { throw .invalid("child \(type) is not supported below \(path)") }
      let childPath = try childPath(of: path, kind, object)
      if checks, let existing = tree[childPath], existing["_revision"] != object["_revision"] {
        throw .staleRevision(childPath)
      }
      let marks = child["marked_for_delete"] ?? object["marked_for_delete"]
      if marks?.bool == true {
        if tree[childPath] != nil { try delete(childPath, kind) }
        continue
      }
      // An object that only holds children is a way, like a reference.
      if kind != .domain || tree[childPath] == nil {
        try patch(object.setting("children", nil), childPath, kind, user)
      }
      try patchChildren(object, of: childPath, allowed: kind.children, checks, user)
    }
  }
}
