import Documents
import Foundation
import NSXModel
import Testing
import Translation

/// Members that this version does not know may restrict or widen a match.
@Suite struct UnknownMemberTests {
  private let condition =
    #"{"resource_type":"Condition","member_type":"Pod","key":"Tag","operator":"EQUALS","value":"dis:k8s:a|b"}"#
  private let port =
    #"{"resource_type":"L4PortSetServiceEntry","l4_protocol":"TCP","destination_ports":["80"]}"#

  private func estate(
    rule more: String = "", policy: String = "", condition other: String? = nil,
    entry: String? = nil
  ) throws -> Estate {
    var estate = Estate()
    try estate.group("g", "[\(other ?? condition)]")
    try estate.service("s", "[\(entry ?? port)]")
    try estate.policy(
      "p", extra: policy,
      rules:
        "[\(rule(1, #""direction":"IN","source_groups":["\#(Estate.group("g"))"],"services":["/infra/services/s"]\#(more)"#))]"
    )
    return estate
  }

  @Test func eachIsRefusedByPathAndName() throws {
    let policy = "/infra/domains/default/security-policies/p"
    let service = "service /infra/services/s"
    let group = "group \(Estate.group("g"))"
    func with(_ member: String, _ object: String) -> String { "{\(member),\(object.dropFirst())" }
    let nested =
      #"{"resource_type":"NestedExpression","expressions":[\#(with(#""negate":true"#, condition))]}"#
    for (estate, message) in [
      (try estate(rule: #","negate":true"#), "rule \(policy)/rules/r1 has negate"),
      (
        try estate(rule: #","source_segments":["x"],"ttl":5"#),
        "rule \(policy)/rules/r1 has source_segments, ttl"
      ),
      (try estate(policy: #""applied_at":"EDGE","#), "policy \(policy) has applied_at"),
      (
        try estate(condition: with(#""negate":true"#, condition)),
        "\(group) has expression[0].negate"
      ),
      (try estate(condition: nested), "\(group) has expression[0].expressions[0].negate"),
      (
        try estate(entry: with(#""tcp_flags":["SYN"]"#, port)),
        "\(service) has service_entries[0].tcp_flags"
      ),
      (
        try estate(rule: #","service_entries":[\#(with(#""dscp":1"#, port))]"#),
        "rule \(policy)/rules/r1 has service_entries[0].dscp"
      ),
      // Members of another kind are as unknown as any.
      (
        try estate(condition: with(#""paths":["/x"]"#, condition)),
        "\(group) has expression[0].paths"
      ),
      (
        try estate(entry: with(#""icmp_type":8"#, port)),
        "\(service) has service_entries[0].icmp_type or icmp_code"
      ),
      (try estate(policy: #""service_entries":[],"#), "policy \(policy) has service_entries"),
    ] {
      let result = try estate.translate()
      #expect(result.findings.map(\.message) == [message])
      #expect(result.codes == ["unknown-member"] && result.ruleTexts.isEmpty)
      #expect(!result.isApplicable)
      let closed = try estate.translate(TranslationOptions(onUnsupported: .failClosed))
      #expect(closed.ruleTexts.allSatisfy { $0.contains(" Drop at ") } && !closed.ruleTexts.isEmpty)
    }
  }

  @Test func whatSaysNothingAboutTrafficStaysSilent() throws {
    let audit =
      #""_create_user":"a","_links":[{"rel":"x"}],"_new":{"a":1},"owner_id":"o","remote_path":"","children":[],"description":"d","overridden":false,"unique_id":"u","realization_id":"u","relative_path":"x","origin_site_id":"s","is_default":false"#
    let quiet = try estate(
      rule:
        #","notes":"n","tags":[{"scope":"a","tag":"b"}],"marked_for_delete":false,"later":null,\#(audit)"#,
      policy:
        #""tcp_strict":true,"locked":true,"comments":"c","lock_modified_by":"a","lock_modified_time":1,"target_type":"DFW_ANTREA","rule_count":1,\#(audit),"#,
      condition: "{\(audit),\(condition.dropFirst())", entry: "{\(audit),\(port.dropFirst())")
    let result = try quiet.translate()
    #expect(result.codes.isEmpty && result.ruleTexts.count == 1)
  }

  @Test func realObjectsStaySilent() throws {
    for name in [
      "nsx/live-shape/security-policy.json", "nsx/live-shape/groups.json",
      "nsx/live-shape/services.json", "nsx/np-guard/services.json",
      "nsx/vmware-samples/API/3-tier-app.json",
    ] + Self.topologies.map({ "nsx/np-guard/\($0).json" }) {
      guard let bytes = SharedData.read(name) else { continue }
      let snapshot = try NSXSnapshot(bytes: bytes)
      let objects: [any NSXObject] =
        snapshot.policies + snapshot.policies.flatMap(\.rules) + Array(snapshot.groups.values)
        + Array(snapshot.services.values)
      #expect(!objects.isEmpty, "\(name)")
      for object in objects where !object.common.unknownMembers.isEmpty {
        Issue.record("\(name): \(object.path) \(object.common.unknownMembers)")
      }
      #expect(snapshot.policies.allSatisfy { $0.missingRules == nil }, "\(name)")
      #expect(snapshot.orphanRules.isEmpty, "\(name)")
    }
  }

  private static let topologies = [
    "Example2", "Example3", "ExampleAppWithGroupsAndSegments", "ExampleExclude",
    "ExampleExprAndConds", "ExampleExprOrConds", "ExampleExprTwoScopes",
    "ExampleExternalWithDenySimple", "ExampleExternalWithTautology", "ExampleGroup1",
    "ExampleGroup2", "ExampleGroup3", "ExampleGroup4", "ExampleHogwarts", "basic_jump_to_app_test",
    "default_deny_first", "direction_in_and_out_separate_rules",
    "direction_in_separate_rule_res_is_allow", "one_allow_rule_multiple_services",
    "one_redundant_covered_by_2_rules",
  ]
}
