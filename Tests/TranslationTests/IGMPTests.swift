import AntreaModel
import NSXModel
import Reachability
import Testing
import Translation

/// IGMP: Antrea takes it in a policy of its own, which says of IGMP what the
/// whole NSX policy says.
@Suite struct IGMPTests {
  private let igmp = #""services":["/infra/services/igmp"]"#

  private func estate(_ rules: String..., number: Int = 7) throws -> Estate {
    var estate = Estate()
    for name in ["a", "b"] { try estate.group(name, RuleTests.pods(name)) }
    try estate.service("igmp", #"[{"resource_type":"IGMPTypeServiceEntry"}]"#)
    try estate.service(
      "mixed",
      #"[{"resource_type":"L4PortSetServiceEntry","l4_protocol":"TCP","destination_ports":["80"]},{"resource_type":"IPProtocolServiceEntry","protocol_number":2}]"#
    )
    try estate.policy("p", number: number, rules: "[" + rules.joined(separator: ",") + "]")
    return estate
  }

  private func at(_ name: String) -> String { #""scope":["\#(Estate.group(name))"]"# }

  /// The rules by policy, the one on IGMP first.
  private func texts(_ result: Translation) -> [[String]] {
    result.policies.sorted { $0.policy.priority < $1.policy.priority }.map { item in
      item.policy.ingress.map { "in: " + text($0) } + item.policy.egress.map { "out: " + text($0) }
    }
  }

  @Test func eachDirectionIsFilteredByThePodAlone() throws {
    let result = try estate(
      rule(1, #""direction":"IN_OUT",\#(at("a")),\#(igmp)"#),
      rule(
        2, action: "DROP", #""direction":"OUT","source_groups":["\#(Estate.group("b"))"],\#(igmp)"#)
    ).translate()
    #expect(result.codes.isEmpty && result.isApplicable)
    #expect(
      texts(result) == [
        [
          "in: r1-1001-in-igmp Allow at a IGMP/17", "out: r1-1001-out-igmp Allow at a IGMP/*",
          "out: r2-1002-igmp Drop at b IGMP/*",
        ]
      ])
    let name = try #require(result.policies.first?.policy.metadata.name)
    #expect(name.hasPrefix("p-") && name.hasSuffix("-igmp"))
    #expect(result.provenance["ClusterNetworkPolicy/\(name)"]?.rules.count == 3)
  }

  @Test func theOtherTrafficOfTheRuleStaysInThePolicy() throws {
    let result = try estate(
      rule(1, #""direction":"OUT","services":["/infra/services/mixed"]"#)
    ).translate()
    #expect(
      texts(result) == [
        ["out: r1-1001-igmp Allow at pod{} IGMP/*"], ["out: r1-1001 Allow at pod{} TCP/80"],
      ])
  }

  @Test func itStandsRightBeforeThePolicy() throws {
    for number in [0, 1, 7, 60_000_001] {
      var estate = try estate(
        rule(1, #""direction":"OUT",\#(igmp)"#), rule(2, action: "DROP", #""direction":"OUT""#),
        number: number)
      try estate.policy("o", number: number, rules: "[\(rule(1, #""direction":"IN""#))]")
      try estate.policy("q", number: number + 1, rules: "[\(rule(1, #""direction":"IN""#))]")
      let result = try estate.translate()
      let order = result.policies.sorted { $0.policy.priority < $1.policy.priority }
      #expect(order.map { String($0.policy.metadata.name.prefix(1)) } == ["o", "p", "p", "q"])
      #expect(
        order.map { $0.policy.metadata.name.hasSuffix("-igmp") } == [false, true, false, false])
      let (igmp, main) = (order[1].policy.priority, order[2].policy.priority)
      #expect(main - igmp == 0x1p-52 && Set(order.map(\.policy.priority)).count == 4)
      if number > 0 {
        #expect(order[3].policy.priority == 1 + Double(number + 1) * 0x1p-50)
      }
    }
  }

  @Test func rulesOnAllTrafficAreInItToo() throws {
    let result = try estate(
      rule(1, action: "DROP", #""direction":"OUT",\#(at("b"))"#),
      rule(2, #""direction":"OUT",\#(igmp)"#), rule(3, action: "DROP", #""direction":"OUT""#)
    ).translate()
    #expect(result.codes.isEmpty)
    #expect(
      texts(result) == [
        [
          "out: r1-1001-igmp Drop at b IGMP/*", "out: r2-1002-igmp Allow at pod{} IGMP/*",
          "out: r3-1003-igmp Drop at pod{} IGMP/*",
        ],
        ["out: r1-1001 Drop at b", "out: r3-1003 Drop at pod{}"],
      ])
    // Without a rule that names IGMP there is nothing to keep apart.
    let plain = try estate(rule(1, action: "DROP", #""direction":"OUT""#)).translate()
    #expect(plain.policies.count == 1)
  }

  @Test func policiesBeforeSayItToo() throws {
    func estate(_ before: String, named: String = "OUT") throws -> Estate {
      var estate = try self.estate(rule(1, #""direction":"\#(named)",\#(igmp)"#))
      try estate.policy("a", category: "Emergency", number: 9, rules: "[\(before)]")
      try estate.policy("b", number: 1, rules: "[\(rule(2, #""direction":"IN""#))]")
      try estate.policy(
        "z", number: 9, rules: "[\(rule(3, action: "DROP", #""direction":"OUT""#))]")
      return estate
    }
    // A Drop of everything that stands before is not overtaken by the Allow.
    let result = try estate(rule(1, action: "DROP", #""direction":"IN_OUT",\#(at("a"))"#))
      .translate()
    #expect(result.codes.isEmpty)
    let names = result.policies.map(\.policy.metadata.name).filter { $0.hasSuffix("-igmp") }
    #expect(names.map { $0.prefix(1) } == ["a", "p"])
    #expect(
      result.ruleTexts.filter { $0.contains("IGMP") } == [
        "out: r1-1001-out-igmp Drop at a IGMP/*", "out: r1-1001-igmp Allow at pod{} IGMP/*",
      ])
    // Both directions, where both are named later.
    let both = try estate(
      rule(1, action: "DROP", #""direction":"IN_OUT",\#(at("a"))"#), named: "IN_OUT"
    ).translate()
    #expect(both.policies.filter { $0.policy.metadata.name.hasSuffix("-igmp") }.count == 3)
    // What matches only some IGMP before must do the same.
    let lan = #""direction":"OUT","destination_groups":["10.0.0.0/8"]"#
    #expect(try estate(rule(1, action: "DROP", lan)).translate().codes == ["igmp-order"])
    #expect(try estate(rule(1, lan)).translate().codes.isEmpty)
    let reject = rule(1, action: "REJECT", #""direction":"OUT""#)
    #expect(try estate(reject).translate().codes == ["igmp-order"])
    let inOnly = rule(1, action: "REJECT", #""direction":"IN""#)
    #expect(try estate(inOnly).translate().codes.isEmpty)
  }

  /// What is not known may be IGMP: the deny in its place is one of IGMP as well.
  @Test func aClosedRuleOfUnknownServicesDeniesIGMPToo() throws {
    for services in [#"["/infra/services/gone"]"#, #"["ANY","/infra/services/igmp"]"#] {
      for action in ["DROP", "ALLOW", "JUMP_TO_APPLICATION"] {
        let unknown = rule(
          1, action: action, #""direction":"OUT",\#(at("a")),"services":\#(services)"#)
        let named = rule(2, #""direction":"OUT",\#(igmp)"#)
        var one = try estate()
        try one.policy("q", number: 8, rules: "[\(unknown),\(named)]")
        var two = try estate()
        try two.policy("q", number: 8, rules: "[\(unknown)]")
        try two.policy("r", number: 9, rules: "[\(named)]")
        for estate in [one, two] {
          let result = try estate.translate(TranslationOptions(onUnsupported: .failClosed))
          #expect(result.isApplicable)
          let order = result.policies.filter { $0.policy.metadata.name.hasSuffix("-igmp") }
            .sorted { $0.policy.priority < $1.policy.priority }.flatMap { texts($0.policy.egress) }
          #expect(order.first == "Drop at a IGMP/*", "\(action) \(services): \(order)")
        }
      }
    }
  }

  /// Rules without their names.
  private func texts(_ rules: [PolicyRule]) -> [String] {
    rules.map { text($0).split(separator: " ").dropFirst().joined(separator: " ") }
  }

  @Test func aDefaultRuleBeforeSaysItToo() throws {
    var estate = try estate(rule(1, #""direction":"OUT",\#(igmp)"#))
    try estate.policy(
      "a", number: 1,
      extra: #""connectivity_preference":"ALLOWLIST","scope":["\#(Estate.group("a"))"],"#,
      rules: "[]")
    let result = try estate.translate()
    #expect(
      result.ruleTexts.filter { $0.contains("IGMP") }.map { $0.split(separator: " ").dropFirst(2) }
        == [["Drop", "at", "a", "IGMP/*"], ["Allow", "at", "pod{}", "IGMP/*"]])
  }

  @Test func whatIsNotExactIsRefused() throws {
    let lan = #""destination_groups":["10.0.0.0/8"]"#
    for (rules, code) in [
      ([rule(1, action: "REJECT", #""direction":"OUT",\#(igmp)"#)], "igmp-service"),
      ([rule(1, #""direction":"OUT",\#(lan),\#(igmp)"#)], "igmp-service"),
      (
        [rule(1, #""direction":"OUT","destination_groups":["\#(Estate.group("a"))"],\#(igmp)"#)],
        "igmp-service"
      ),
      (
        [rule(1, #""direction":"IN","source_groups":["10.0.0.0/8"],\#(igmp)"#)], "igmp-service"
      ),
      (
        [rule(1, #""direction":"IN","destination_groups":["\#(Estate.group("a"))"],\#(igmp)"#)],
        "igmp-service"
      ),
      (
        [
          rule(1, action: "DROP", #""direction":"OUT",\#(lan)"#),
          rule(2, #""direction":"OUT",\#(igmp)"#),
        ], "igmp-order"
      ),
      (
        [
          rule(1, #""direction":"OUT",\#(lan)"#), rule(2, action: "DROP", #""direction":"OUT""#),
          rule(3, #""direction":"OUT",\#(igmp)"#),
        ], "igmp-order"
      ),
      (
        [
          rule(1, action: "REJECT", #""direction":"OUT""#), rule(2, #""direction":"OUT",\#(igmp)"#),
        ], "igmp-order"
      ),
    ] {
      var estate = try estate()
      try estate.policy("q", number: 8, rules: "[" + rules.joined(separator: ",") + "]")
      let result = try estate.translate()
      #expect(
        result.codes.filter { $0 != "no-rules" } == [code] && !result.isApplicable, "\(rules)")
      let closed = try estate.translate(TranslationOptions(onUnsupported: .failClosed))
      #expect(closed.codes.contains("rule-closed") && closed.isApplicable, "\(rules)")
      let drops = closed.ruleTexts.filter { $0.contains("IGMP") }
      #expect(!drops.isEmpty && drops.allSatisfy { $0.contains(" Drop at ") }, "\(drops)")
      let skipped = try estate.translate(TranslationOptions(onUnsupported: .skipPolicy))
      #expect(skipped.policies.isEmpty)
    }
  }

  @Test func whatDoesTheSameMayBeOvertaken() throws {
    let lan = #""destination_groups":["10.0.0.0/8"]"#
    let result = try estate(
      rule(1, #""direction":"OUT",\#(lan)"#), rule(2, #""direction":"OUT",\#(igmp)"#),
      rule(3, action: "DROP", #""direction":"OUT""#)
    ).translate()
    #expect(result.codes.isEmpty)
    // The last rule must not overtake the first, which does something else.
    #expect(texts(result).first == ["out: r2-1002-igmp Allow at pod{} IGMP/*"])
    // The other direction is another matter.
    let other = try estate(
      rule(1, action: "DROP", #""direction":"IN","source_groups":["10.0.0.0/8"]"#),
      rule(2, #""direction":"OUT",\#(igmp)"#)
    ).translate()
    #expect(other.codes.isEmpty)
  }

  @Test func aRuleOfOneFamilyNeedsAClusterOfThatFamily() throws {
    let estate = try estate(rule(1, #""direction":"OUT","ip_protocol":"IPV4",\#(igmp)"#))
    #expect(try estate.translate().codes == ["igmp-service"])
    #expect(try estate.translate(families: [.v4, .v6]).codes == ["igmp-service"])
    #expect(
      texts(try estate.translate(families: [.v4])) == [["out: r1-1001-igmp Allow at pod{} IGMP/*"]])
  }

  @Test func bothFirewallsAgree() throws {
    let world = World(
      workloads: [
        pod("a", labels: ["app": "a"], "10.244.0.1", "fd00::1"),
        pod("b", labels: ["app": "b"], "10.244.0.2"), pod("c", "10.244.0.3", "fd00::3"),
      ], addresses: [address("10.0.0.9"), address("fd00::9")])
    for rules in [
      [
        rule(1, #""direction":"OUT",\#(at("a")),\#(igmp)"#),
        rule(2, action: "DROP", #""direction":"IN_OUT""#),
      ],
      [
        rule(1, action: "DROP", #""direction":"IN_OUT",\#(at("b"))"#),
        rule(2, #""direction":"IN_OUT","services":["/infra/services/mixed"]"#),
        rule(3, action: "REJECT", #""direction":"IN_OUT""#),
      ],
      [
        rule(1, #""direction":"OUT","destination_groups":["10.0.0.0/8"]"#),
        rule(2, #""direction":"OUT",\#(igmp)"#),
        rule(3, action: "DROP", #""direction":"OUT""#),
      ],
    ] {
      var estate = try estate()
      try estate.policy("q", number: 8, rules: "[" + rules.joined(separator: ",") + "]")
      let trial = try Trial(estate, world)
      #expect(trial.translation.isApplicable, "\(trial.translation.codes)")
      #expect(try trial.check().differences.map(\.description) == [])
    }
  }
}
