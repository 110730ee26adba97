import Documents

/// Builds raw Policy API objects of the example.
enum EstateBuilder {
  static let created: JSONValue = 1_764_500_000_000

  static func controlPlanePath(_ cluster: String) -> String {
    "/infra/sites/default/enforcement-points/default/cluster-control-planes/\(cluster)"
  }

  static func controlPlane(_ cluster: String) -> JSONValue {
    [
      "resource_type": "ClusterControlPlane", "id": .string(cluster),
      "display_name": .string(cluster), "path": .string(controlPlanePath(cluster)),
      "node_type": "ANTREA_NODE",
      "node_id": .string(ObjectCompletion.identifier("control plane \(cluster)")),
      "_create_time": created,
    ]
  }

  static func group(_ id: String) -> JSONValue { .string("/infra/domains/default/groups/\(id)") }

  /// The paths of groups, or ANY for none.
  static func groups(_ ids: [String]) -> JSONValue {
    ids.isEmpty ? ["ANY"] : .array(ids.map(group))
  }

  static func tag(_ scope: String, _ tag: String) -> JSONValue {
    ["scope": .string(scope), "tag": .string(tag)]
  }

  /// An inline entry of TCP or UDP destination ports.
  static func ports(_ name: String, _ proto: String, _ ports: [String]) -> JSONValue {
    [
      "resource_type": "L4PortSetServiceEntry", "id": .string(name), "display_name": .string(name),
      "l4_protocol": .string(proto), "destination_ports": .array(ports.map { .string($0) }),
      "source_ports": [],
    ]
  }

  /// A policy, followed by its spans to clusters.
  static func policy(
    _ id: String, _ name: String, _ category: String, _ sequence: Int64, clusters: [String],
    scope: [String] = [], description: String, tags: [JSONValue] = [], rules: [JSONValue]
  ) -> [JSONValue] {
    let path = "/infra/domains/default/security-policies/\(id)"
    let numbered = rules.enumerated().map { index, rule in
      rule.setting("sequence_number", .integer(Int64(index + 1) * 10))
    }
    let policy: JSONValue = [
      "resource_type": "SecurityPolicy", "id": .string(id), "display_name": .string(name),
      "path": .string(path), "description": .string(description), "category": .string(category),
      "sequence_number": .integer(sequence), "scope": groups(scope), "tags": .array(tags),
      "rules": .array(numbered), "_create_time": created,
    ]
    let spans: [JSONValue] = clusters.map { cluster in
      [
        "resource_type": "SecurityPolicyContainerCluster", "id": .string(cluster),
        "path": .string("\(path)/container-cluster-span/\(cluster)"),
        "container_cluster_type": "ANTREA",
        "container_cluster_path": .string(controlPlanePath(cluster)), "_create_time": created,
      ]
    }
    return [policy] + spans
  }
}

/// A rule of the example; the sides that are not given are ANY.
struct EstateRule {
  var id: String
  var action = "ALLOW"
  var direction: String
  var from: [String] = []
  var to: [String] = []
  var services: [String] = []
  var entries: [JSONValue] = []
  var scope: [String] = []
  var logTag: String?
  var isDisabled = false

  /// Into the pods of the scope.
  static func allowIn(
    _ id: String, from: [String], services: [String] = [], entries: [JSONValue] = [],
    scope: [String] = []
  ) -> EstateRule {
    EstateRule(
      id: id, direction: "IN", from: from, services: services, entries: entries, scope: scope)
  }

  /// Out of the pods of the scope.
  static func allowOut(
    _ id: String, to: [String], services: [String] = [], entries: [JSONValue] = [],
    scope: [String] = []
  ) -> EstateRule {
    EstateRule(
      id: id, direction: "OUT", to: to, services: services, entries: entries, scope: scope)
  }

  /// Everything that is left.
  static func deny(
    _ id: String, _ direction: String = "IN_OUT", action: String = "DROP", scope: [String] = [],
    logTag: String? = nil
  ) -> EstateRule {
    EstateRule(id: id, action: action, direction: direction, scope: scope, logTag: logTag)
  }

  func with(_ change: (inout EstateRule) -> Void) -> EstateRule {
    var copy = self
    change(&copy)
    return copy
  }

  var json: JSONValue {
    [
      "resource_type": "Rule", "id": .string(id), "display_name": .string(id),
      "action": .string(action), "direction": .string(direction), "ip_protocol": "IPV4_IPV6",
      "source_groups": EstateBuilder.groups(from),
      "destination_groups": EstateBuilder.groups(to),
      "services": services.isEmpty
        ? ["ANY"] : .array(services.map { .string("/infra/services/\($0)") }),
      "service_entries": .array(entries), "profiles": ["ANY"],
      "scope": EstateBuilder.groups(scope), "logged": .bool(logTag != nil),
      "tag": .string(logTag ?? ""), "disabled": .bool(isDisabled),
      "_create_time": EstateBuilder.created,
    ]
  }
}
