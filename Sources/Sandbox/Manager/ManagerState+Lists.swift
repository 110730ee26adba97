import Documents

extension ManagerState {
  /// One page of a list. The cursor is the position, in digits that do not
  /// look like one; `result_count` stands on the first page only.
  func page(
    _ items: [JSONValue], _ request: SandboxRequest
  ) throws(ManagerFault) -> SandboxResponse {
    let wanted = request.query("page_size").map(Int.init) ?? 1000
    guard let wanted, (0...1000).contains(wanted) else {
      throw .invalid("Field page_size must be between 0 and 1000", code: 220)
    }
    let size = max(1, min(wanted, options.maximumPageSize))
    var start = 0
    if let cursor = request.query("cursor"), !cursor.isEmpty {
      guard cursor.hasPrefix("0004"), let position = Int(cursor.dropFirst(4)),
        (0...items.count).contains(position)
      else { throw .invalid("Invalid cursor \(cursor)", code: 221) }
      start = position
    }
    let end = min(start + size, items.count)
    var envelope: JSONValue = [
      "results": .array(Array(items[start..<end])), "sort_by": "display_name",
      "sort_ascending": true,
    ]
    if start == 0 {
      envelope = envelope.setting("result_count", .integer(Int64(items.count)))
    }
    if end < items.count { envelope = envelope.setting("cursor", .string("0004\(end)")) }
    return .json(200, envelope)
  }

  /// The list of a collection of the Policy API.
  func listCollection(
    _ collection: String, _ kind: PolicyKind, _ request: SandboxRequest
  ) throws(ManagerFault) -> SandboxResponse {
    let owner = PolicyTree.parent(of: collection)
    guard owner == "/infra" || tree[owner] != nil else { throw .notFound(owner) }
    var paths = tree.list(collection)
    if kind == .rule { paths = rulePaths(owner) }
    var items = paths.compactMap { tree[$0] }
    if kind == .securityPolicy, request.query("include_rule_count") == "true" {
      items = items.map { item in
        let count = tree.list((item["path"]?.string ?? "") + "/rules").count
        return item.setting("rule_count", .integer(Int64(count)))
      }
    }
    if kind == .service, let wanted = request.query("default_service") {
      items = items.filter { ($0["is_default"]?.bool ?? false) == (wanted == "true") }
    }
    if request.query("include_mark_for_delete_objects") == "true" {
      items += tree.deletions.filter { PolicyTree.parent(of: $0.key) == collection }
        .sorted { $0.key < $1.key }.map(\.value.object)
    }
    return try page(items, request)
  }

  /// The paths of a policy's rules in their order.
  func rulePaths(_ policy: String) -> [String] {
    func key(_ path: String) -> (Int64, Int64) {
      (
        tree[path]?["sequence_number"]?.integer ?? 0, tree[path]?["rule_id"]?.integer ?? 0
      )
    }
    return tree.list(policy + "/rules").sorted { key($0) < key($1) }
  }

  /// A policy as GET gives it.
  func withRules(_ policy: JSONValue, _ path: String) -> JSONValue {
    policy.setting("rules", .array(rulePaths(path).compactMap { tree[$0] }))
  }

  /// What hangs below an object and is no object itself.
  func part(
    _ rest: [String], of path: String, _ kind: PolicyKind, _ request: SandboxRequest
  ) throws(ManagerFault) -> SandboxResponse {
    guard let object = tree[path] else { throw .notFound(path) }
    guard request.method == "GET" else { throw .notFound(request.path) }
    switch (kind, rest.first, rest.count) {
    case (.group, "members", 2):
      guard rest[1] == "ip-addresses" else { return try page([], request) }
      return try page((memberIPs[path] ?? []).map { .string($0) }, request)
    case (.group, "member-types", 1):
      return try page(MemberTypes.of(object).map { .string($0) }, request)
    case (.service, "service-entries", 1):
      return try page(object["service_entries"]?.array ?? [], request)
    case (.service, "service-entries", 2):
      let entries = object["service_entries"]?.array ?? []
      guard let entry = entries.first(where: { $0["id"]?.string == rest[1] }) else {
        throw .notFound("\(path)/service-entries/\(rest[1])")
      }
      return .json(200, entry)
    case (.controlPlane, "status", 1): return .json(200, controlPlaneStatus(path))
    case (.securityPolicy, "statistics", 1), (.rule, "statistics", 1):
      return .json(200, statistics(path, kind, request))
    default: throw .notFound(request.path)
    }
  }

  private func statistics(
    _ path: String, _ kind: PolicyKind, _ request: SandboxRequest
  ) -> JSONValue {
    func counters(_ rule: String) -> JSONValue {
      [
        "rule": .string(rule), "internal_rule_id": .string("\(tree[rule]?["rule_id"] ?? 0)"),
        "packet_count": 0, "byte_count": 0, "session_count": 0, "hit_count": 0,
      ]
    }
    let policy = kind == .rule ? PolicyTree.parent(of: PolicyTree.parent(of: path)) : path
    let rules = rulePaths(policy)
    let spans = tree.list(policy + "/container-cluster-span")
      .compactMap { tree[$0]?["container_cluster_path"]?.string }
      .filter { request.query("container_cluster_path") ?? $0 == $0 }
    let results: [JSONValue] = spans.map { cluster in
      let whole: JSONValue = [
        "result_count": .integer(Int64(rules.count)), "results": .array(rules.map(counters)),
      ]
      return [
        "container_cluster_path": .string(cluster),
        "statistics": kind == .rule ? counters(path) : whole,
      ]
    }
    return ["results": .array(results), "result_count": .integer(Int64(results.count))]
  }
}

/// The answer of `member-types`.
enum MemberTypes {
  static func of(_ group: JSONValue) -> [String] {
    var types: Set<String> = []
    collect(group["expression"]?.array ?? [], &types)
    return types.sorted()
  }

  private static func collect(_ expressions: [JSONValue], _ types: inout Set<String>) {
    for expression in expressions {
      switch expression["resource_type"]?.string {
      case "Condition", "ExternalIDExpression":
        if let type = expression["member_type"]?.string { types.insert(type) }
      case "IPAddressExpression": types.insert("IPAddress")
      case "MACAddressExpression": types.insert("MACAddress")
      case "NestedExpression": collect(expression["expressions"]?.array ?? [], &types)
      default: break
      }
    }
  }
}
