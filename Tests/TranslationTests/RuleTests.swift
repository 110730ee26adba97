import AntreaModel
import NSXModel
import Testing
import Translation

/// One test per rule of the contract on rules: NSX on the left, Antrea on the
/// right.
@Suite struct RuleTests {
  private func estate(_ rules: String, extra: String = "") throws -> Estate {
    var estate = Estate()
    try estate.group("web", Self.pods("web"))
    try estate.group("db", Self.pods("db"))
    try estate.group("shop", Self.namespace("shop"))
    try estate.group(
      "lan", #"[{"resource_type":"IPAddressExpression","ip_addresses":["10.20.0.0/16"]}]"#)
    try estate.group("empty", "[]")
    try estate.policy("p", extra: extra, rules: "[\(rules)]")
    return estate
  }

  static func pods(_ value: String) -> String {
    """
    [{"resource_type":"Condition","member_type":"Pod","key":"Tag","operator":"EQUALS",
      "value":"dis:k8s:app|\(value)"}]
    """
  }

  static func namespace(_ name: String) -> String {
    """
    [{"resource_type":"Condition","member_type":"Namespace","key":"Name","operator":"EQUALS",
      "value":"\(name)"}]
    """
  }

  private func list(_ names: String...) -> String {
    "[" + names.map { "\"\(Estate.group($0))\"" }.joined(separator: ",") + "]"
  }

  @Test func sourcesInGiveIngressAtTheScope() throws {
    let result = try estate(
      rule(1, #""direction":"IN","source_groups":\#(list("web")),"scope":\#(list("db"))"#)
    ).translate()
    #expect(result.ruleTexts == ["in: r1-1001 Allow at db peers web"])
    #expect(result.isApplicable && result.findings.isEmpty)
  }

  @Test func destinationsOutGiveEgressAtTheScope() throws {
    let result = try estate(
      rule(1, #""direction":"OUT","destination_groups":\#(list("lan")),"scope":\#(list("web"))"#)
    ).translate()
    #expect(result.ruleTexts == ["out: r1-1001 Allow at web peers lan"])
  }

  @Test func anyAnyInOutGivesTwoRules() throws {
    let result = try estate(rule(1, action: "DROP", #""source_groups":["any"],"scope":["ANY"]"#))
      .translate()
    #expect(
      result.ruleTexts == ["in: r1-1001-in Drop at pod{}", "out: r1-1001-out Drop at pod{}"])
  }

  @Test func sourcesAndDestinationsAreEnforcedAtBothEnds() throws {
    let result = try estate(
      rule(1, #""source_groups":\#(list("web")),"destination_groups":\#(list("db"))"#)
    ).translate()
    #expect(
      result.ruleTexts == [
        "in: r1-1001-in Allow at db peers web", "out: r1-1001-out Allow at web peers db",
      ])
  }

  @Test func scopeAndSideAreIntersected() throws {
    let result = try estate(
      rule(
        1,
        #""direction":"IN","source_groups":\#(list("web")),"destination_groups":\#(list("db")),"scope":\#(list("shop"))"#
      )
    ).translate()
    #expect(
      result.ruleTexts == [
        "in: r1-1001 Allow at ns{kubernetes.io/metadata.name In shop}+pod{app In db} peers web"
      ])
  }

  @Test func contradictingIntersectionLeavesTheRuleOut() throws {
    let result = try estate(
      rule(1, #""direction":"IN","destination_groups":\#(list("db")),"scope":\#(list("web"))"#)
    ).translate()
    #expect(result.ruleTexts.isEmpty)
    #expect(result.codes == ["empty-rule"])
    #expect(result.isApplicable)
  }

  @Test func policyScopeOverridesRuleScope() throws {
    let result = try estate(
      rule(1, #""direction":"IN","scope":\#(list("web"))"#), extra: #""scope":\#(list("db")),"#
    ).translate()
    #expect(result.ruleTexts == ["in: r1-1001 Allow at db"])
  }

  @Test func disabledRulesLeaveNoTrace() throws {
    let result = try estate(rule(1, #""direction":"IN","disabled":true"#)).translate()
    #expect(result.policies.isEmpty && result.codes == ["no-rules"])
  }

  @Test func excludedAddressesBecomeTheirComplement() throws {
    let result = try estate(
      rule(
        1,
        #""direction":"IN","ip_protocol":"IPV4","source_groups":["128.0.0.0/1"],"sources_excluded":true,"scope":\#(list("db"))"#
      )
    ).translate()
    #expect(result.ruleTexts == ["in: r1-1001 Allow at db peers 0.0.0.0/1"])
  }

  @Test func multicastStandsInARuleOfItsOwn() throws {
    let members =
      #""ip_protocol":"IPV4","destination_groups":["0.0.0.0/1","128.0.0.0/2","192.0.0.0/4"],"destinations_excluded":true,"scope":\#(list("db"))"#
    let result = try estate(rule(1, action: "DROP", #""direction":"OUT",\#(members)"#)).translate()
    #expect(
      result.ruleTexts == [
        "out: r1-1001 Drop at db peers 208.0.0.0/4|240.0.0.0/4",
        "out: r1-1001-multicast Drop at db peers 224.0.0.0/4",
      ])
    #expect(result.isApplicable && result.findings.isEmpty)
    let reject = try estate(rule(1, action: "REJECT", #""direction":"OUT",\#(members)"#))
    #expect(try reject.translate().codes == ["multicast-address"])
    let closed = try reject.translate(TranslationOptions(onUnsupported: .failClosed))
    #expect(closed.ruleTexts == result.ruleTexts && closed.isApplicable)
    let range = #""direction":"IN","source_groups":["223.255.255.0-224.0.0.5"]"#
    #expect(try estate(rule(1, range)).translate().codes == ["multicast-address"])
    for all in ["0.0.0.0/0", "0.0.0.0-255.255.255.255", "::/0"] {
      let result = try estate(rule(1, #""direction":"IN","source_groups":["\#(all)"]"#)).translate()
      #expect(result.codes.isEmpty, "\(all)")
    }
  }

  @Test func excludedPodsAsPeersAreRefused() throws {
    let result = try estate(
      rule(1, #""direction":"IN","source_groups":\#(list("web")),"sources_excluded":true"#)
    ).translate()
    #expect(result.ruleTexts.isEmpty && !result.isApplicable)
    #expect(result.codes == ["negated-selector"])
  }

  @Test func excludedPodsAtThePodSideBecomeNotIn() throws {
    let result = try estate(
      rule(
        1, #""direction":"IN","destination_groups":\#(list("db")),"destinations_excluded":true"#)
    ).translate()
    #expect(result.ruleTexts == ["in: r1-1001 Allow at pod{app NotIn db}"])
  }

  @Test func rawAddressesAndRangesBecomeNetworks() throws {
    let result = try estate(
      rule(
        1,
        #""direction":"IN","source_groups":["10.1.2.3","10.30.0.10-10.30.0.13","2001:DB8::1/64"]"#
      )
    ).translate()
    #expect(
      result.ruleTexts == [
        "in: r1-1001 Allow at pod{} peers 10.1.2.3/32|10.30.0.10/31|10.30.0.12/31|2001:db8::/64"
      ])
  }

  @Test func anEmptyGroupIsNeverEverything() throws {
    let result = try estate(
      rule(1, #""direction":"IN","source_groups":\#(list("empty"))"#) + ","
        + rule(2, #""direction":"IN","scope":\#(list("empty"))"#) + ","
        + rule(3, #""direction":"IN","source_groups":\#(list("empty", "web"))"#)
    ).translate()
    #expect(result.ruleTexts == ["in: r3-1003 Allow at pod{} peers web"])
    #expect(result.codes.filter { $0 == "empty-rule" }.count == 2)
    #expect(result.codes.filter { $0 == "empty-group" }.count == 3)
  }

  @Test func addressesInAppliedToAreRefused() throws {
    let result = try estate(rule(1, #""direction":"IN","scope":\#(list("lan"))"#)).translate()
    #expect(result.codes == ["addresses-in-applied-to"] && result.ruleTexts.isEmpty)
  }

  @Test func addressesAtThePodSideNeedThePodNetworks() throws {
    let estate = try estate(
      rule(1, #""source_groups":\#(list("lan")),"scope":\#(list("web"))"#))
    #expect(try estate.translate().codes == ["addresses-at-pod-side"])
    let pods = try #require(CIDR("192.168.0.0/16"))
    let result = try estate.translate(podNetworks: [pods])
    #expect(result.ruleTexts == ["in: r1-1001-in Allow at web peers lan"])
    let overlapping = try #require(CIDR("10.0.0.0/8"))
    #expect(try estate.translate(podNetworks: [overlapping]).codes == ["addresses-at-pod-side"])
  }

  @Test func ipProtocolLimitsTheFamily() throws {
    let rules =
      rule(1, #""direction":"IN","ip_protocol":"IPV4""#) + ","
      + rule(2, #""direction":"IN","ip_protocol":"IPV4","source_groups":\#(list("lan"))"#)
    #expect(
      try estate(rules).translate().ruleTexts == [
        "in: r1-1001 Allow at pod{} peers 0.0.0.0/0", "in: r2-1002 Allow at pod{} peers lan",
      ])
    let pods = rule(1, #""direction":"IN","ip_protocol":"IPV6","source_groups":\#(list("web"))"#)
    #expect(try estate(pods).translate().codes == ["family-of-selector"])
    #expect(
      try estate(pods).translate(families: [.v6]).ruleTexts == [
        "in: r1-1001 Allow at pod{} peers web"
      ])
    #expect(try estate(pods).translate(families: [.v4]).ruleTexts.isEmpty)
  }

  @Test func loggingAndLabels() throws {
    let result = try estate(
      rule(1, #""direction":"IN","logged":true,"tag":"shop in""#) + ","
        + rule(2, #""direction":"IN","logged":false,"tag":"quiet""#)
    ).translate()
    #expect(
      result.ruleTexts == [
        "in: r1-1001 Allow at pod{} log shop-in", "in: r2-1002 Allow at pod{}",
      ])
    #expect(result.codes == ["log-label-altered"])
  }

  @Test func addressesAroundAllPodsAreEveryPodAtThePodsSide() throws {
    let networks = ["10.244.0.0/16", "10.96.0.0/12"].compactMap { CIDR($0) }
    for (addresses, expected) in [
      ("0.0.0.0/0", "in: r1-1001 Allow at pod{}"), ("10.0.0.0/8", "in: r1-1001 Allow at pod{}"),
      ("10.244.0.0/17", nil), ("10.244.0.0/16", nil),
    ] as [(String, String?)] {
      let estate = try estate(
        rule(1, #""direction":"IN","destination_groups":["\#(addresses)"]"#))
      let result = try estate.translate(podNetworks: networks)
      #expect(result.codes == (expected == nil ? ["addresses-at-pod-side"] : []), "\(addresses)")
      #expect(result.ruleTexts == [expected].compactMap(\.self), "\(addresses)")
      #expect(try estate.translate().codes == ["addresses-at-pod-side"])
    }
    let none = try estate(
      rule(
        1, action: "DROP",
        #""direction":"IN","destination_groups":["10.0.0.0/8"],"destinations_excluded":true"#)
    ).translate(podNetworks: networks)
    #expect(none.ruleTexts.isEmpty && none.codes.contains("empty-rule"))
  }

  @Test func refusedConstructsHaveTheirOwnFinding() throws {
    for (members, action, code) in [
      ("", "JUMP_TO_APPLICATION", "jump-to-application"), ("", "FROB", "unknown-action"),
      (#","profiles":["/infra/context-profiles/x"]"#, "ALLOW", "dangling-profile"),
      (#","source_groups":["/infra/domains/default/groups/gone"]"#, "ALLOW", "dangling-group"),
      (#","services":["/infra/services/gone"]"#, "ALLOW", "dangling-service"),
      (#","source_groups":["300.1.1.1"]"#, "ALLOW", "invalid-address"),
      (#","source_groups":["10.0.0.9-10.0.0.1"]"#, "ALLOW", "invalid-address"),
      (#","source_groups":["ANY","10.0.0.1"]"#, "ALLOW", "any-with-others"),
      (#","services":["ANY","ANY"]"#, "ALLOW", "any-with-others"),
      (#","source_groups":["224.0.0.5"]"#, "ALLOW", "multicast-address"),
    ] {
      let estate = try estate(rule(1, action: action, #""direction":"IN"\#(members)"#))
      let result = try estate.translate()
      #expect(result.codes == [code] && !result.isApplicable && result.ruleTexts.isEmpty)
      #expect(result.findings.first?.rule?.hasSuffix("/rules/r1") == true)
      let closed = try estate.translate(TranslationOptions(onUnsupported: .failClosed))
      #expect(closed.ruleTexts == ["in: r1-1001 Drop at pod{}"], "\(code)")
      #expect(closed.isApplicable)
      let skipped = try estate.translate(TranslationOptions(onUnsupported: .skipPolicy))
      #expect(skipped.policies.isEmpty && skipped.codes.contains("policy-skipped"))
    }
    for (extra, code) in [
      (#""stateful":false,"#, "stateless-policy"), (#""scheduler_path":"/infra/x","#, "schedule"),
    ] {
      let result = try estate(rule(1, #""direction":"IN""#), extra: extra).translate()
      #expect(result.codes == [code])
    }
  }

  @Test func failClosedKeepsWhatIsKnown() throws {
    let result = try estate(
      rule(
        1, action: "JUMP_TO_APPLICATION",
        #""direction":"IN","source_groups":\#(list("web")),"scope":\#(list("db"))"#)
    ).translate(TranslationOptions(onUnsupported: .failClosed))
    #expect(result.ruleTexts == ["in: r1-1001 Drop at db peers web"])
  }

  @Test func connectivityPreferenceComesLast() throws {
    let result = try estate(
      rule(9, #""direction":"IN""#),
      extra:
        #""connectivity_preference":"ALLOWLIST_ENABLE_LOGGING","default_rule_id":77,"scope":\#(list("db")),"#
    ).translate()
    #expect(
      result.ruleTexts == [
        "in: r9-1009 Allow at db", "in: default-77-in Drop at db log ",
        "out: default-77-out Drop at db log ",
      ])
  }

  @Test func rulesKeepTheirOrder() throws {
    let result = try estate(
      rule(20, #""direction":"IN""#) + "," + rule(3, #""direction":"IN""#)
    ).translate()
    #expect(result.ruleTexts.map { $0.split(separator: " ")[1] } == ["r3-1003", "r20-1020"])
  }
}
