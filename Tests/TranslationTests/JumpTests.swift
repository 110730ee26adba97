import AntreaModel
import Reachability
import Testing
import Translation

/// JUMP_TO_APPLICATION: what jumped on the left, what is left of a later rule on
/// the right.
@Suite struct JumpTests {
  private static let pods = [CIDR("10.244.0.0/16")].compactMap(\.self)

  private func estate() throws -> Estate {
    var estate = Estate()
    for (id, expression) in [
      ("web", Shape.pod("app", "web")), ("db", Shape.pod("app", "db")),
      ("api", Shape.pod("app", "api")), ("shop", Shape.namespace("shop")),
      ("mixed", Shape.any(Shape.pod("app", "db"), Shape.addresses("10.20.0.0/16"))),
      ("lan", Shape.addresses("10.20.0.0/16")), ("half", Shape.addresses("10.20.0.0/17")),
      ("svc", Shape.service("api", in: "shop")),
    ] {
      try estate.group(id, "[\(expression)]")
    }
    for (id, entries) in [
      ("https", #"{"l4_protocol":"TCP","destination_ports":["443"]"#),
      ("web-ports", #"{"l4_protocol":"TCP","destination_ports":["80","443-445"]"#),
      ("tcp", #"{"l4_protocol":"TCP","destination_ports":["1-65535"]"#),
    ] {
      try estate.service(
        id, "[" + entries.replacing("{", with: #"{"resource_type":"L4PortSetServiceEntry","#) + "}]"
      )
    }
    try estate.service(
      "ping",
      #"[{"resource_type":"ICMPTypeServiceEntry","protocol":"ICMPv4","icmp_type":8},{"resource_type":"ICMPTypeServiceEntry","protocol":"ICMPv4","icmp_type":0}]"#
    )
    try estate.service(
      "echo", #"[{"resource_type":"ICMPTypeServiceEntry","protocol":"ICMPv4","icmp_type":8}]"#)
    return estate
  }

  private func members(
    _ direction: String, from: [String] = [], to: [String] = [], at scope: [String] = [],
    _ services: String? = nil, more: String = ""
  ) -> String {
    func paths(_ ids: [String]) -> String {
      ids.isEmpty ? #"["ANY"]"# : "\(ids.map { $0.contains(".") ? $0 : Estate.group($0) })"
    }
    return
      #""direction":"\#(direction)","source_groups":\#(paths(from)),"destination_groups":\#(paths(to)),"scope":\#(paths(scope)),"services":["\#(services.map { "/infra/services/\($0)" } ?? "ANY")"]\#(more)"#
  }

  /// What becomes of a rule after a jump in the same policy.
  private func rest(
    _ jump: String, _ later: String, action: String = "DROP", podNetworks: [CIDR]? = pods,
    families: Set<IPFamily>? = [.v4]
  ) throws -> [String] {
    var estate = try estate()
    try estate.policy(
      "p", category: "Environment",
      rules: "["
        + rule(1, action: "JUMP_TO_APPLICATION", jump) + "," + rule(2, action: action, later) + "]"
    )
    let result = try estate.translate(families: families, podNetworks: podNetworks)
    let problems = result.findings.filter { $0.code != .noRules }
    #expect(problems.allSatisfy { $0.severity == .warning } == result.isApplicable)
    return result.ruleTexts + problems.map { "\($0.code.rawValue): \($0.message)" }
  }

  /// Antrea's `icmp` is of both families: what is left of one must not be
  /// written where only the other has addresses.
  @Test(arguments: [nil, [.v4], [.v6], [.v4, .v6]] as [Set<IPFamily>?])
  func aJumpWithOneFamilyOfICMPLeavesTheOther(families: Set<IPFamily>?) throws {
    for (version, own) in [("ICMPv4", IPFamily.v4), ("ICMPv6", .v6)] {
      var estate = try estate()
      for (id, versions) in [("one", [version]), ("both", ["ICMPv4", "ICMPv6"])] {
        let entries = versions.map {
          #"{"resource_type":"ICMPTypeServiceEntry","protocol":"\#($0)"}"#
        }
        try estate.service(id, "[" + entries.joined(separator: ",") + "]")
      }
      try estate.policy(
        "p", category: "Environment",
        rules: "["
          + rule(1, action: "JUMP_TO_APPLICATION", members("IN", "one")) + ","
          + rule(2, action: "DROP", members("IN", "both")) + "]")
      let pods = [pod("web", "10.244.0.1"), pod("six", "fd00::6")].filter { pod in
        pod.addresses.allSatisfy { families?.contains($0.family) ?? true }
      }
      let world = World(workloads: pods, addresses: [address("192.0.2.1"), address("2001:db8::1")])
      let trial = try Trial(estate, world, families: families, podNetworks: Self.pods)
      #expect(trial.translation.isApplicable)
      #expect(try trial.check().differences.map(\.description) == [])
      let others = families.map { !$0.subtracting([own]).isEmpty } ?? true
      #expect(trial.translation.ruleTexts.isEmpty == !others, "\(version)")
    }
  }

  @Test func unrelatedRulesStayAsTheyWere() throws {
    for (jump, later) in [
      (members("OUT"), members("IN", at: ["db"])),
      (members("IN", at: ["web"]), members("IN", at: ["db"])),
      (members("IN", from: ["half"]), members("IN", from: ["web"], at: ["db"])),
      (members("IN", "https"), members("IN", at: ["db"], "ping")),
      (members("IN", more: #","ip_protocol":"IPV6""#), members("IN", at: ["db"])),
    ] {
      var alone = try estate()
      try alone.policy("p", category: "Environment", rules: "[\(rule(2, action: "DROP", later))]")
      let expected = try alone.translate(families: [.v4], podNetworks: Self.pods).ruleTexts
      #expect(try rest(jump, later).filter { $0.hasPrefix("in") } == expected, "\(jump)")
    }
  }

  @Test func podsThatJumpedLeaveTheAppliedTo() throws {
    #expect(
      try rest(members("IN", at: ["web"]), members("IN")) == [
        "in: r2-1002 Drop at pod{app NotIn web}"
      ])
    #expect(
      try rest(members("IN", at: ["web"]), members("IN", at: ["shop", "db"])) == [
        "in: r2-1002 Drop at db|ns{kubernetes.io/metadata.name In shop}+pod{app NotIn web}"
      ])
  }

  @Test func peersThatJumpedLeaveThePeers() throws {
    #expect(
      try rest(members("IN", from: ["half"]), members("IN", from: ["lan"], at: ["db"])) == [
        "in: r2-1002 Drop at db peers 10.20.128.0/17"
      ])
    #expect(
      try rest(members("IN", from: ["web"]), members("IN", from: ["shop"], at: ["db"])) == [
        "in: r2-1002 Drop at db peers ns{kubernetes.io/metadata.name In shop}+pod{app NotIn web}"
      ])
    // A group brings its addresses along, and so is named where they stay.
    #expect(
      try rest(members("IN", from: ["half"]), members("IN", from: ["mixed"], at: ["db"])) == [
        "in: r2-1002 Drop at db peers db|10.20.128.0/17"
      ])
    #expect(
      try rest(members("IN", from: ["web"]), members("IN", from: ["mixed", "shop"], at: ["db"]))
        == [
          "in: r2-1002 Drop at db peers mixed|ns{kubernetes.io/metadata.name In shop}+pod{app NotIn web}"
        ])
    let strangers = try rest(members("IN", from: ["web"]), members("IN", at: ["db"]))
    #expect(strangers.count == 1)
    #expect(strangers[0].hasPrefix("in: r2-1002 Drop at db peers pod{app NotIn web}|0.0.0.0/5|"))
    #expect(strangers[0].hasSuffix("|128.0.0.0/1|nodes"))
  }

  @Test func portsThatJumpedLeaveThePorts() throws {
    #expect(
      try rest(members("IN", "https"), members("IN", at: ["db"], "web-ports")) == [
        "in: r2-1002 Drop at db TCP/80 TCP/444-445"
      ])
    #expect(
      try rest(members("IN", "web-ports"), members("IN", at: ["db"], "tcp")) == [
        "in: r2-1002 Drop at db TCP/1-79 TCP/81-442 TCP/446-65535"
      ])
    #expect(
      try rest(members("IN", "echo"), members("IN", at: ["db"], "ping")) == [
        "in: r2-1002 Drop at db ICMP/0/*"
      ])
    #expect(
      try rest(members("IN", "https"), members("IN", at: ["db"])) == [
        "jump-remainder: /infra/domains/default/security-policies/p/rules/r1 jumps with some of its traffic: all traffic but some has no form in Antrea"
      ])
  }

  @Test func whatIsLeftIsAsManyRulesAsItTakes() throws {
    #expect(
      try rest(
        members("IN", from: ["half"], at: ["web"], "https"),
        members("IN", from: ["lan"], at: ["web", "db"], "web-ports"), action: "REJECT") == [
          "in: r2-1002-rest1 Reject at db peers lan TCP/80 TCP/443-445",
          "in: r2-1002-rest2 Reject at web peers 10.20.128.0/17 TCP/80 TCP/443-445",
          "in: r2-1002-rest3 Reject at web peers 10.20.0.0/17 TCP/80 TCP/444-445",
        ])
    // In both directions, each by itself.
    #expect(
      try rest(
        members("IN_OUT", from: ["web"], to: ["db"]),
        members("IN_OUT", from: ["web"], to: ["shop"]),
        action: "ALLOW") == [
          "in: r2-1002-in Allow at ns{kubernetes.io/metadata.name In shop}+pod{app NotIn db} peers web",
          "out: r2-1002-out Allow at web peers ns{kubernetes.io/metadata.name In shop}+pod{app NotIn db}",
        ])
  }

  @Test func whatJumpedWholeIsLeftOut() throws {
    #expect(
      try rest(members("IN", at: ["shop"]), members("IN", to: ["web"], at: ["shop"])) == [
        "empty-rule: all its traffic has jumped to Application"
      ])
    #expect(
      try rest(members("IN"), members("IN_OUT", from: ["web"], to: ["db"])) == [
        "out: r2-1002-out Drop at web peers db"
      ])
  }

  @Test func familiesAreTakenOut() throws {
    let jump = members("IN", more: #","ip_protocol":"IPV4""#)
    #expect(
      try rest(jump, members("IN", at: ["db"]), podNetworks: nil, families: nil) == [
        "in: r2-1002 Drop at db peers ::/0"
      ])
    #expect(
      try rest(jump, members("IN", from: ["web"], at: ["db"]), podNetworks: nil, families: nil)
        == [
          "jump-remainder: /infra/domains/default/security-policies/p/rules/r1 jumps with some of its traffic: labels select pods of both families"
        ])
    #expect(
      try rest(members("IN", "echo"), members("IN", at: ["db"], "ping"), families: nil) == [
        "in: r2-1002 Drop at db peers 0.0.0.0/0 ICMP/0/*"
      ])
  }

  @Test func everyLaterRuleOfTheCategoryCounts() throws {
    var estate = try estate()
    let drop = { (number: Int) in rule(number, action: "DROP", members("IN")) }
    for (id, category, number) in [
      ("before", "Environment", 1), ("after", "Environment", 3), ("app", "Application", 9),
      ("infra", "Infrastructure", 9),
    ] {
      try estate.policy(
        id, category: category, number: number,
        extra: id == "after" ? #""connectivity_preference":"ALLOWLIST","default_rule_id":7,"# : "",
        rules: "[\(drop(number))]")
    }
    try estate.policy(
      "jump", category: "Environment", number: 2,
      rules: "["
        + drop(1) + "," + rule(2, action: "JUMP_TO_APPLICATION", members("IN", at: ["web"])) + ","
        + rule(3, action: "JUMP_TO_APPLICATION", members("IN", at: ["db"])) + "," + drop(4) + "]")
    let result = try estate.translate()
    #expect(result.findings.isEmpty)
    #expect(
      result.ruleTexts == [
        "in: r9-1009 Drop at pod{}", "in: r3-1003 Drop at pod{app NotIn db,web}",
        "in: default-7-in Drop at pod{app NotIn db,web}", "out: default-7-out Drop at pod{}",
        "in: r1-1001 Drop at pod{}", "in: r1-1001 Drop at pod{}",
        "in: r4-1004 Drop at pod{app NotIn db,web}", "in: r9-1009 Drop at pod{}",
      ])
    let shuffled = try estate.translate(objects: estate.shuffled(seed: 3))
    #expect(shuffled.ruleTexts == result.ruleTexts)
  }

  @Test func aJumpElsewhereIsRefusedAndDoesNotGoUnnoticed() throws {
    func translate(_ mode: TranslationOptions.OnUnsupported) throws -> Translation {
      var estate = try estate()
      try estate.policy(
        "early", category: "Emergency", number: 1,
        rules: "[\(rule(1, action: "JUMP_TO_APPLICATION", members("IN", at: ["web"])))]")
      for (id, category) in [("env", "Environment"), ("app", "Application")] {
        try estate.policy(
          id, category: category, number: 9,
          rules:
            "[\(rule(2, action: "ALLOW", members("IN"))),\(rule(3, members("IN", at: ["db"])))]"
        )
      }
      return try estate.translate(TranslationOptions(onUnsupported: mode))
    }
    let failed = try translate(.fail)
    #expect(!failed.isApplicable)
    #expect(failed.codes == ["jump-remainder", "jump-to-application"])
    #expect(
      failed.ruleTexts == [
        "in: r3-1003 Allow at db", "in: r2-1002 Allow at pod{}", "in: r3-1003 Allow at db",
      ])
    let skipped = try translate(.skipPolicy)
    #expect(skipped.isApplicable)
    #expect(skipped.policies.map(\.category) == [.application])
    // The Drop stops all that may have jumped, so that nothing later sees it.
    let closed = try translate(.failClosed)
    #expect(closed.isApplicable && closed.codes == ["jump-to-application", "rule-closed"])
    #expect(closed.ruleTexts.first == "in: r1-1001 Drop at web" && closed.ruleTexts.count == 5)
  }

  @Test func aJumpThatCannotBeToldRefusesWhatItMayReach() throws {
    for jump in [
      members("IN", at: ["svc", "gone"]), members("IN", more: #","profiles":["/infra/x"]"#),
      members("IN", from: ["10.20.0.0/16"], "gone"),
    ] {
      var estate = try estate()
      try estate.policy(
        "p", category: "Environment",
        rules: "["
          + rule(1, action: "JUMP_TO_APPLICATION", jump) + ","
          + rule(2, members("IN", from: ["lan"])) + "," + rule(3, members("OUT")) + "]")
      let result = try estate.translate()
      #expect(!result.isApplicable && result.ruleTexts == ["out: r3-1003 Allow at pod{}"])
      #expect(result.findings.filter { $0.code == .jumpRemainder }.count == 1)
      let closed = try estate.translate(TranslationOptions(onUnsupported: .failClosed))
      #expect(closed.isApplicable && closed.ruleTexts[0].hasPrefix("in: r1-1001 Drop"))
      #expect(closed.ruleTexts[1] == "in: r2-1002 Allow at pod{} peers lan")
    }
  }

  @Test func jumpsOfASkippedPolicyStillCount() throws {
    var estate = try estate()
    try estate.policy(
      "early", category: "Environment", number: 1,
      rules: "["
        + rule(1, action: "JUMP_TO_APPLICATION", members("IN", at: ["web"])) + ","
        + rule(2, members("IN", from: ["gone"])) + "]")
    try estate.policy(
      "late", category: "Environment", number: 2, rules: "[\(rule(1, members("IN")))]")
    let result = try estate.translate(TranslationOptions(onUnsupported: .skipPolicy))
    #expect(result.ruleTexts == ["in: r1-1001 Allow at pod{app NotIn web}"])
  }

  /// What was not read, has no place or has an action that is not known may be a
  /// jump: what comes after it is not judged as if there were none.
  @Test func whatMayHideAJumpRefusesWhatComesAfter() throws {
    let jump = rule(1, action: "JUMP_TO_APPLICATION", members("IN", at: ["web"]))
    let allow = rule(1, action: "ALLOW", members("IN", at: ["db"]))
    for (number, extra, rules) in [
      (1, #""rule_count":2,"#, "[\(allow)]"), (-1, "", "[\(jump)]"),
      (1, "", "[\(rule(1, action: "LEAVE", members("IN", at: ["web"])))]"),
    ] {
      var estate = try estate()
      try estate.policy(
        "early", category: "Environment", number: number, extra: extra, rules: rules)
      try estate.policy(
        "late", category: "Environment", number: 5, rules: "[\(rule(1, members("IN")))]")
      try estate.policy("app", number: 9, rules: "[\(rule(1, members("IN", at: ["db"])))]")
      let result = try estate.translate(TranslationOptions(onUnsupported: .skipPolicy))
      #expect(result.codes.contains("jump-remainder"), "\(result.codes)")
      #expect(result.policies.map(\.category) == [.application], "\(result.ruleTexts)")
    }
  }

  @Test func theNumberOfPartsIsBounded() throws {
    var estate = try estate()
    let jumps = (0..<12).map { index in
      rule(
        index, action: "JUMP_TO_APPLICATION",
        members(
          "IN", from: ["10.\(index).0.0/16"], at: ["g\(index)"],
          more: #","ip_protocol":"IPV4""#))
    }
    for index in 0..<12 { try estate.group("g\(index)", "[\(Shape.pod("k\(index)", "v"))]") }
    try estate.policy(
      "p", category: "Environment",
      rules: "[" + (jumps + [rule(20, action: "DROP", members("IN"))]).joined(separator: ",") + "]")
    let result = try estate.translate(families: [.v4])
    #expect(result.codes == ["jump-remainder"])
    #expect(result.findings[0].message.hasSuffix("the rest has more than 64 parts"))
    #expect(result.findings[0].rule?.hasSuffix("/r20") == true)
  }
}
