import Documents

/// The groups of the example.
enum EstateGroups {
  static let all: [JSONValue] =
    namespaces + workloads + services + unions + addresses + machines

  /// Resolved addresses of the groups of virtual machines.
  static let memberIPs: [String: [String]] = [
    "/infra/domains/default/groups/vm-erp": ["172.16.40.11", "172.16.40.12"],
    "/infra/domains/default/groups/vm-backup": ["172.16.50.10", "fd00:50::10"],
    "/infra/domains/default/groups/vm-jump-hosts": ["172.16.60.5", "172.16.60.6", "172.16.60.7"],
  ]

  private static let namespaces: [JSONValue] =
    ["frontend", "catalogue", "cart", "payment", "monitoring", "ingress", "ci"].map {
      antrea("ns-\($0)", [namespace($0)])
    } + [
      antrea("ns-team-shop", [namespaceTag("team", "shop")]),
      antrea("ns-outside-pci", [namespaceTag("pci", "true", "NOTEQUALS")]),
    ]

  private static let workloads: [JSONValue] =
    [
      antrea("pods-web", [podTag("app", "web")]),
      antrea("pods-not-db", [podTag("tier", "db", "NOTEQUALS")]),
      antrea("pods-quarantined", [podTag("quarantine", "true")]),
      antrea("cart-api-v2", [all("cart", ("app", "cart-api"), ("version", "v2"))]),
    ]
    + [
      ("frontend", "web"), ("frontend", "admin"), ("catalogue", "catalogue-api"),
      ("catalogue", "catalogue-db"), ("catalogue", "search"), ("cart", "cart-api"),
      ("cart", "redis"), ("payment", "payment-api"), ("payment", "payment-db"),
      ("payment", "fraud"), ("monitoring", "prometheus"), ("monitoring", "grafana"),
      ("monitoring", "alertmanager"), ("kube-system", "coredns"), ("ingress", "nginx"),
      ("ci", "runner"),
    ].map { antrea("app-\($0.1)", [all($0.0, ("app", $0.1))]) }

  private static let services: [JSONValue] = [
    "catalogue-api": "catalogue", "payment-api": "payment",
  ]
  .sorted { $0.key < $1.key }.map { name, space in
    antrea(
      "svc-\(name)",
      [nested([namespace(space), condition("Service", "Name", name)])])
  }

  private static let unions: [JSONValue] = [
    antrea(
      "shop-apis",
      [
        all("catalogue", ("app", "catalogue-api")), all("cart", ("app", "cart-api")),
        all("payment", ("app", "payment-api")),
      ]),
    antrea("shop-databases", [podTag("tier", "db"), all("cart", ("app", "redis"))]),
    antrea(
      "dns-clients", [namespaceTag("team", "shop"), namespace("monitoring"), namespace("ci")]),
  ]

  private static let addresses: [JSONValue] = [
    antrea("net-office", [ips(["10.200.0.0/16", "10.201.4.10-10.201.4.25"])]),
    antrea("net-office-v6", [ips(["2001:db8:200::/48"])]),
    antrea("net-acquirer", [ips(["203.0.113.16/28", "203.0.113.40"])]),
    antrea("net-name-servers", [ips(["10.0.0.53", "10.0.1.53"])]),
    antrea("net-time-servers", [ips(["10.0.0.123-10.0.0.126"])]),
    antrea("net-log-collector", [ips(["10.0.9.14"])]),
    antrea("net-known-bad", [ips(["198.51.100.0/24", "192.0.2.66-192.0.2.70"])]),
    antrea("net-known-bad-v6", [ips(["2001:db8:bad::/48", "2001:db8:1::5-2001:db8:1::9"])]),
    antrea("net-mail-relay", [ips(["10.0.7.25"])]),
  ]

  private static let machines: [JSONValue] = [
    group("vm-erp", "ERP servers", nil, [machine("Tag", "EQUALS", "app|erp")]),
    group("vm-backup", "Backup servers", nil, [machine("Name", "STARTSWITH", "backup-")]),
    group("vm-jump-hosts", "Jump hosts", nil, [machine("Tag", "EQUALS", "role|jump")]),
  ]

  private static func group(
    _ id: String, _ name: String, _ type: String?, _ criteria: [JSONValue]
  ) -> JSONValue {
    let conjunction: JSONValue = [
      "resource_type": "ConjunctionOperator", "conjunction_operator": "OR",
    ]
    return [
      "resource_type": "Group", "id": .string(id), "display_name": .string(name),
      "path": EstateBuilder.group(id), "group_type": .array(type.map { [.string($0)] } ?? []),
      "expression": .array(criteria.joinedBy(conjunction)), "tags": [],
      "_create_time": EstateBuilder.created,
    ]
  }

  private static func antrea(_ id: String, _ criteria: [JSONValue]) -> JSONValue {
    group(id, id, "ANTREA", criteria)
  }

  private static func condition(
    _ type: String, _ key: String, _ value: String, _ operation: String = "EQUALS"
  ) -> JSONValue {
    [
      "resource_type": "Condition", "member_type": .string(type), "key": .string(key),
      "operator": .string(operation), "value": .string(value),
    ]
  }

  private static func namespace(_ name: String) -> JSONValue {
    condition("Namespace", "Name", name)
  }

  private static func namespaceTag(
    _ key: String, _ value: String, _ operation: String = "EQUALS"
  ) -> JSONValue {
    condition("Namespace", "Tag", "dis:k8s:\(key)|\(value)", operation)
      .setting("scope_operator", "EQUALS")
  }

  private static func podTag(
    _ key: String, _ value: String, _ operation: String = "EQUALS"
  ) -> JSONValue {
    condition("Pod", "Tag", "dis:k8s:\(key)|\(value)", operation)
      .setting("scope_operator", "EQUALS")
  }

  private static func machine(_ key: String, _ operation: String, _ value: String) -> JSONValue {
    condition("VirtualMachine", key, value, operation)
  }

  private static func nested(_ conditions: [JSONValue]) -> JSONValue {
    let conjunction: JSONValue = [
      "resource_type": "ConjunctionOperator", "conjunction_operator": "AND",
    ]
    return [
      "resource_type": "NestedExpression",
      "expressions": .array(conditions.joinedBy(conjunction)),
    ]
  }

  /// The pods of a namespace that bear all these labels.
  private static func all(_ space: String, _ labels: (String, String)...) -> JSONValue {
    nested([namespace(space)] + labels.map { podTag($0.0, $0.1) })
  }

  private static func ips(_ addresses: [String]) -> JSONValue {
    [
      "resource_type": "IPAddressExpression",
      "ip_addresses": .array(addresses.map { .string($0) }),
    ]
  }
}

extension [JSONValue] {
  /// The elements with one more between each two.
  fileprivate func joinedBy(_ separator: JSONValue) -> [JSONValue] {
    Array(map { [$0] }.joined(separator: [separator]))
  }
}
