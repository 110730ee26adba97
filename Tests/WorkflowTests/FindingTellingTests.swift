import Documents
import Sandbox
import Testing
import Workflow

@Suite("Findings of a translation on the way to a plan")
struct FindingTellingTests {
  /// The estate with a policy whose rules cannot be translated.
  private func objects(rules: Int) -> [JSONValue] {
    let rules = (0..<rules).map { number in
      var rule =
        TestSite.rule("ftp-\(number)", Int64(2000 + number), from: "web", at: "db").object
        ?? JSONObject()
      rule["services"] = ["/infra/services/FTP"]
      return JSONValue.object(rule)
    }
    return TestSite.estate + TestSite.policy("ftp", sequence: 30, rules: rules) + [
      [
        "resource_type": "Service", "id": "FTP", "display_name": "FTP",
        "path": "/infra/services/FTP",
        "service_entries": [
          [
            "resource_type": "EtherTypeServiceEntry", "id": "e", "ether_type": 2054,
          ]
        ],
      ]
    ]
  }

  private func lines(_ talk: String) -> [String] {
    talk.split(separator: "\n").map(String.init)
  }

  @Test("refused rules are told, a line each")
  func refused() async throws {
    try await withSite(objects: objects(rules: 2)) { site in
      let result = await plan(site)
      #expect(result.status == .invalidInput)
      let told = lines(result.talk).filter { $0.hasPrefix("error: ether-type-service: ") }
      #expect(told.count == 2, "\(result.talk)")
      #expect(
        told.first?.contains("/security-policies/ftp/rules/ftp-0: ") == true, "\(result.talk)")
      #expect(result.talk.contains("see the findings above"), "\(result.talk)")
      let applied = await site.run {
        try await $0.apply(DesiredSource(), planFile: nil, approved: true, wait: false)
      }
      #expect(applied.status == .invalidInput)
      #expect(applied.talk.contains("error: ether-type-service: "), "\(applied.talk)")
    }
  }

  @Test("policies that are left out and rules that are replaced come first")
  func goneOn() async throws {
    try await withSite(objects: objects(rules: 2)) { site in
      let skipped = await plan(site, flags: ["translation.onUnsupported": "skip-policy"])
      #expect(skipped.status == .success, "\(skipped.talk)")
      let first = try #require(lines(skipped.talk).first)
      #expect(
        first.hasPrefix(
          "warning: policy-skipped: /infra/domains/default/security-policies/ftp: "), "\(first)")
      #expect(skipped.output.contains("without 1 skipped policy"), "\(skipped.output)")
      let closed = await plan(site, flags: ["translation.onUnsupported": "fail-closed"])
      #expect(
        lines(closed.talk).prefix(2).allSatisfy { $0.hasPrefix("warning: rule-closed: ") },
        "\(closed.talk)")
    }
  }

  @Test("many are cut, and where to find the rest is said; a tree's were told before")
  func bounded() async throws {
    try await withSite(objects: objects(rules: 30)) { site in
      let flags = ["translation.onUnsupported": "skip-policy"]
      let result = await plan(site, flags: flags)
      #expect(lines(result.talk).count == 21, "\(result.talk)")
      #expect(lines(result.talk).last == "… and 11 more findings: nsx-antrea validate")
      _ = await site.run(flags) { try await $0.sync(DesiredSource()) }
      let tree = await plan(site, flags: flags)
      #expect(tree.talk == "", "\(tree.talk)")
    }
  }
}
