import Documents
import Foundation
import Testing
import Workflow

@Suite("Who changed what in NSX")
struct LogTests {
  /// Three renderings: a first one, a change of a rule, a new policy for one
  /// cluster beside one that goes; and an edit by hand in git.
  private func withHistory(_ body: (RenderedSite) async throws -> Void) async throws {
    try await withRenderedSite { site in
      try site.configure(path: "policies")
      await site.render()
      let web = RenderedSite.policy(
        "web", by: "bob", revision: 2,
        rules: [RenderedSite.rule("allow", 1001, by: "carol", action: "DROP")])
      try site.snapshot([web])
      await site.render()
      try site.snapshot([
        web,
        RenderedSite.policy(
          "shop", by: "eve", sequence: 20, rules: [RenderedSite.rule("buy", 2001, by: "eve")],
          clusters: ["prod-b"]),
      ])
      await site.render()
      try await body(site)
    }
  }

  private func entries(_ output: String) throws -> [JSONValue] {
    try #require(try JSONValue(json: Array(output.utf8))["changes"]?.array)
  }

  @Test("commits, editors and differences, newest first")
  func text() async throws {
    try await withHistory { site in
      let log = await site.run { try await $0.log(LogQuestion()) }
      #expect(log.status == .success, "\(log.talk)")
      let commits = log.output.split(separator: "\n").filter { $0.hasPrefix("commit ") }
      #expect(commits.count == 3, "\(log.output)")
      let hashes = try site.git("log", "--format=%h", "--abbrev=10", at: "policies")
      #expect(
        commits.map { $0.split(separator: " ")[1] }.joined(separator: "\n") == hashes)
      let lines = log.output.split(separator: "\n").map {
        $0.drop { $0 == " " }
      }
      for expected in [
        #"+ policy "Policy shop" /infra/domains/default/security-policies/shop"#,
        "added by eve at 2023-11-14T22:14:20Z; 1 rule",
        #"~ policy "Policy web" /infra/domains/default/security-policies/web"#,
        "changed by bob at 2023-11-14T22:15:20Z; revision 1 to 2",
        #"rule "Rule allow" (rule id 1001) changed by carol at 2023-11-14T22:13:20Z"#,
        #"- ingress rule "Rule allow" (allow-1001) action: Allow"#,
        #"+ ingress rule "Rule allow" (allow-1001) action: Drop"#,
      ] {
        #expect(lines.contains { $0 == expected }, "\(expected)\nin\n\(log.output)")
      }
    }
  }

  @Test("clusters, subjects, times, limits and references choose")
  func choices() async throws {
    try await withHistory { site in
      func log(_ question: LogQuestion) async throws -> [JSONValue] {
        let result = await site.run(["output": "json"]) { try await $0.log(question) }
        #expect(result.status == .success, "\(result.talk)")
        return try entries(result.output)
      }
      #expect(try await log(LogQuestion()).count == 5)
      let one = try await log(LogQuestion(clusters: ["prod-a"]))
      #expect(one.map { $0["change"]?.string } == ["changed", "added"])
      #expect(one[0]["editor"] == "bob" && one[0]["rules"]?.array?.first?["editor"] == "carol")
      #expect(try one[0]["commit"]?.string == site.git("rev-parse", "HEAD~1", at: "policies"))
      let path = "/infra/domains/default/security-policies/"
      for subject in ["\(path)shop", "Policy shop", "2001", "Rule buy", "\(path)shop/rules/buy"] {
        let shop = try await log(LogQuestion(subject: subject))
        #expect(shop.map { $0["displayName"]?.string } == ["Policy shop"], "\(subject)")
      }
      #expect(try await log(LogQuestion(subject: "nothing")).isEmpty)
      #expect(try await log(LogQuestion(ref: "HEAD~1")).count == 4)
      #expect(try await log(LogQuestion(limit: 1)).count == 1)
      #expect(try await log(LogQuestion(since: "1h")).count == 5)
      #expect(try await log(LogQuestion(since: "2100-01-01")).isEmpty)
      let lines = await site.run(["output": "ndjson"]) { try await $0.log(LogQuestion()) }
      #expect(lines.output.split(separator: "\n").count == 5)
      let bad = await site.run { try await $0.log(LogQuestion(since: "yesterday")) }
      #expect(bad.status == .usage && bad.talk.contains("--since"))
    }
  }

  @Test("an edit by hand and a tree that goes are told, a merge adds nothing")
  func gitChanges() async throws {
    try await withHistory { site in
      let script = """
        cd '\(site.folder)/policies' && git checkout -q -b side &&
        sed -i 's/action: Drop/action: Reject/' clusters/prod-a/policies/application/*.yaml &&
        git commit -qam hand && git checkout -q main && git rm -qr clusters/prod-b &&
        git commit -qm gone && git merge -q --no-ff -m merged side && echo x > other &&
        git add other && git commit -qm beside
        """
      let made = try site.command(["sh", "-c", script])
      #expect(made.status == 0, "\(made.errors)")
      let result = await site.run(["output": "json"]) { try await $0.log(LogQuestion()) }
      let all = try entries(result.output)
      let hand = all.filter { $0["subject"] == "hand" }
      #expect(hand.count == 1 && hand[0]["editor"] == nil, "\(result.output)")
      #expect(hand[0]["author"] == "Test")
      #expect(hand[0]["rules"]?.array?.first?["words"]?.array?.count == 2, "\(hand)")
      let gone = all.filter { $0["subject"] == "gone" }
      #expect(gone.map { $0["change"]?.string } == ["removed", "removed"])
      #expect(!all.contains { $0["subject"] == "merged" || $0["subject"] == "beside" })
      let text = await site.run { try await $0.log(LogQuestion(clusters: ["prod-a"], limit: 1)) }
      #expect(text.output.contains("not edited itself"), "\(text.output)")
    }
  }

  @Test("a shallow repository says where its history ends")
  func shallow() async throws {
    try await withHistory { site in
      let made = try site.command([
        "git", "clone", "-q", "--bare", "--depth", "2", "file://\(site.folder)/policies",
        "\(site.folder)/shallow.git",
      ])
      #expect(made.status == 0, "\(made.errors)")
      let log = await site.run(["repository.path": "\(site.folder)/shallow.git"]) {
        try await $0.log(LogQuestion())
      }
      #expect(log.output.contains("Policy shop") && !log.output.contains("Policy web"))
      #expect(log.talk.contains("shallow"), "\(log.talk)")
      let none = await site.run(["repository.path": site.folder]) {
        try await $0.log(LogQuestion())
      }
      #expect(none.status == .invalidInput, "\(none.talk)")
    }
  }
}
