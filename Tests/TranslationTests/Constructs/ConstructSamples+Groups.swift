/// Samples of groups.
extension ConstructSamples {
  static var conditions: [String: [ConstructSample]] {
    get throws {
      let name = Shape.namespace("shop")
      return [
        "`Condition` Namespace Name `EQUALS`, `NOTEQUALS`, `IN`, `NOTIN`": [
          try .group(Shape.namespace("Shop"), shows: "kubernetes.io/metadata.name: shop"),
          try .group(Shape.namespace("shop", "NOTEQUALS"), shows: "operator: NotIn"),
          try .group(Shape.namespace("shop,test", "IN"), shows: "operator: In"),
          try .group(Shape.namespace("shop,test", "NOTIN"), shows: "operator: NotIn"),
        ],
        "`Condition` Namespace Tag, Pod Tag, value `dis:k8s:KEY|VALUE`, the same operators": [
          try .group(Shape.pod("app", "db"), shows: "podSelector:", "app: db"),
          try .group(Shape.pod("tier", "x", "NOTEQUALS"), shows: "operator: NotIn"),
          try .group(Shape.pod("app", "db,api", "IN"), shows: "operator: In"),
          try .group(Shape.pod("tier", "x,y", "NOTIN"), shows: "operator: NotIn"),
          try .group(
            Shape.condition("Namespace", "Tag", "dis:k8s:env|prod"), "label-case",
            shows: "namespaceSelector:", "env: prod"),
        ],
        "scope without `dis:k8s:`": [
          try .group(
            Shape.condition("Pod", "Tag", "app|db"), "tag-scope-without-prefix", shows: "app: db")
        ],
        "`KEY|` `EQUALS`; `KEY|` with scope operator `NOTEQUALS`": [
          try .group(Shape.pod("tier", ""), shows: "operator: Exists"),
          try .group(
            #"{"resource_type":"Condition","member_type":"Pod","key":"Tag","scope_operator":"NOTEQUALS","value":"dis:k8s:tier|"}"#,
            shows: "operator: DoesNotExist"),
        ],
        "a tag without scope": [
          try .group(Shape.condition("Pod", "Tag", "web"), "tag-without-key"),
          try .group(Shape.condition("Pod", "Tag", "|web"), "tag-without-key"),
        ],
        "`NOTEQUALS`, `NOTIN`": [
          try .group(Shape.pod("tier", "x", "NOTEQUALS"), shows: "operator: NotIn")
        ],
        "`Condition` Service Name `EQUALS`, `IN` with Namespace Name `EQUALS`, `IN`": [
          try .group(Shape.service("web", in: "shop"), shows: "serviceReference:"),
          try .group(
            Shape.nested(
              Shape.all(
                Shape.namespace("shop,test", "IN"),
                Shape.condition("Service", "Name", "api,web", "IN"))), shows: "childGroups:"),
          try .group(Shape.condition("Service", "Name", "web"), "service-without-namespace"),
        ],
        "another operator (`CONTAINS`, `STARTSWITH`, `ENDSWITH`, `MATCHES`: selectors compare whole values) or key (a pod's `Name` is no label)":
          [
            try .group(Shape.pod("app", "w", "CONTAINS"), "unsupported-condition"),
            try .group(Shape.pod("app", "w", "STARTSWITH"), "unsupported-condition"),
            try .group(Shape.condition("Pod", "Name", "web"), "unsupported-condition"),
          ],
        "a key or value that can be no label": [
          try .group(Shape.pod("app", "a b"), "invalid-label"),
          try .group(Shape.pod("a/b/c", "a"), "invalid-label"),
        ],
        "`AND` between conditions, `NestedExpression` with `AND`": [
          try .group(Shape.all(Shape.pod("app", "db"), Shape.pod("tier", "x"))),
          try .group(Shape.nested(Shape.all(name, Shape.pod("app", "db")))),
          try .group(
            Shape.all(Shape.pod("app", "db"), Shape.pod("app", "api")), "empty-group",
            "empty-rule"),
        ],
        "`OR`": [
          try .group(Shape.any(name, Shape.pod("app", "db")), shows: "childGroups:")
        ],
        "`NestedExpression` with `OR`": [
          try .group(
            Shape.all(
              name, Shape.nested(Shape.any(Shape.pod("app", "db"), Shape.pod("tier", "x")))),
            shows: "childGroups:")
        ],
        "`AND` with groups and addresses": [
          try .group(Shape.all(name, Shape.groups("web")), shows: "namespaceSelector:"),
          try .group(
            Shape.all(Shape.pod("app", "db"), Shape.addresses("192.0.2.1")), "malformed-expression"),
          try .group(
            Shape.all(Shape.pod("app", "db"), Shape.groups("svc")), "service-intersection"),
        ],
        "operands that do not alternate with conjunctions, `AND` between members that only NSX can resolve and others":
          [
            try .group("\(name),\(name)", "malformed-expression"),
            try .group(
              Shape.all(
                Shape.condition("VirtualMachine", "Name", "vm"), Shape.groups("web")),
              members: ["10.3.0.1"],
              "malformed-expression"),
          ],
        "`exclude` of a Kubernetes condition": [
          try .group(
            #"{"resource_type":"Condition","member_type":"Pod","key":"Tag","operator":"EQUALS","value":"dis:k8s:app|db","exclude":{"path_expression":{"paths":[]}}}"#,
            "unsupported-condition")
        ],
      ]
    }
  }

  static var groups: [String: [ConstructSample]] {
    get throws {
      let machine = Shape.condition("VirtualMachine", "Name", "vm")
      let mac = #"{"resource_type":"MACAddressExpression","mac_addresses":["00:00:5e:00:53:01"]}"#
      let ids =
        #"{"resource_type":"ExternalIDExpression","member_type":"VirtualMachine","external_ids":["x"]}"#
      return [
        "`IPAddressExpression`": [
          try .group(
            Shape.addresses("192.0.2.77/24", "10.0.0.1-10.0.0.2"),
            shows: "cidr: 192.0.2.0/24", "cidr: 10.0.0.1/32", "cidr: 10.0.0.2/32")
        ],
        "`PathExpression` to groups": [
          try .group(Shape.groups("web", "lan"), shows: "app: web", "cidr: 10.20.0.0/16"),
          try .group(Shape.groups("sample"), "group-cycle"),
        ],
        "virtual machines, segments, ports, `Kubernetes…`, `Antrea…` members, `MACAddressExpression`, `ExternalIDExpression`":
          [
            try .group(machine, types: "[]", members: ["10.20.0.1"], shows: "cidr: 10.20.0.1/32"),
            try .group(mac, types: "[]", members: ["10.20.0.1"], shows: "cidr: 10.20.0.1/32"),
            try .group(ids, types: "[]", members: ["10.20.0.1"], shows: "cidr: 10.20.0.1/32"),
            try .group(
              Shape.condition("KubernetesService", "Name", "s"), types: "[]",
              members: ["10.20.0.1"], shows: "cidr: 10.20.0.1/32"),
            try .group(
              #"{"resource_type":"PathExpression","paths":["/infra/segments/s"]}"#, types: "[]",
              members: ["10.20.0.1"], shows: "cidr: 10.20.0.1/32"),
            try .group(machine, types: "[]", "members-unknown"),
            try .group(mac, types: "[]", members: [], "members-unknown"),
          ],
        "any other kind of expression": [
          try .group(
            #"{"resource_type":"GeoLocationExpression","country_code":"DE"}"#,
            "unsupported-expression")
        ],
        "`extended_expression`": [
          try .group(
            "", more: #","extended_expression":[{"resource_type":"IdentityGroupExpression"}]"#,
            "identity-group")
        ],
        "no member": [try .group("", "empty-group", "empty-rule")],
        "more than 1024 terms, more than 64 levels, more than 10,000 networks": [try deep()],
      ]
    }
  }

  /// Groups within each other.
  private static func deep() throws -> ConstructSample {
    var sample = try ConstructSample.group(Shape.groups("level0"), "selector-bound")
    for level in 0..<70 {
      try sample.estate.group("level\(level)", "[\(Shape.groups("level\(level + 1)"))]")
    }
    try sample.estate.group("level70", "[\(Shape.pod("app", "web"))]")
    return sample
  }
}
