/// Samples of service entries.
extension ConstructSamples {
  private static func entry(_ type: String, _ members: String = "") -> String {
    #"{"resource_type":"\#(type)"\#(members.isEmpty ? "" : ",\(members)")}"#
  }

  private static func ports(_ members: String, _ transport: String = "TCP") -> String {
    entry("L4PortSetServiceEntry", #""l4_protocol":"\#(transport)",\#(members)"#)
  }

  private static func icmp(_ version: String, _ members: String = "") -> String {
    entry(
      "ICMPTypeServiceEntry",
      #""protocol":"\#(version)"\#(members.isEmpty ? "" : ",\(members)")"#)
  }

  private static func number(_ number: Int) -> String {
    entry("IPProtocolServiceEntry", #""protocol_number":\#(number)"#)
  }

  static var services: [String: [ConstructSample]] {
    get throws {
      let ftp = entry("ALGTypeServiceEntry", #""alg":"FTP","destination_ports":["21"]"#)
      func nested(_ id: String) -> String {
        entry(
          "NestedServiceServiceEntry", #""nested_service_path":"/infra/services/\#(id)""#)
      }
      return [
        "`L4PortSetServiceEntry` TCP, UDP (SCTP where given)": [
          try .entries(
            ports(#""destination_ports":["80","8000-8010"],"source_ports":["1024-65535"]"#),
            shows: "port: 80", "endPort: 8010", "sourcePort: 1024", "sourceEndPort: 65535"),
          try .entries(
            ports(#""destination_ports":["53"]"#, "UDP"), shows: "protocol: UDP"),
          try .entries(
            ports(#""destination_ports":["53"]"#, "SCTP"), shows: "protocol: SCTP"),
          try .entries(ports(#""destination_ports":["http"]"#), "invalid-port"),
        ],
        "`ICMPTypeServiceEntry`, both families without type": [
          try .entries("\(icmp("ICMPv4")),\(icmp("ICMPv6"))", peers: "web", shows: "icmp: {}")
        ],
        "the same, one family, or with type and code": [
          try .entries(icmp("ICMPv4"), shows: "icmp: {}", "cidr: 0.0.0.0/0"),
          try .entries(
            icmp("ICMPv6", #""icmp_type":1,"icmp_code":4"#) + ","
              + ports(#""destination_ports":["80"]"#), shows: "icmpCode: 4", "-icmp6"),
          try .entries(
            icmp("ICMPv4", #""icmp_type":8"#) + "," + icmp("ICMPv6", #""icmp_type":128"#),
            shows: "-icmp4", "-icmp6"),
          try .entries(icmp("ICMPv4"), peers: "web", "family-of-selector"),
          try .entries(icmp("ICMPv4", #""icmp_type":256"#), "invalid-icmp"),
        ],
        "`IPProtocolServiceEntry` 1, 2, 6, 17, 58, 132": [
          try .entries(number(1), shows: "icmp: {}"), try .entries(number(6), shows: "TCP"),
          try .entries(number(2), shows: "igmpType: 17"),
          try .entries(number(17), shows: "UDP"), try .entries(number(58), shows: "icmp: {}"),
          try .entries(number(132), shows: "SCTP"),
        ],
        "another IP protocol": [try .entries(number(47), "ip-protocol-service")],
        "`ALGTypeServiceEntry` in a `DROP` or `REJECT` rule": [
          try .entries(ftp, shows: "port: 21"),
          try .entries(ftp, action: "REJECT", shows: "port: 21"),
        ],
        "the same in an `ALLOW` rule": [try .entries(ftp, action: "ALLOW", "alg-service")],
        "`IGMPTypeServiceEntry` in an `ALLOW` or `DROP` rule, `OUT` to `ANY`, `IN` from `ANY` to `ANY`":
          [
            try .entries(entry("IGMPTypeServiceEntry"), shows: "igmpType: 17", "-igmp"),
            try .rule(
              #""direction":"OUT","service_entries":[\#(entry("IGMPTypeServiceEntry"))]"#,
              action: "ALLOW", shows: "igmp: {}"),
            try .entries(entry("IGMPTypeServiceEntry"), action: "REJECT", "igmp-service"),
            try .entries(entry("IGMPTypeServiceEntry"), peers: "web", "igmp-service"),
            try .policy(
              "",
              rules: [
                rule(1, action: "DROP", #""direction":"IN","source_groups":["10.0.0.0/8"]"#),
                rule(
                  2, #""direction":"IN","service_entries":[\#(entry("IGMPTypeServiceEntry"))]"#),
              ], "igmp-order"),
          ],
        "`EtherTypeServiceEntry`": [
          try .entries(
            entry("EtherTypeServiceEntry", #""ether_type":2048"#), "ether-type-service")
        ],
        "more than 4096 combinations of ports, more than 64 levels": [
          try .entries(
            ports(
              #""destination_ports":\#((1...70).map(String.init)),"source_ports":\#((1...70).map(String.init))"#
            ), "service-bound")
        ],
        "`NestedServiceServiceEntry`": [
          try .entries(nested("service"), shows: "port: 443"),
          try .entries(nested("circle"), "service-cycle"),
        ],
        "anything else": [
          try .entries(entry("WeatherServiceEntry"), "unknown-service"),
          try .entries(ports(#""destination_ports":["80"]"#, "DCCP"), "unknown-service"),
        ],
        "a service that is not there, or without entries": [
          try .rule(
            #""direction":"IN","services":["/infra/services/gone"]"#, "dangling-service"),
          try .rule(#""direction":"IN","services":["/infra/services/none"]"#, "empty-service"),
        ],
      ]
    }
  }
}
