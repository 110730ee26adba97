import Documents

/// The schemas of policy rules.
enum RuleSchemas {
  private typealias Build = SchemaBuilder
  private static let strict = SelectorSchemas.strict

  /// `ports[]`.
  static let port = Build.object([
    "protocol": Build.oneOf("TCP", "UDP", "SCTP"),
    "port": Build.intOrString,
    "endPort": Build.integer,
    "sourcePort": Build.integer,
    "sourceEndPort": Build.integer,
  ])

  /// `protocols[]` of one direction.
  static func additionalProtocol(igmpTypes: [Int64]) -> JSONValue {
    let types: JSONValue = [
      "type": "integer", "enum": .array(igmpTypes.map(JSONValue.integer)),
    ]
    let address: JSONValue = [
      "type": "string", "oneOf": [["format": "ipv4"], ["format": "ipv6"]],
    ]
    let entry = Build.object([
      "icmp": Build.object([
        "icmpType": Build.integer(0, 255), "icmpCode": Build.integer(0, 255),
      ]),
      "igmp": Build.object(["igmpType": types, "groupAddress": address]),
    ])
    return Build.exactlyOne(["icmp", "igmp"], of: entry)
  }

  /// `l7Protocols[]`.
  static let l7Protocol: JSONValue = {
    let http = Build.object([
      "host": Build.string,
      "path": Build.string,
      "method": Build.oneOf(
        "GET", "POST", "PUT", "HEAD", "DELETE", "TRACE", "OPTIONS", "CONNECT", "PATCH"),
    ])
    let entry = Build.object(["http": http, "tls": Build.object(["sni": Build.string])])
    return Build.exactlyOne(["http", "tls"], of: entry)
  }()

  private static let namespaces: JSONValue = {
    let object = Build.object([
      "match": Build.oneOf("Self"), "sameLabels": Build.list(Build.string),
    ])
    return Build.with(Build.with(object, "minProperties", 1), "maxProperties", 1)
  }()

  /// A peer; cluster policies see namespaces and service accounts, namespaced
  /// ones external entities; only egress has names, only ingress a scope.
  static func peer(cluster: Bool, egress: Bool) -> JSONValue {
    var members: [String: JSONValue] = [
      "podSelector": strict, "namespaceSelector": strict, "nodeSelector": strict,
      "ipBlock": SelectorSchemas.ipBlock, "group": Build.string,
    ]
    if cluster {
      members["namespaces"] = namespaces
      members["serviceAccount"] = SelectorSchemas.reference
    } else {
      members["externalEntitySelector"] = strict
    }
    if egress {
      members["fqdn"] = Build.string
    } else {
      members["scope"] = Build.oneOf("Cluster", "ClusterSet")
    }
    return Build.object(members)
  }

  /// An entry of a rule's `appliedTo`.
  static func appliedTo(cluster: Bool, egress: Bool) -> JSONValue {
    var members: [String: JSONValue] = ["podSelector": strict, "group": Build.string]
    if cluster {
      members["namespaceSelector"] = strict
      members["serviceAccount"] = SelectorSchemas.reference
      if !egress { members["service"] = SelectorSchemas.reference }
    }
    return Build.object(members)
  }

  /// An entry of a policy's `appliedTo`.
  static func policyAppliedTo(cluster: Bool) -> JSONValue {
    var members: [String: JSONValue] = ["podSelector": strict, "group": Build.string]
    if cluster {
      members["namespaceSelector"] = strict
      members["serviceAccount"] = SelectorSchemas.reference
      members["service"] = SelectorSchemas.reference
      members["nodeSelector"] = strict
    } else {
      members["externalEntitySelector"] = strict
    }
    return Build.object(members)
  }

  private static func toService(cluster: Bool) -> JSONValue {
    Build.object(
      [
        "name": Build.string, "namespace": Build.string,
        "scope": cluster ? Build.oneOf("Cluster", "ClusterSet") : Build.string,
      ],
      required: cluster ? ["name", "namespace"] : ["name"])
  }

  /// One rule of a direction.
  static func rule(cluster: Bool, egress: Bool) -> JSONValue {
    let igmpTypes: [Int64] = egress ? [0x12, 0x16, 0x22] : [0x11]
    var members: [String: JSONValue] = [
      "action": Build.oneOf("Allow", "Drop", "Reject", "Pass"),
      "name": Build.string,
      "appliedTo": Build.list(appliedTo(cluster: cluster, egress: egress)),
      "ports": Build.list(port),
      "protocols": Build.list(additionalProtocol(igmpTypes: igmpTypes)),
      "l7Protocols": Build.list(l7Protocol),
      "enableLogging": Build.bool,
      "logLabel": Build.matching("^(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?$"),
    ]
    members[egress ? "to" : "from"] = Build.list(peer(cluster: cluster, egress: egress))
    if egress { members["toServices"] = Build.list(toService(cluster: cluster)) }
    return Build.object(members, required: ["action"])
  }
}
