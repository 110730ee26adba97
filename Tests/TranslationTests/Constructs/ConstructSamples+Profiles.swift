import Documents

/// Samples of profiles.
extension ConstructSamples {
  /// A rule on domain names.
  private static func named(
    _ names: [String], members: String = #""direction":"OUT""#, action: String = "ALLOW",
    _ codes: String..., shows: String...
  ) throws -> ConstructSample {
    var sample = try ConstructSample.rule(
      members + #","profiles":["/infra/context-profiles/x"]"#, action: action)
    sample.codes = Set(codes)
    sample.shows = shows
    sample.estate.profile("x", "DOMAIN_NAME", names)
    return sample
  }

  /// A rule with a context profile of another key.
  private static func keyed(_ key: String) throws -> ConstructSample {
    var sample = try ConstructSample.rule(
      #""direction":"OUT","profiles":["/infra/context-profiles/x"]"#, action: "ALLOW",
      "context-profile")
    sample.estate.profile("x", key, ["X"])
    return sample
  }

  /// A rule with an L7 access profile.
  private static func layer7(
    _ applications: [String], otherwise: String = "REJECT",
    services: String = #""services":["/infra/services/service"]"#, _ codes: String...,
    shows: String...
  ) throws -> ConstructSample {
    var sample = try ConstructSample.rule(
      #""direction":"IN","profiles":["/infra/l7-access-profiles/x"],\#(services)"#,
      action: "ALLOW")
    sample.codes = Set(codes)
    sample.shows = shows
    sample.estate.accessProfile("x", applications, otherwise: otherwise)
    return sample
  }

  private static func severalProfiles() throws -> ConstructSample {
    var sample = try ConstructSample.rule(
      #""direction":"OUT","profiles":["/infra/context-profiles/x","/infra/context-profiles/y"]"#,
      action: "ALLOW", "context-profile")
    for id in ["x", "y"] { sample.estate.profile(id, "DOMAIN_NAME", ["\(id).example.com"]) }
    return sample
  }

  static var profiles: [String: [ConstructSample]] {
    get throws {
      let name = ["www.example.com"]
      let ping =
        #"{"resource_type":"ICMPTypeServiceEntry","protocol":"ICMPv4"}"#
      return [
        "`profiles`: one context profile with `DOMAIN_NAME` alone, `ALLOW`, `OUT` to `ANY`, TCP and UDP":
          [
            try named(
              name, shows: "fqdn: www.example.com", "protocol: TCP", "protocol: UDP"),
            try named(["*.example.com"], "fqdn-wildcard", shows: "fqdn: \"*.example.com\""),
            try named(name, members: #""direction":"IN""#, "fqdn-rule"),
            try named(name, action: "DROP", "fqdn-rule"),
            try named(
              name, members: #""direction":"OUT","service_entries":[\#(ping)]"#, "fqdn-rule"),
            try named(
              name, members: #""direction":"OUT","ip_protocol":"IPV4""#, "family-of-selector"),
            try named(["a^.example.com"], "invalid-fqdn"),
          ],
        "`profiles`: `APP_ID`, `URL_CATEGORY`, `URL_REPUTATION`, `CUSTOM_URL`, sub attributes, several attributes or profiles":
          [
            try keyed("APP_ID"), try keyed("URL_CATEGORY"), try keyed("URL_REPUTATION"),
            try keyed("CUSTOM_URL"), try severalProfiles(),
          ],
        "`profiles`: an L7 access profile that rejects all but `APP_ID` HTTP with HTTP2, and SSL; `ALLOW` of TCP ports":
          [
            try layer7(["HTTP", "HTTP2"], shows: "http: {}"), try layer7(["SSL"], shows: "tls: {}"),
            try layer7(["MYSQL"], otherwise: "ALLOW", shows: "port: 443"),
            try layer7(["MYSQL"], "l7-access-profile"), try layer7(["HTTP"], "l7-access-profile"),
            try layer7(["SSL"], services: #""services":["ANY"]"#, "l7-access-profile"),
          ],
        "a profile that is not there": [
          try .rule(
            #""direction":"IN","profiles":["/infra/context-profiles/x"]"#, "dangling-profile")
        ],
      ]
    }
  }
}
