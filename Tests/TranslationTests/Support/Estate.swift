import AntreaModel
import Documents
import NSXModel
import Rendering
import Translation

/// Builds small snapshots from JSON fragments.
struct Estate {
  static let cluster = "prod"
  static let plane =
    "/infra/sites/default/enforcement-points/default/cluster-control-planes/\(cluster)"
  var policies: [JSONValue] = []
  var groups: [JSONValue] = []
  var services: [JSONValue] = []
  /// Context profiles and L7 access profiles.
  var profiles: [JSONValue] = []
  var memberIPs: [String: [String]] = [:]
  var isComplete = true
  /// The control planes that policies span, by path; ``plane`` for the others.
  var planes: [String: [String]] = [:]
  /// Another cluster's control plane.
  static let otherPlane =
    "/infra/sites/default/enforcement-points/default/cluster-control-planes/other"

  static func group(_ id: String) -> String { "/infra/domains/default/groups/\(id)" }

  /// Adds a group with an expression.
  mutating func group(_ id: String, _ expression: String, types: String = #"["ANTREA"]"#) throws {
    groups.append(
      try JSONValue(
        json: """
          {"resource_type":"Group","id":"\(id)","display_name":"\(id)","_revision":1,
           "path":"\(Self.group(id))","group_type":\(types),"expression":\(expression)}
          """))
  }

  /// Adds a policy with rules; `extra` are more members.
  mutating func policy(
    _ id: String, category: String = "Application", number: Int = 60_000_001, extra: String = "",
    rules: String
  ) throws {
    policies.append(
      try JSONValue(
        json: """
          {"resource_type":"SecurityPolicy","id":"\(id)","display_name":"Policy \(id)",
           "_revision":2,"path":"/infra/domains/default/security-policies/\(id)",
           "category":"\(category)","internal_sequence_number":\(number),\(extra)
           "rules":\(rules)}
          """))
  }

  /// Adds a service with entries.
  mutating func service(_ id: String, _ entries: String) throws {
    services.append(
      try JSONValue(
        json: """
          {"resource_type":"Service","id":"\(id)","path":"/infra/services/\(id)",
           "service_entries":\(entries)}
          """))
  }

  /// Adds a context profile with one attribute.
  mutating func profile(_ id: String, _ key: String, _ values: [String]) {
    profiles.append([
      "resource_type": "PolicyContextProfile", "id": .string(id),
      "path": .string("/infra/context-profiles/\(id)"),
      "attributes": [
        [
          "key": .string(key), "datatype": "STRING",
          "value": .array(values.map { .string($0) }),
        ]
      ],
    ])
  }

  /// Adds an L7 access profile that lets applications through.
  mutating func accessProfile(_ id: String, _ applications: [String], otherwise: String) {
    profiles.append([
      "resource_type": "L7AccessProfile", "id": .string(id),
      "path": .string("/infra/l7-access-profiles/\(id)"), "default_action": .string(otherwise),
      "l7_access_entries": [
        [
          "resource_type": "L7AccessEntry", "action": "ALLOW",
          "attributes": [
            ["key": "APP_ID", "value": .array(applications.map { .string($0) })]
          ],
        ]
      ],
    ])
  }

  var objects: [JSONValue] {
    let spans = policies.flatMap { policy -> [JSONValue] in
      let path = policy["path"]?.string ?? ""
      return (planes[path] ?? [Self.plane]).enumerated().map { index, plane in
        [
          "resource_type": "SecurityPolicyContainerCluster",
          "path": .string("\(path)/container-cluster-span/c\(index)"),
          "parent_path": .string(path), "container_cluster_path": .string(plane),
        ]
      }
    }
    let clusters =
      [(Self.cluster, Self.plane)] + (planes.isEmpty ? [] : [("other", Self.otherPlane)])
    let controlPlanes = clusters.map { id, path -> JSONValue in
      [
        "resource_type": "ClusterControlPlane", "id": .string(id), "path": .string(path),
        "node_type": "ANTREA_NODE",
      ]
    }
    return policies + groups + services + profiles + spans + controlPlanes
  }

  /// The `nsx-snapshot/1` document.
  func document(_ objects: [JSONValue]? = nil) -> JSONValue {
    var members = JSONObject()
    for (key, list) in memberIPs { members[key] = .array(list.map { .string($0) }) }
    return [
      "format": "nsx-snapshot/1", "manager": "https://nsx.example.com",
      "complete": .bool(isComplete), "memberIPs": .object(members),
      "objects": .array(objects ?? self.objects),
    ]
  }

  func snapshot(_ objects: [JSONValue]? = nil) throws -> NSXSnapshot {
    try NSXSnapshot(bytes: JSONWriter.compact(document(objects)))
  }

  func translate(
    _ options: TranslationOptions = TranslationOptions(),
    families: Set<IPFamily>? = nil, podNetworks: [CIDR]? = nil, nodeNetworks: [CIDR]? = nil,
    objects: [JSONValue]? = nil, cluster: String = Self.cluster
  ) throws -> Translation {
    try Translator(snapshot: try snapshot(objects), options: options).translate(
      cluster: ClusterTarget(
        name: cluster, selection: .controlPlane(cluster), podNetworks: podNetworks,
        nodeNetworks: nodeNetworks, families: families))
  }
}

/// `{"action":"ALLOW",…}` with a rule id and more members.
func rule(_ number: Int, action: String = "ALLOW", _ members: String) -> String {
  """
  {"resource_type":"Rule","id":"r\(number)","display_name":"rule \(number)",
   "sequence_number":\(number),"rule_id":\(1000 + number),"action":"\(action)",\(members)}
  """
}

/// A short description of a rule, so that a test shows input and result side
/// by side.
func text(_ rule: PolicyRule) -> String {
  var parts = [rule.name, rule.action.rawValue, "at"]
  parts.append(
    rule.appliedTo.map { target in
      switch target {
      case .group(let name): short(name)
      case .workloads(let selector): text(selector)
      }
    }.joined(separator: "|"))
  if !rule.peers.isEmpty {
    parts.append("peers")
    parts.append(
      rule.peers.map { peer in
        switch peer {
        case .group(let name): short(name)
        case .addresses(let cidr): cidr.description
        case .workloads(let selector): text(selector)
        case .nodes: "nodes"
        case .name(let name): name
        }
      }.joined(separator: "|"))
  }
  for port in rule.ports {
    let range = port.destination.map {
      $0.lower == $0.upper ? "\($0.lower)" : "\($0.lower)-\($0.upper)"
    }
    let source = port.source.map { " from \($0.lower)-\($0.upper)" } ?? ""
    parts.append("\(port.transport.rawValue)/\(range ?? "*")\(source)")
  }
  for icmp in rule.protocols {
    parts.append("ICMP/\(icmp.type.map(String.init) ?? "*")/\(icmp.code.map(String.init) ?? "*")")
  }
  parts += rule.igmp.map { "IGMP/\($0.type.map(String.init) ?? "*")" }
  parts += rule.applications.map(\.rawValue)
  if rule.enableLogging { parts.append("log \(rule.logLabel)") }
  return parts.joined(separator: " ")
}

func text(_ selector: WorkloadSelector) -> String {
  func side(_ name: String, _ selector: LabelSelector?) -> String? {
    selector.map { selector in
      name + "{"
        + selector.requirements.map {
          "\($0.key) \($0.comparison.rawValue) \($0.values.joined(separator: ","))"
        }.joined(separator: ";") + "}"
    }
  }
  return [side("ns", selector.namespaces), side("pod", selector.pods)].compactMap(\.self)
    .joined(separator: "+")
}

/// A group's name without its hash.
func short(_ name: String) -> String {
  name.split(separator: "-").dropLast().joined(separator: "-")
}

extension Translation {
  /// All rules as text: `in:` and `out:` in order.
  var ruleTexts: [String] {
    policies.flatMap { item in
      item.policy.ingress.map { "in: " + text($0) } + item.policy.egress.map { "out: " + text($0) }
    }
  }

  /// The codes of the findings, sorted.
  var codes: [String] { findings.map(\.code.rawValue).sorted() }
}

/// SplitMix64, so that a failed property test can be repeated by its seed.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
