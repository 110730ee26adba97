import Documents

/// Random rules on what is more than addresses and ports: IGMP, domain names,
/// applications.
extension EstateGenerator {
  /// `igmp` and `igmp-web`: IGMP alone and beside ports; `web`: TCP alone.
  mutating func makeIGMPServices() {
    add(service: "igmp", [["resource_type": "IGMPTypeServiceEntry"]])
    add(service: "igmp-web", [Self.ipProtocol(2), Self.ports("TCP", to: ["80"])])
    add(service: "web", [Self.ports("TCP", to: ["80", "443"])])
    add(service: "dns", [Self.ports("UDP", to: ["53"]), Self.ports("TCP", to: ["53"])])
  }

  /// Profiles that are translated, and `odd-…`, each refused for its own reason.
  mutating func makeProfiles() {
    estate.profile("names", "DOMAIN_NAME", ["www.example.com", "*.Example.org"])
    estate.profile("more-names", "DOMAIN_NAME", ["*.com", "api*.example.net"])
    estate.accessProfile("tls", ["SSL"], otherwise: "REJECT")
    estate.accessProfile("http", ["HTTP", "HTTP2"], otherwise: "REJECT")
    estate.accessProfile("all", ["MYSQL"], otherwise: "ALLOW")
    estate.profile("odd-apps", "APP_ID", ["SSL"])
    estate.profile("odd-category", "URL_CATEGORY", ["GAMES"])
    estate.profile("odd-name", "DOMAIN_NAME", ["a^.example.com"])
    estate.accessProfile("odd-mysql", ["MYSQL"], otherwise: "REJECT")
    estate.accessProfile("odd-http", ["HTTP"], otherwise: "REJECT")
  }

  /// Makes a rule one on IGMP, domain names or applications.
  mutating func specialize(_ rule: inout JSONObject) {
    let any: JSONValue = ["ANY"]
    for key in ["sources_excluded", "destinations_excluded", "service_entries", "ip_protocol"] {
      rule[key] = nil
    }
    switch dice.below(7) {
    case 0...2:
      rule["action"] = .string(dice.one(["ALLOW", "DROP"]))
      rule["services"] = [Self.service(dice.one(["igmp", "igmp", "igmp-web"]))]
      rule["destination_groups"] = any
      if rule["direction"] != "OUT" { rule["source_groups"] = any }
    case 3, 4:
      rule["action"] = "ALLOW"
      rule["direction"] = "OUT"
      rule["destination_groups"] = any
      rule["services"] = dice.one([any, [Self.service("web")], [Self.service("dns")]])
      rule["profiles"] = Self.profile(dice.one(["names", "more-names"]))
    default:
      rule["action"] = "ALLOW"
      rule["services"] = [Self.service("web")]
      rule["profiles"] = Self.accessProfile(dice.one(["tls", "http", "all"]))
    }
  }

  /// Gives a rule a profile or IGMP that it is refused for.
  mutating func spoilProfile(_ rule: inout JSONObject) {
    switch dice.below(8) {
    case 0: rule["profiles"] = Self.profile(dice.one(["odd-apps", "odd-category", "gone"]))
    case 1: rule["profiles"] = Self.profile("odd-name")
    case 2: rule["profiles"] = Self.accessProfile(dice.one(["odd-mysql", "odd-http", "gone"]))
    case 3:
      rule["direction"] = "IN"
      rule["profiles"] = Self.profile("names")
    case 4: rule["services"] = [Self.service("igmp")]
    case 5: rule["services"] = [Self.service("odd-pairs")]
    case 6:
      // Before another that names IGMP.
      rule["services"] = ["ANY"]
      rule["destination_groups"] = ["192.0.2.0/24"]
    default: rule["negated"] = true
    }
  }

  private static func profile(_ id: String) -> JSONValue {
    [.string("/infra/context-profiles/\(id)")]
  }

  private static func accessProfile(_ id: String) -> JSONValue {
    [.string("/infra/l7-access-profiles/\(id)")]
  }
}
