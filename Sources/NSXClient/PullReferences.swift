import Documents

/// The references between Policy objects, as far as a pull follows them.
enum PullReferences {
  /// A reference is a path; everything else in the same place is an address
  /// or the word ANY.
  static func isPath(_ text: String) -> Bool {
    text.hasPrefix("/infra/") || text.hasPrefix("/global-infra/") || text.hasPrefix("/orgs/")
  }

  /// The resource type by the collection in a path, or `nil` for one that a
  /// pull does not follow (segments, ports, virtual machines).
  static func resourceType(of path: String) -> String? {
    let parts = path.split(separator: "/")
    guard parts.count >= 2 else { return nil }
    return switch parts[parts.count - 2] {
    case "groups": "Group"
    case "services": "Service"
    case "context-profiles": "PolicyContextProfile"
    case "l7-access-profiles": "L7AccessProfile"
    case "firewall-schedulers": "PolicyFirewallScheduler"
    default: nil
    }
  }

  /// The paths that an object names: groups, services, profiles and the
  /// schedule of a policy, nested groups of a group, nested services of a
  /// service.
  static func of(_ object: JSONValue) -> Set<String> {
    var paths: Set<String> = []
    func add(_ value: JSONValue?) {
      for text in value?.array?.compactMap(\.string) ?? [] where isPath(text) {
        paths.insert(text)
      }
      if let text = value?.string, isPath(text) { paths.insert(text) }
    }
    func addEntries(_ value: JSONValue?) {
      for entry in value?.array ?? [] { add(entry["nested_service_path"]) }
    }
    add(object["scope"])
    add(object["scheduler_path"])
    addEntries(object["service_entries"])
    for rule in object["rules"]?.array ?? [] {
      for key in ["source_groups", "destination_groups", "scope", "services", "profiles"] {
        add(rule[key])
      }
      addEntries(rule["service_entries"])
    }
    paths.formUnion(nestedPaths(of: object))
    return paths
  }

  /// The paths in a group's PathExpressions, at every level.
  static func nestedPaths(of group: JSONValue) -> Set<String> {
    var paths: Set<String> = []
    func visit(_ expressions: JSONValue?) {
      for expression in expressions?.array ?? [] {
        for path in expression["paths"]?.array?.compactMap(\.string) ?? [] { paths.insert(path) }
        visit(expression["expressions"])
      }
    }
    visit(group["expression"])
    return paths.filter(isPath)
  }
}

extension PullReferences {
  /// Whether the addresses of a group's members must be asked for: it is not
  /// one of Kubernetes objects (`ANTREA`), and names members other than
  /// addresses and groups.
  static func isGeneric(_ group: JSONValue) -> Bool {
    let types = group["group_type"]?.array?.compactMap(\.string) ?? []
    if types.contains("ANTREA") { return false }
    func hasMembers(_ expressions: JSONValue?) -> Bool {
      (expressions?.array ?? []).contains { expression in
        switch expression["resource_type"]?.string {
        case "IPAddressExpression", "ConjunctionOperator": false
        case "PathExpression":
          (expression["paths"]?.array?.compactMap(\.string) ?? []).contains {
            resourceType(of: $0) != "Group"
          }
        case "NestedExpression": hasMembers(expression["expressions"])
        default: true
        }
      }
    }
    return hasMembers(group["expression"])
  }

  /// The generic groups that the policies reach, and the groups of groups
  /// (not of Kubernetes objects) that contain one.
  static func genericGroups(
    reachedFrom policies: some Sequence<JSONValue>, groups: [String: JSONValue]
  ) -> Set<String> {
    var reached: Set<String> = []
    var parents: [String: Set<String>] = [:]
    var open = policies.flatMap { of($0) }
    while let path = open.popLast() {
      guard let group = groups[path], reached.insert(path).inserted else { continue }
      for nested in nestedPaths(of: group) {
        parents[nested, default: []].insert(path)
        open.append(nested)
      }
    }
    var result: Set<String> = []
    var found = reached.filter { groups[$0].map(isGeneric) ?? false }
    while let path = found.popFirst() {
      guard result.insert(path).inserted else { continue }
      for parent in parents[path] ?? [] {
        let types = groups[parent]?["group_type"]?.array?.compactMap(\.string) ?? []
        if !types.contains("ANTREA") { found.insert(parent) }
      }
    }
    return result
  }
}
