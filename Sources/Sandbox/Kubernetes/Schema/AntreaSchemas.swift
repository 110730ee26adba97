import Documents

/// The schemas of Antrea's kinds, written after Antrea's documentation.
enum AntreaSchemas {
  private typealias Build = SchemaBuilder

  /// A kind that the sandbox stores without looking into it.
  static let open = Build.open

  /// `Tier`.
  static let tier = root(
    spec: Build.object(
      ["priority": Build.integer(0, 255), "description": Build.string], required: ["priority"]),
    status: nil, required: ["spec"])

  /// `ClusterNetworkPolicy`.
  static let clusterNetworkPolicy = policy(cluster: true)
  /// `NetworkPolicy`.
  static let networkPolicy = policy(cluster: false)
  /// `ClusterGroup`.
  static let clusterGroup = group(SelectorSchemas.strict, nodes: true)
  /// `Group`.
  static let group = group(SelectorSchemas.loose, nodes: false)

  private static func root(
    spec: JSONValue, status: JSONValue?, required: [String] = []
  ) -> JSONValue {
    var members: [String: JSONValue] = [
      "apiVersion": Build.string, "kind": Build.string, "metadata": ["type": "object"],
      "spec": spec,
    ]
    members["status"] = status
    return Build.object(members, required: required)
  }

  private static func policy(cluster: Bool) -> JSONValue {
    let priority: JSONValue = [
      "type": "number", "format": "float", "minimum": 1, "maximum": 10000,
    ]
    let spec = Build.object(
      [
        "tier": Build.string,
        "priority": priority,
        "appliedTo": Build.list(RuleSchemas.policyAppliedTo(cluster: cluster)),
        "ingress": Build.list(RuleSchemas.rule(cluster: cluster, egress: false)),
        "egress": Build.list(RuleSchemas.rule(cluster: cluster, egress: true)),
      ], required: ["priority"])
    let status = Build.object([
      "phase": Build.string,
      "observedGeneration": Build.integer,
      "currentNodesRealized": Build.integer,
      "desiredNodesRealized": Build.integer,
      "conditions": Build.list(SelectorSchemas.condition),
    ])
    return root(spec: spec, status: status)
  }

  private static func group(_ selector: JSONValue, nodes: Bool) -> JSONValue {
    var members: [String: JSONValue] = [
      "podSelector": selector, "namespaceSelector": selector,
      "externalEntitySelector": selector,
      "ipBlocks": Build.list(SelectorSchemas.ipBlock),
      "serviceReference": Build.object(["name": Build.string, "namespace": Build.string]),
      "childGroups": Build.list(Build.string),
    ]
    if nodes { members["nodeSelector"] = selector }
    return root(
      spec: Build.object(members),
      status: Build.object(["conditions": Build.list(SelectorSchemas.condition)]))
  }
}
