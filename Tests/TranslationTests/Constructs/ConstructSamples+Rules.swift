/// Samples of what a rule can have.
extension ConstructSamples {
  private static func paths(_ ids: String...) -> String { "\(ids.map(Estate.group))" }

  static var rules: [String: [ConstructSample]] {
    get throws { try actions.merging(try ends) { $0 + $1 }.merging(try others) { $0 + $1 } }
  }

  private static var actions: [String: [ConstructSample]] {
    get throws {
      let web = #""direction":"IN","source_groups":\#(paths("web"))"#
      let all = #""direction":"IN""#
      func after(_ jump: String, _ later: String = all) -> [String] {
        [
          rule(1, action: "JUMP_TO_APPLICATION", jump), rule(2, action: "DROP", later),
        ]
      }
      return [
        "`ALLOW`, `DROP`, `REJECT`": [
          try .rule(web, action: "ALLOW", shows: "action: Allow"),
          try .rule(web, action: "DROP", shows: "action: Drop"),
          try .rule(web, action: "REJECT", shows: "action: Reject"),
        ],
        "`JUMP_TO_APPLICATION` in Environment": [
          try .policy(
            "", rules: after(#""direction":"IN","destination_groups":\#(paths("web"))"#),
            category: "Environment", shows: "operator: NotIn"),
          try .policy(
            "",
            rules: after(#""direction":"IN","services":["/infra/services/service"]"#),
            category: "Environment", "jump-remainder"),
        ],
        "the same elsewhere": [
          try .rule(web, action: "JUMP_TO_APPLICATION", "jump-to-application")
        ],
        "another action, or none": [
          try .rule(web, action: "REDIRECT", "unknown-action"),
          try .rule(web, action: "", "unknown-action"),
        ],
        "`direction`": [
          try .rule(#""direction":"IN""#, shows: "ingress:"),
          try .rule(#""direction":"OUT""#, shows: "egress:"),
          try .rule(#""direction":"IN_OUT""#, shows: "-in", "-out"),
          try .rule(#""notes":"""#, shows: "-in", "-out"),
          try .rule(#""direction":"BOTH""#, "unknown-direction"),
        ],
      ]
    }
  }

  private static var ends: [String: [ConstructSample]] {
    get throws {
      func from(_ list: String, _ more: String = "") -> String {
        #""direction":"IN","source_groups":\#(list)\#(more)"#
      }
      let excluded = #","sources_excluded":true"#
      return [
        "`source_groups`, `destination_groups`: groups, addresses, CIDRs, ranges": [
          try .rule(
            from(#"["\#(Estate.group("web"))","192.0.2.1","10.1.0.0/16","10.2.0.0-10.2.0.2"]"#),
            shows: "cidr: 192.0.2.1/32", "cidr: 10.1.0.0/16", "cidr: 10.2.0.0/31"),
          try .rule(from(paths("gone")), "dangling-group"),
          try .rule(from(#"["10.0.0.300"]"#), "invalid-address"),
          try .rule(from(#"["ANY","10.0.0.1"]"#), "any-with-others"),
          try .group(Shape.addresses("10.0.0.300"), "invalid-address"),
        ],
        "multicast addresses, ranges that reach into them": [
          try .rule(from(#"["224.0.0.1"]"#), "multicast-address"),
          try .rule(from(#"["223.0.0.0-225.0.0.0"]"#), "multicast-address"),
          try .rule(from(#"["0.0.0.0/0"]"#), shows: "cidr: 0.0.0.0/0"),
        ],
        "`sources_excluded`, `destinations_excluded`, addresses, as peer": [
          try .rule(
            from(#"["200.0.0.0/8"]"#, excluded), shows: "cidr: 201.0.0.0/8", "-multicast"),
          try .rule(
            #""direction":"OUT","destination_groups":["200.0.0.0/8"],"destinations_excluded":true"#,
            action: "REJECT", "multicast-address"),
        ],
        "the same, pods, at the pods' side": [
          try .rule(
            #""direction":"IN","destination_groups":\#(paths("web")),"destinations_excluded":true"#,
            shows: "operator: NotIn"),
          try many(),
        ],
        "the same, pods, as peer": [
          try .rule(
            from(paths("web"), excluded), knowsNetworks: true, shows: "operator: NotIn"),
          try .rule(from(paths("web"), excluded), "negated-selector"),
        ],
        "addresses at the pods' side": [
          try .rule(
            #""direction":"OUT","source_groups":["10.20.0.0/16"]"#, knowsNetworks: true,
            "empty-rule"),
          try .rule(
            #""direction":"OUT","source_groups":["10.20.0.0/16"]"#, "addresses-at-pod-side"),
          try .rule(
            #""direction":"OUT","source_groups":["10.244.0.1"]"#, knowsNetworks: true,
            "addresses-at-pod-side"),
        ],
        "pods behind a Service, excluded at the pods' side": [try service()],
        "the same with `ANY`": [try .rule(from(#"["ANY"]"#, excluded), "empty-rule")],
      ]
    }
  }

  private static func service() throws -> ConstructSample {
    var sample = try ConstructSample.rule(
      #""direction":"IN","destination_groups":\#(paths("svc")),"destinations_excluded":true"#,
      "service-intersection")
    try sample.estate.group("svc", "[\(Shape.service("web", in: "shop"))]")
    return sample
  }

  /// A group whose complement has 2^12 terms, excluded.
  private static func many() throws -> ConstructSample {
    let pairs = (0..<12).map {
      Shape.nested(Shape.all(Shape.pod("x\($0)", "a"), Shape.pod("y\($0)", "b")))
    }
    let or = #",{"resource_type":"ConjunctionOperator","conjunction_operator":"OR"},"#
    var sample = try ConstructSample.rule(
      #""direction":"IN","destination_groups":\#(paths("many")),"destinations_excluded":true"#,
      "selector-bound")
    try sample.estate.group("many", "[" + pairs.joined(separator: or) + "]")
    return sample
  }

  private static var others: [String: [ConstructSample]] {
    get throws {
      let port =
        #"{"resource_type":"L4PortSetServiceEntry","l4_protocol":"UDP","destination_ports":["53"]}"#
      return [
        "`services`, `service_entries`": [
          try .rule(
            #""direction":"IN","services":["/infra/services/service"],"service_entries":[\#(port)]"#,
            shows: "port: 443", "port: 53"),
          try .rule(
            #""direction":"IN","services":["ANY"],"service_entries":[\#(port)]"#,
            shows: "port: 53"),
        ],
        "`ip_protocol: IPV4` or `IPV6`": [
          try .rule(#""direction":"IN","ip_protocol":"IPV4""#, shows: "cidr: 0.0.0.0/0"),
          try .rule(
            #""direction":"IN","ip_protocol":"IPV6","source_groups":\#(paths("web"))"#,
            "family-of-selector"),
        ],
        "another `ip_protocol`": [
          try .rule(#""direction":"IN","ip_protocol":"IPV5""#, "unknown-ip-protocol")
        ],
        "`logged`": [
          try .rule(#""direction":"IN","logged":true"#, shows: "enableLogging: true")
        ],
        "`tag` of a rule that logs": [
          try .rule(
            #""direction":"IN","logged":true,"tag":"audit""#, shows: "logLabel: audit"),
          try .rule(
            #""direction":"IN","logged":true,"tag":"two words""#, "log-label-altered",
            shows: "logLabel: two-words"),
        ],
        "`disabled: true`": [
          try .policy(
            "",
            rules: [
              rule(1, #""disabled":true"#), rule(2, action: "DROP", #""direction":"IN""#),
            ], shows: "r2-1002")
        ],
        "`display_name`, `rule_id`, path, revision": [
          try .rule(#""direction":"IN""#, shows: #""ruleId": 1001"#, #""displayName": "rule 1""#)
        ],
        "`notes`, `tags`, `description`": [
          try .rule(#""direction":"IN","notes":"n","tags":[],"description":"d""#)
        ],
      ]
    }
  }
}
