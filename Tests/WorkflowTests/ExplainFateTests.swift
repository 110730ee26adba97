import Documents
import Sandbox
import Testing
import Workflow

@Suite("What became of rules that left nothing")
struct ExplainFateTests {
  private static let domain = "/infra/domains/default"

  private static func rule(_ id: String, _ number: Int64, _ more: [String: JSONValue]) -> JSONValue
  {
    var rule = TestSite.rule(id, number, from: "web", at: "db").object ?? JSONObject()
    for (key, value) in more { rule[key] = value }
    return .object(rule)
  }

  /// A policy of category Environment whose first rule jumps, one with a disabled
  /// and a refused rule, and one that no cluster gets.
  private static var objects: [JSONValue] {
    var environment = TestSite.policy(
      "zone", sequence: 5,
      rules: [
        rule("jump", 2001, ["action": "JUMP_TO_APPLICATION", "services": ["ANY"]]),
        rule("stop", 2002, ["action": "DROP", "services": ["ANY"]]),
      ])
    environment[0] = with(environment[0], ["category": "Environment"])
    let mixed = TestSite.policy(
      "mixed", sequence: 30,
      rules: [
        rule("off", 2010, ["disabled": true]), rule("odd", 2011, ["action": "FROB"]),
        rule("fine", 2012, [:]),
      ])
    let elsewhere = TestSite.policy(
      "elsewhere", sequence: 40, rules: [rule("lonely", 2020, [:])])
    return TestSite.estate + environment + mixed + [elsewhere[0]]
  }

  private static func with(_ value: JSONValue, _ more: [String: JSONValue]) -> JSONValue {
    var object = value.object ?? JSONObject()
    for (key, value) in more { object[key] = value }
    return .object(object)
  }

  /// Explains from a snapshot of everything, whatever is spanned.
  private func explain(
    _ site: TestSite, _ target: String, flags: [String: String] = [:]
  ) async throws -> (status: ToolStatus, output: String, talk: String) {
    let snapshot: JSONValue = [
      "format": "nsx-snapshot/1", "manager": "https://nsx", "complete": true,
      "objects": .array(Self.objects), "memberIPs": ["\(Self.domain)/groups/vms": ["10.7.0.1"]],
    ]
    try site.write("all.json", snapshot.description)
    let source = DesiredSource(snapshot: "\(site.folder)/all.json")
    return await site.run(flags) { try await $0.explain(target, source: source) }
  }

  @Test(
    "each is told with its reason, by rule id and by path",
    arguments: [
      (2001, "zone/rules/jump", "jumped", "what it matches leaves category Environment"),
      (2010, "mixed/rules/off", "disabled", "the rule is disabled in NSX"),
      (2011, "mixed/rules/odd", "refused", "nothing is applied to the cluster"),
      (2020, "elsewhere/rules/lonely", "not-selected", "not spanned to any container cluster"),
    ])
  func reasons(number: Int, path: String, reason: String, words: String) async throws {
    try await withSite { site in
      for target in ["\(number)", "\(Self.domain)/security-policies/\(path)"] {
        let text = try await explain(site, target)
        #expect(text.status == .success, "\(target): \(text.talk)")
        #expect(text.output.contains("NSX rule \(number) "), "\(text.output)")
        #expect(text.output.contains("no rule in cluster shop-prod"), "\(text.output)")
        #expect(text.output.contains(words), "\(text.output)")
        let json = try await explain(site, target, flags: ["output": "json"])
        let fate = try JSONValue(json: json.output)["matches"]?.array?.first?["fate"]
        #expect(fate?["reason"]?.string == reason, "\(json.output)")
        #expect(fate?[path: "rule", "ruleId"]?.integer == Int64(number))
      }
    }
  }

  @Test("a jump tells the rules that leave its traffic alone, a refusal its finding")
  func details() async throws {
    try await withSite { site in
      let jump = try await explain(site, "2001")
      #expect(
        jump.output.contains("the rules after it there leave it alone: 2002 \"Rule stop\""),
        "\(jump.output)")
      let odd = try await explain(site, "2011")
      #expect(odd.output.contains("error unknown-action: the action is FROB"), "\(odd.output)")
      #expect(odd.output.contains("    hint: "), "\(odd.output)")
    }
  }

  @Test("what skip-policy leaves out, and fail-closed replaces")
  func goneOn() async throws {
    try await withSite { site in
      let skipped = try await explain(
        site, "2012", flags: ["translation.onUnsupported": "skip-policy"])
      #expect(skipped.output.contains("its policy was left out"), "\(skipped.output)")
      #expect(skipped.output.contains("error unknown-action"), "the rule that was the reason")
      let closed = try await explain(
        site, "2011", flags: ["translation.onUnsupported": "fail-closed"])
      #expect(closed.output.contains("rule odd-2011: Drop"), "\(closed.output)")
      #expect(
        closed.output.contains("warning in cluster shop-prod: rule-closed"), "\(closed.output)")
      #expect(closed.output.contains("error in cluster shop-prod: unknown-action"))
    }
  }

  @Test("a tree is held against NSX, where that may be asked")
  func tree() async throws {
    var off = TestSite.rule("off", 2010, from: "web", at: "db").object ?? JSONObject()
    off["disabled"] = true
    let objects = TestSite.estate + TestSite.policy("mixed", sequence: 30, rules: [.object(off)])
    try await withSite(objects: objects) { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let told = await site.run { try await $0.explain("2010", source: DesiredSource()) }
      #expect(told.output.contains("the rule is disabled in NSX"), "\(told.output)\(told.talk)")
      site.managerServer.log.clear()
      let known = await site.run { try await $0.explain("1001", source: DesiredSource()) }
      #expect(known.status == .success)
      #expect(site.managerServer.log.all.isEmpty, "the tree has it")
      let unasked = await site.run(["plan.pull": "false"]) {
        try await $0.explain("2010", source: DesiredSource())
      }
      #expect(unasked.status == .invalidInput)
      #expect(unasked.talk.contains("NSX was not asked"), "\(unasked.talk)")
      let nothing = await site.run { try await $0.explain("77777", source: DesiredSource()) }
      #expect(nothing.status == .invalidInput)
      #expect(
        nothing.talk.contains("neither NSX nor the clusters' objects have it"), "\(nothing.talk)")
    }
  }
}
