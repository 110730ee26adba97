import AntreaModel
import Documents
import NSXModel
import Rendering
import Testing
import Translation

/// Input that nobody means well: an error or a finding, never a crash, a file
/// elsewhere or broken YAML.
@Suite struct HostileInputTests {
  private static let words = [
    "../../etc/passwd", "..", ".", "/", "a/b", "a\\b", "C:\\x", "~", "-", "--", "- a", "a: b", "#x",
    "&x", "*x", "!x", "|", ">", "%x", "@x", "`x", "'", "\"", "{}", "[]", ",", "? x", "null", "~x",
    "true", "no", "0x10", "1e3", ".inf", "1_000", "2001-01-01", "=", "<<", "\u{0}", "a\u{0}b",
    "\u{7}\u{1B}[31m", "a\nb", "a\r\nb", "\t", " a", "a ", "\u{85}", "\u{2028}", "\u{FEFF}a",
    "\u{FFFE}", "\u{FFFF}", "\u{7F}", "\u{9F}", "é", "e\u{301}", "😀", "\u{202E}abc", "${HOME}",
    "$(id)", "{{x}}", "a\u{200D}b", String(repeating: "x", count: 10_000),
    String(repeating: "é", count: 300), String(repeating: "a-", count: 200),
  ]

  private func json(_ text: String) -> String {
    String(decoding: JSONWriter.compact(.string(text)), as: UTF8.self)
  }

  @Test func namesBecomeNeitherPathsNorYAML() throws {
    for word in Self.words {
      let text = json(word)
      var estate = Estate()
      let group = "/infra/domains/default/groups/\(word)"
      estate.groups.append([
        "resource_type": "Group", "id": .string(word), "display_name": .string(word),
        "path": .string(group),
        "expression": try JSONValue(json: RuleTests.pods("web")),
      ])
      estate.policies.append(
        try JSONValue(
          json: """
            {"resource_type":"SecurityPolicy","id":\(text),"display_name":\(text),"_revision":1,
             "path":\(json("/infra/p/\(word)")),"category":"Application","_last_modified_user":\(text),
             "internal_sequence_number":7,"rules":[
              {"resource_type":"Rule","id":\(text),"display_name":\(text),"rule_id":1,"action":"ALLOW",
               "direction":"IN","source_groups":[\(json(group))],"logged":true,"tag":\(text)},
              {"resource_type":"Rule","id":"r","display_name":\(text),"action":"DROP","direction":"IN",
               "path":\(text)}]}
            """))
      let result = try estate.translate()
      #expect(result.isApplicable && result.policies.count == 1, "\(word): \(result.findings)")
      checkTree(result, word)
    }
  }

  @Test func conditionsBecomeLabelsOrFindings() throws {
    for word in Self.words {
      for (type, key, value) in [
        ("Pod", "Tag", "dis:k8s:\(word)|x"), ("Pod", "Tag", "dis:k8s:x|\(word)"),
        ("Namespace", "Name", word), ("Namespace", "Tag", word), ("Pod", word, "dis:k8s:a|b"),
        (word, "Tag", "dis:k8s:a|b"),
      ] {
        var estate = Estate()
        try estate.group(
          "g",
          #"[{"resource_type":"Condition","member_type":\#(json(type)),"key":\#(json(key)),"operator":"IN","value":\#(json(value))}]"#
        )
        let members = #""direction":"IN","scope":["\#(Estate.group("g"))"]"#
        try estate.policy("p", rules: "[\(rule(1, members))]")
        let result = try estate.translate()
        #expect(result.isApplicable != result.policies.isEmpty, "\(type) \(key) \(value)")
        checkTree(result, "\(type) \(key) \(value)")
      }
    }
  }

  @Test func unknownWordsAreFindings() throws {
    for word in Self.words + ["", "ANYWHERE", "Allow", "allow", "IPv4", "in"] {
      let text = json(word)
      for members in [
        #""action":\#(text)"#, #""action":"DROP","direction":\#(text)"#,
        #""action":"DROP","ip_protocol":\#(text)"#, #""action":"DROP","source_groups":[\#(text)]"#,
        #""action":"DROP","services":[\#(text)]"#, #""action":"DROP","profiles":[\#(text)]"#,
        #""action":"DROP","scope":[\#(text)]"#,
        #""action":"DROP","service_entries":[{"resource_type":\#(text)}]"#,
        #""action":"DROP","service_entries":[{"resource_type":"L4PortSetServiceEntry","l4_protocol":\#(text)}]"#,
        #""action":"DROP","service_entries":[{"resource_type":"L4PortSetServiceEntry","l4_protocol":"TCP","destination_ports":[\#(text)]}]"#,
        #""action":"DROP","service_entries":[{"resource_type":"NestedServiceServiceEntry","nested_service_path":\#(text)}]"#,
      ] {
        // An empty direction or family is none.
        if word.isEmpty, members.contains("direction") || members.contains("ip_protocol") {
          continue
        }
        var estate = Estate()
        try estate.policy("p", rules: #"[{"id":"r",\#(members)}]"#)
        let result = try estate.translate()
        #expect(!result.isApplicable && result.policies.isEmpty, "\(members)")
        #expect(result.findings.contains { $0.severity == .error && $0.rule != nil })
        for mode in [TranslationOptions.OnUnsupported.failClosed, .skipPolicy] {
          checkTree(try estate.translate(TranslationOptions(onUnsupported: mode)), members)
        }
      }
    }
  }

  @Test func numbersAreBounded() throws {
    for (members, isError) in [
      (#""sequence_number":9223372036854775808"#, true), (#""sequence_number":1e400"#, true),
      (#""sequence_number":1.5"#, true), (#""rule_id":-99999999999999999999"#, true),
      (#""rule_id":-1"#, false), (#""sequence_number":-9223372036854775808"#, false),
      (#""rule_id":9223372036854775807"#, false), (#""sequence_number":1.0"#, false),
    ] {
      var estate = Estate()
      do {
        try estate.policy("p", rules: #"[{"id":"r","action":"DROP",\#(members)}]"#)
        let result = try estate.translate()
        #expect(!isError, "\(members)")
        checkTree(result, members)
      } catch {
        #expect(isError, "\(members): \(error)")
      }
    }
    for number in ["-1", "9223372036854775807", "70368744177664"] {
      let text = #"""
        {"objects":[{"resource_type":"SecurityPolicy","path":"/p","internal_sequence_number":\#(number),"rules":[{"id":"r","action":"DROP"}]},
         {"resource_type":"SecurityPolicyContainerCluster","parent_path":"/p","container_cluster_path":"/c"}]}
        """#
      let result = try Translator(snapshot: NSXSnapshot(bytes: Array(text.utf8))).translate(
        cluster: ClusterTarget(name: "c", selection: .controlPlane("/c")))
      #expect(result.codes.contains("order-out-of-range") && !result.isApplicable)
    }
  }

  @Test func longListsEnd() throws {
    let count = 20_000
    func list(_ count: Int = 20_000, _ element: (Int) -> String) -> String {
      "[" + (0..<count).map(element).joined(separator: ",") + "]"
    }
    let ports = list { "\"\(1 + $0 % 65535)\"" }
    let condition =
      #"{"resource_type":"Condition","member_type":"Pod","key":"Tag","operator":"EQUALS","value":"dis:k8s:a|v"#
    let or = #"{"resource_type":"ConjunctionOperator","conjunction_operator":"OR"}"#
    for (group, members, code) in [
      (
        "[]", #""source_groups":\#(list(100_000) { #""/infra/domains/default/groups/n\#($0)""# })"#,
        "dangling-group"
      ),
      (
        "[]", #""scope":\#(list { #""/infra/domains/default/groups/n\#($0)""# })"#, "dangling-group"
      ),
      ("[]", #""services":\#(list { #""/infra/services/n\#($0)""# })"#, "dangling-service"),
      ("[]", #""profiles":\#(list { #""/infra/context-profiles/n\#($0)""# })"#, "dangling-profile"),
      (
        "[]",
        #""service_entries":[{"resource_type":"L4PortSetServiceEntry","l4_protocol":"TCP","destination_ports":\#(ports),"source_ports":\#(ports)}]"#,
        "service-bound"
      ),
      (
        "[]", #""service_entries":\#(list { _ in #"{"resource_type":"Frob"}"# })"#,
        "unknown-service"
      ),
      (
        "[" + (0..<count).map { _ in condition + #""}"# }.joined(separator: ",\(or),") + "]",
        #""source_groups":["\#(Estate.group("g"))"]"#, nil
      ),
      (
        "[" + (0..<count).map { condition + #"\#($0)"}"# }.joined(separator: ",\(or),") + "]",
        #""source_groups":["\#(Estate.group("g"))"]"#, "selector-bound"
      ),
      (
        #"[{"resource_type":"IPAddressExpression","ip_addresses":\#(list(100_000) { "\"10.\($0 >> 16 & 255).\($0 >> 8 & 255).\($0 & 255)\"" })}]"#,
        #""source_groups":["\#(Estate.group("g"))"]"#, nil
      ),
      (
        #"[{"resource_type":"PathExpression","paths":\#(list { #""/infra/domains/default/groups/n\#($0)""# })}]"#,
        #""source_groups":["\#(Estate.group("g"))"]"#, "dangling-group"
      ),
    ] as [(String, String, String?)] {
      var estate = Estate()
      try estate.group("g", group)
      try estate.policy("p", rules: #"[{"id":"r","action":"DROP","direction":"IN",\#(members)}]"#)
      let result = try estate.translate()
      let label = members.prefix(60)
      if let code {
        #expect(result.codes.contains(code) && !result.isApplicable, "\(label)")
      } else {
        #expect(result.isApplicable, "\(label): \(result.findings.prefix(2))")
      }
      checkTree(result, String(label))
    }
  }

  @Test func longChainsAndCirclesEnd() throws {
    var estate = Estate()
    let count = 2_000
    for index in 0..<count {
      try estate.group(
        "g\(index)",
        #"[{"resource_type":"PathExpression","paths":["\#(Estate.group("g\((index + 1) % count)"))","\#(Estate.group("g\((index + 2) % count)"))"]}]"#
      )
      try estate.service(
        "s\(index)",
        #"[{"resource_type":"NestedServiceServiceEntry","nested_service_path":"/infra/services/s\#((index + 1) % count)"},{"resource_type":"NestedServiceServiceEntry","nested_service_path":"/infra/services/s\#((index + 2) % count)"}]"#
      )
    }
    try estate.policy(
      "p",
      rules:
        "[\(rule(1, #""source_groups":["\#(Estate.group("g0"))"]"#)),\(rule(2, #""services":["/infra/services/s0"]"#))]"
    )
    let result = try estate.translate()
    #expect(!result.isApplicable && result.policies.isEmpty)
    let rules = Set(result.findings.filter { $0.severity == .error }.compactMap(\.rule))
    #expect(rules.count == 2)
    checkTree(result, "circle")
  }

  @Test func thatMuchIsTooMuchForAnObject() throws {
    var estate = Estate()
    let name = String(repeating: "n", count: 300_000)
    estate.policies.append([
      "resource_type": "SecurityPolicy", "id": "p", "display_name": .string(name), "path": "/p",
      "internal_sequence_number": 1, "category": "Application",
      "rules": [["id": "r", "action": "DROP"]],
    ])
    let result = try estate.translate()
    #expect(result.codes == ["admission"] && !result.isApplicable && result.policies.isEmpty)
    checkTree(result, "annotation")
  }
}
