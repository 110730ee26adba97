import Documents

/// What NSX adds to a stored object: defaults, identity, audit fields and the
/// revision.
enum ObjectCompletion {
  /// Members that a client cannot set.
  private static let readOnly = [
    "unique_id", "realization_id", "owner_id", "rule_id", "is_default", "_system_owned",
    "_protection", "_create_user", "_create_time", "_last_modified_user", "_last_modified_time",
    "_revision", "_links", "_self", "_schema",
  ]

  /// A client's body without the members that it cannot set.
  static func writable(_ body: JSONValue) -> JSONValue {
    readOnly.reduce(body) { $0.setting($1, nil) }
  }

  static func complete(
    _ object: JSONValue, at path: String, kind: PolicyKind, before: JSONValue?, user: String,
    now: Int64
  ) -> JSONValue {
    let id = path.split(separator: "/").last.map(String.init) ?? ""
    let unique = before?["unique_id"]?.string ?? object["unique_id"]?.string ?? identifier(path)
    let revision = before.map { ($0["_revision"]?.integer ?? 0) + 1 }
    let created = before?["_create_time"]?.integer ?? object["_create_time"]?.integer ?? now
    var result = defaults(kind, before: before).merging(object)
    if let fixed = before?["is_default"] { result = result.setting("is_default", fixed) }
    result = result.merging([
      "resource_type": .string(kind.rawValue), "id": .string(id), "path": .string(path),
      "display_name": object["display_name"] ?? before?["display_name"] ?? .string(id),
      "relative_path": .string(id),
      "parent_path": .string(PolicyTree.parent(of: PolicyTree.parent(of: path))),
      "unique_id": .string(unique), "realization_id": .string(unique),
      "owner_id": .string(identifier("owner")), "marked_for_delete": false, "overridden": false,
      "_system_owned": before?["_system_owned"] ?? object["_system_owned"] ?? false,
      "_protection": "NOT_PROTECTED",
      "_create_user": before?["_create_user"] ?? object["_create_user"] ?? .string(user),
      "_create_time": .integer(created), "_last_modified_user": .string(user),
      "_last_modified_time": .integer(before == nil ? created : max(now, created)),
      "_revision": .integer(revision ?? object["_revision"]?.integer ?? 0),
    ])
    if kind == .securityPolicy {
      result = result.setting("internal_sequence_number", .integer(globalOrder(result)))
    }
    result = result.setting("children", nil).setting("rule_count", nil)
    if kind == .service { result = completeEntries(result, path) }
    return result
  }

  private static func defaults(_ kind: PolicyKind, before: JSONValue?) -> JSONValue {
    switch kind {
    case .securityPolicy:
      [
        "category": before?["category"] ?? "Application",
        "sequence_number": before?["sequence_number"] ?? 0, "stateful": true, "tcp_strict": true,
        "locked": false, "is_default": false, "scope": ["ANY"],
      ]
    case .rule:
      [
        "action": "ALLOW", "direction": "IN_OUT", "ip_protocol": "IPV4_IPV6",
        "sequence_number": before?["sequence_number"] ?? 0, "source_groups": ["ANY"],
        "destination_groups": ["ANY"], "sources_excluded": false, "destinations_excluded": false,
        "services": ["ANY"], "profiles": ["ANY"], "scope": ["ANY"], "logged": false,
        "disabled": false, "is_default": false,
      ]
    case .group: ["expression": [], "extended_expression": [], "reference": false]
    case .service: ["is_default": false, "service_type": "NON_ETHER", "service_entries": []]
    case .span: ["container_cluster_type": "ANTREA"]
    case .controlPlane:
      [
        "node_type": "ANTREA_NODE",
        "node_id": before?["node_id"] ?? .string(identifier("node")),
      ]
    default: [:]
    }
  }

  /// A number that orders policies over all categories.
  private static func globalOrder(_ policy: JSONValue) -> Int64 {
    let categories = ["Ethernet", "Emergency", "Infrastructure", "Environment", "Application"]
    let category = policy["category"]?.string ?? "Application"
    let index = categories.firstIndex(of: category) ?? categories.count - 1
    let isDefault = policy["is_default"]?.bool == true
    let number = isDefault ? 999_999 : policy["sequence_number"]?.integer ?? 0
    return Int64(index + 1) * 10_000_000 + 3_000_000 + min(max(0, number), 999_999)
  }

  private static func completeEntries(_ service: JSONValue, _ path: String) -> JSONValue {
    let entries = (service["service_entries"]?.array ?? []).enumerated().map { index, entry in
      let id = entry["id"]?.string ?? "entry-\(index + 1)"
      let added: JSONValue = [
        "id": .string(id), "display_name": entry["display_name"] ?? .string(id),
        "path": .string("\(path)/service-entries/\(id)"), "parent_path": .string(path),
        "relative_path": .string(id), "marked_for_delete": false, "overridden": false,
        "_revision": entry["_revision"] ?? 0,
      ]
      return entry.merging(added)
    }
    return service.setting("service_entries", .array(entries))
  }

  /// A UUID that follows from a text (version 5 in form).
  static func identifier(_ text: String) -> String {
    var bytes = Array(SHA1.hash("nsx-antrea sandbox \(text)".utf8).prefix(16))
    bytes[6] = bytes[6] & 0x0f | 0x50
    bytes[8] = bytes[8] & 0x3f | 0x80
    let hex = Array(hexText(bytes))
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }
      .joined(separator: "-")
  }
}
