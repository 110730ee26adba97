import AntreaModel
import Documents
import NSXModel
import Reachability
import Testing
import Translation

/// Context profiles and L7 access profiles.
@Suite struct ProfileTests {
  private func estate(
    _ profiles: [JSONValue], rule members: String, action: String = "ALLOW"
  ) throws -> Estate {
    var estate = Estate()
    try estate.group("web", RuleTests.pods("web"))
    for (name, entry) in [
      (
        "https",
        #"{"resource_type":"L4PortSetServiceEntry","l4_protocol":"TCP","destination_ports":["443"]}"#
      ),
      (
        "dns",
        #"{"resource_type":"L4PortSetServiceEntry","l4_protocol":"UDP","destination_ports":["53"]}"#
      ),
      ("ping", #"{"resource_type":"ICMPTypeServiceEntry","protocol":"ICMPv4"}"#),
    ] { try estate.service(name, "[\(entry)]") }
    estate.profiles = profiles
    try estate.policy("p", rules: "[\(rule(1, action: action, members))]")
    return estate
  }

  private func context(_ attributes: String, _ id: String = "c") throws -> JSONValue {
    try JSONValue(
      json:
        #"{"resource_type":"PolicyContextProfile","id":"\#(id)","path":"/infra/context-profiles/\#(id)","attributes":[\#(attributes)]}"#
    )
  }

  private func names(_ values: String, _ more: String = "") -> String {
    #"{"key":"DOMAIN_NAME","datatype":"STRING","attribute_source":"SYSTEM","value":[\#(values)]\#(more)}"#
  }

  private let out = #""direction":"OUT","profiles":["/infra/context-profiles/c"]"#

  @Test func domainNamesBecomePeers() throws {
    let at = #","source_groups":["\#(Estate.group("web"))"]"#
    let plain = try estate(
      [try context(names(#""api.Example.com","db.example.com.""#))],
      rule: out + at + #","services":["/infra/services/https"]"#
    ).translate()
    #expect(plain.codes.isEmpty && plain.isApplicable)
    #expect(
      plain.ruleTexts == [
        "out: r1-1001 Allow at web peers api.example.com|db.example.com TCP/443"
      ])
    let wild = try estate(
      [try context(names(#""*.example.com","ax*.example.com","*-my.example.org""#))], rule: out
    ).translate()
    // NSX knows names for TCP and UDP alone.
    #expect(
      wild.ruleTexts == [
        "out: r1-1001 Allow at pod{} peers *-my.example.org|*.example.com|ax*.example.com TCP/* UDP/*"
      ])
    #expect(wild.codes == ["fqdn-wildcard", "fqdn-wildcard", "fqdn-wildcard"])
    #expect(wild.isApplicable && !AdmissionRules.violates(wild))
  }

  @Test func whatIsNotExactIsRefusedWithItsReason() throws {
    let good = names(#""a.example.com""#)
    let app = #"{"key":"APP_ID","datatype":"STRING","value":["SSL"]}"#
    for (attributes, members, action, code, reason) in [
      (app, out, "ALLOW", "context-profile", "APP_ID"),
      ("\(good),\(app)", out, "ALLOW", "context-profile", "APP_ID"),
      (#"{"key":"URL_CATEGORY","value":["X"]}"#, out, "ALLOW", "context-profile", "URL_CATEGORY"),
      ("\(good),\(good)", out, "ALLOW", "context-profile", "several DOMAIN_NAME"),
      ("", out, "ALLOW", "context-profile", "no attribute"),
      (names(""), out, "ALLOW", "context-profile", "no attribute"),
      (
        names(
          #""a.example.com""#, #","sub_attributes":[{"key":"TLS_VERSION","value":["TLS_V13"]}]"#),
        out, "ALLOW", "context-profile", "TLS_VERSION"
      ),
      (
        names(#""a.example.com""#, #","negate":true"#), out, "ALLOW", "unknown-member",
        "attributes[0].negate"
      ),
      (good, out, "DROP", "fqdn-rule", "not ALLOW"),
      (good, out, "REJECT", "fqdn-rule", "not ALLOW"),
      (good, out.replacing("OUT", with: "IN_OUT"), "ALLOW", "fqdn-rule", "not OUT"),
      (good, out.replacing("OUT", with: "IN"), "ALLOW", "fqdn-rule", "not OUT"),
      (good, out + #","destination_groups":["10.0.0.0/8"]"#, "ALLOW", "fqdn-rule", "not ANY"),
      (
        good, out + #","services":["/infra/services/ping"]"#, "ALLOW", "fqdn-rule",
        "not TCP and UDP"
      ),
      (good, out + #","ip_protocol":"IPV4""#, "ALLOW", "family-of-selector", "both families"),
      (names(#""a^.example.com""#), out, "ALLOW", "invalid-fqdn", "a^.example.com"),
      (names(#""a_b.example.com""#), out, "ALLOW", "invalid-fqdn", "a_b.example.com"),
      (names(#""a*b.example.com""#), out, "ALLOW", "invalid-fqdn", "a*b.example.com"),
      (names(#""a.*.example.com""#), out, "ALLOW", "invalid-fqdn", "a.*.example.com"),
      (names(#""*""#), out, "ALLOW", "invalid-fqdn", "*"),
      (names(#""""#), out, "ALLOW", "invalid-fqdn", "domain name"),
      (
        names("\"" + String(repeating: "a", count: 64) + #".example.com""#), out, "ALLOW",
        "invalid-fqdn", "aaaa"
      ),
    ] {
      let estate = try estate([try context(attributes)], rule: members, action: action)
      let result = try estate.translate()
      #expect(result.codes == [code] && !result.isApplicable, "\(attributes) \(members)")
      #expect(result.findings.first?.message.contains(reason) == true, "\(result.findings)")
      let closed = try estate.translate(TranslationOptions(onUnsupported: .failClosed))
      #expect(!closed.ruleTexts.isEmpty && closed.isApplicable)
      #expect(closed.ruleTexts.allSatisfy { $0.contains(" Drop at ") })
    }
  }

  @Test func severalAndMissingProfilesAreRefused() throws {
    let two = out.replacing(#"/c""#, with: #"/c","/infra/context-profiles/d""#)
    let result = try estate(
      [try context(names(#""a.example.com""#)), try context(names(#""b.example.com""#), "d")],
      rule: two
    ).translate()
    #expect(result.codes == ["context-profile"])
    #expect(try estate([], rule: out).translate().codes == ["dangling-profile"])
  }

  private func access(_ entries: String, byDefault action: String = "REJECT") throws -> JSONValue {
    try JSONValue(
      json:
        #"{"resource_type":"L7AccessProfile","id":"l","path":"/infra/l7-access-profiles/l","default_action":"\#(action)","default_action_logged":false,"entry_count":1,"l7_access_entries":[\#(entries)]}"#
    )
  }

  private func entry(_ ids: String, action: String = "ALLOW", _ more: String = "") -> String {
    #"{"resource_type":"L7AccessEntry","sequence_number":1,"action":"\#(action)","logged":false,"attributes":[{"key":"APP_ID","datatype":"STRING","value":[\#(ids)]}]\#(more)}"#
  }

  private let l7 =
    #""direction":"IN","profiles":["/infra/l7-access-profiles/l"],"services":["/infra/services/https"]"#

  @Test func accessProfilesBecomeApplications() throws {
    for (profile, text) in [
      (try access(entry(#""SSL""#)), " TCP/443 tls"),
      (try access(entry(#""HTTP","HTTP2""#)), " TCP/443 http"),
      (try access(entry(#""HTTP""#) + "," + entry(#""HTTP2","SSL""#)), " TCP/443 http tls"),
      // Nothing is refused.
      (try access(entry(#""FOO""#), byDefault: "ALLOW"), " TCP/443"),
      (
        try access(entry(#""SSL""#) + "," + entry(#""X""#, action: "REJECT", #","disabled":true"#)),
        " TCP/443 tls"
      ),
    ] {
      let result = try estate([profile], rule: l7).translate()
      #expect(result.codes.isEmpty, "\(profile) \(result.findings)")
      #expect(result.ruleTexts == ["in: r1-1001 Allow at pod{}" + text])
      #expect(!AdmissionRules.violates(result))
    }
  }

  @Test func otherAccessProfilesAreRefusedWithTheirReason() throws {
    for (profile, members, action, reason) in [
      (try access(entry(#""HTTP""#)), l7, "ALLOW", "both together"),
      (try access(entry(#""MYSQL""#)), l7, "ALLOW", "APP_ID MYSQL"),
      (try access(entry(#""SSL""#, action: "REJECT")), l7, "ALLOW", "does REJECT"),
      (try access(entry(#""SSL""#), byDefault: "REJECT_WITH_RESPONSE"), l7, "ALLOW", "by default"),
      (try access(entry(#""SSL""#), byDefault: "FROB"), l7, "ALLOW", "does FROB by default"),
      (try access(""), l7, "ALLOW", "lets nothing through"),
      (
        try access(#"{"action":"ALLOW","attributes":[{"key":"CUSTOM_URL","value":["x"]}]}"#), l7,
        "ALLOW", "CUSTOM_URL"
      ),
      (try access(#"{"action":"ALLOW"}"#), l7, "ALLOW", "nothing"),
      (try access(entry(#""SSL""#)), l7.replacing("https", with: "dns"), "ALLOW", "not TCP alone"),
      (
        try access(entry(#""SSL""#)),
        #""direction":"IN","profiles":["/infra/l7-access-profiles/l"]"#, "ALLOW", "not TCP alone"
      ),
      (try access(entry(#""SSL""#)), l7, "DROP", "not ALLOW"),
      (try access(entry(#""SSL""#), byDefault: "ALLOW"), l7, "DROP", "not ALLOW"),
    ] {
      let result = try estate([profile], rule: members, action: action).translate()
      #expect(result.codes == ["l7-access-profile"] && !result.isApplicable, "\(profile)")
      #expect(result.findings.first?.message.contains(reason) == true, "\(result.findings)")
    }
  }

  @Test func bothFirewallsAgree() throws {
    let named = World(
      workloads: [pod("web", labels: ["app": "web"], "10.244.0.1"), pod("db", "10.244.0.2")],
      hostNames: [
        address("198.51.100.1"): ["a.example.com"], address("198.51.100.2"): ["x.a.example.com"],
        address("198.51.100.3"): ["example.com"], address("198.51.100.4"): ["A.example.org"],
        address("10.244.0.2"): ["db-0.a.example.com"],
      ])
    for values in [#""a.example.com""#, #""*.example.com","a.example.org""#, #""x*.example.com""#] {
      for services in ["", #","services":["/infra/services/https"]"#] {
        var estate = try estate([try context(names(values))], rule: out + services)
        try estate.policy(
          "z", number: 70_000_000, rules: "[\(rule(1, action: "DROP", #""direction":"OUT""#))]")
        let trial = try Trial(estate, named)
        #expect(trial.translation.isApplicable)
        #expect(try trial.check().differences.map(\.description) == [], "\(values)")
      }
    }
    let layer7 = try estate([try access(entry(#""SSL""#))], rule: l7)
    #expect(try Trial(layer7, named).check().differences.map(\.description) == [])
  }

  @Test func namesOfNSX() throws {
    let world = World(
      workloads: [pod("web", "10.244.0.1")],
      hostNames: [
        address("198.51.100.1"): ["a.example.com"], address("198.51.100.2"): ["x.a.example.com"],
        address("198.51.100.3"): ["example.com"], address("198.51.100.4"): ["ab.EXAMPLE.com."],
      ])
    for (value, matched) in [
      ("a.example.com", [1]), ("*.example.com", [1, 2, 4]), ("^.example.com", [1, 4]),
      ("a*.example.com", [1, 4]), ("^a.example.com", [1]), ("*a.example.com", [1, 2]),
      ("example.com", [3]), ("A.Example.COM", [1]), ("*.com", [1, 2, 3, 4]),
    ] {
      let snapshot = try estate([try context(names("\"\(value)\""))], rule: out).snapshot()
      let nsx = NSXEvaluator(snapshot, policies: snapshot.policies, world: world)
      let tcp = Traffic.transport(.tcp, source: 1, destination: 443)
      func rule(_ destination: Endpoint, _ traffic: Traffic) -> String? {
        nsx.decide(Flow(source: world.endpoints[0], destination: destination, traffic: traffic))
          .egress.rule?.rule
      }
      let found = (1...4).filter { number in
        world.endpoint(address("198.51.100.\(number)")).flatMap { rule($0, tcp) } != nil
      }
      #expect(found == matched, "\(value)")
      #expect(world.endpoints.allSatisfy { rule($0, .icmp(type: 8, code: 0)) == nil })
    }
  }
}

extension AdmissionRules {
  /// Whether anything of a translation would be refused.
  fileprivate static func violates(_ translation: Translation) -> Bool {
    !violations(
      in: translation.tiers.map(\.document) + translation.clusterGroups.map(\.document)
        + translation.policies.map(\.policy.document)
    ).isEmpty
  }
}
