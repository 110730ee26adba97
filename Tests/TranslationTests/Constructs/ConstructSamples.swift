/// Samples of constructs by the first cells of the table's rows.
enum ConstructSamples {
  /// Codes that a look at the cluster gives, not the translation by itself.
  static let hygiene: Set<String> = ["label-case"]

  /// All samples.
  static var all: [String: [ConstructSample]] {
    get throws {
      var result = try policies
      for part in [
        try rules, try groups, try conditions, try services, try elsewhere, try unread,
        try profiles,
      ] {
        result.merge(part) { $0 + $1 }
      }
      return result
    }
  }

  private static var policies: [String: [ConstructSample]] {
    get throws {
      [
        "`category`, `internal_sequence_number`, `sequence_number`": [
          try .policy("", category: "Emergency", shows: "tier: nsx-emergency"),
          try .policy(
            #""sequence_number":3"#, number: 60_001_049, shows: "priority: 1.0000000532916369"),
          try .policy("", category: "Ethernet", "ethernet-category"),
          try .policy("", category: "Ghosts", "unknown-category"),
          try .policy("", category: "", "missing-category", shows: "tier: nsx-application"),
          try .policy("", number: -1, "order-out-of-range"),
        ],
        "`scope`": [
          try .policy(#""scope":["\#(Estate.group("web"))"]"#, shows: "group: web-"),
          try .policy(#""scope":["\#(Estate.group("lan"))"]"#, "addresses-in-applied-to"),
        ],
        "`stateful: false`": [try .policy(#""stateful":false"#, "stateless-policy")],
        "`scheduler_path`": [try .policy(#""scheduler_path":"/infra/x""#, "schedule")],
        "`connectivity_preference`, `connectivity_strategy`": [
          try .policy(
            #""connectivity_preference":"ALLOWLIST","scope":["\#(Estate.group("web"))"]"#,
            shows: "action: Drop", "default-"),
          try .policy(
            #""connectivity_preference":"DENYLIST""#, rules: [rule(1, #""direction":"IN""#)],
            shows: "default-"),
          try .policy(#""connectivity_strategy":"WHITELIST""#, shows: "default-"),
          try .policy(#""connectivity_preference":"SOMELIST""#, "unknown-connectivity"),
        ],
        "`application_connectivity_strategy`": [
          try .policy(
            #""application_connectivity_strategy":[{"application_connectivity_strategy":"X"}]"#,
            "application-connectivity")
        ],
        "`logging_enabled`": [
          try .policy(#""logging_enabled":true"#, shows: "enableLogging: true")
        ],
        "`rule_count` above the number of rules; neither `rules` nor `rule_count`": [
          try .policy(#""rule_count":2"#, "incomplete-rules"),
          try .bare(
            #"{"resource_type":"SecurityPolicy","path":"/p","category":"Application"}"#,
            "incomplete-rules"),
        ],
        "`tcp_strict`, `locked`, `comments`, `tags`, `description`": [
          try .policy(
            #""tcp_strict":true,"locked":true,"comments":"c","tags":[],"description":"d""#)
        ],
      ]
    }
  }

  static var unread: [String: [ConstructSample]] {
    get throws {
      let gone = "/infra/domains/default/security-policies/gone"
      return [
        "a span to a policy, or a rule of a policy, that is not there": [
          try .bare(
            #"{"resource_type":"Rule","id":"r","parent_path":"\#(gone)","action":"DROP"}"#,
            "rule-without-policy"),
          try .bare(
            #"{"resource_type":"SecurityPolicyContainerCluster","parent_path":"\#(gone)","container_cluster_path":"\#(Estate.plane)"}"#,
            "missing-policy"),
        ],
        "a member that this version does not know, here and in everything below": [
          try .policy(#""negated":true"#, "unknown-member"),
          try .rule(#""direction":"IN","negated":true"#, "unknown-member"),
          try .group(
            #"{"resource_type":"IPAddressExpression","ip_addresses":["192.0.2.1"],"negated":true}"#,
            "unknown-member"),
          try .entries(
            #"{"resource_type":"L4PortSetServiceEntry","l4_protocol":"TCP","negated":true}"#,
            "unknown-member"),
        ],
      ]
    }
  }

  private static var elsewhere: [String: [ConstructSample]] {
    get throws {
      [
        "DFW exclusion list": [
          try .beside(
            #"{"resource_type":"PolicyExcludeList","path":"/infra/settings/firewall/security/exclude-list","members":["\#(Estate.group("web"))"]}"#
          )
        ],
        "GatewayPolicy, RedirectionPolicy, IDPS": try [
          "GatewayPolicy", "RedirectionPolicy", "IdsSecurityPolicy",
        ].map {
          try .beside(
            #"{"resource_type":"\#($0)","id":"x","path":"/infra/domains/default/x/\#($0)","rules":[{"resource_type":"Rule","id":"r","action":"DROP"}]}"#
          )
        },
      ]
    }
  }
}
