import Foundation
import GitRepository
import Testing
import Workflow

@Suite("Going back to an earlier tree")
struct RollbackTests {
  private func change(_ site: RenderedSite, _ rule: String) throws {
    try site.snapshot([RenderedSite.policy("web", rules: [RenderedSite.rule(rule, 1002)])])
  }

  @Test("a new commit has the old trees, and nothing else of the old commit")
  func commit() async throws {
    try await withRenderedSite { site in
      try site.configure(path: "policies")
      await site.render()
      try site.git("tag", "good", at: "policies")
      try change(site, "bad")
      await site.render()
      try site.write("policies/README", "new\n")
      try site.git("add", "-A", at: "policies")
      try site.git("commit", "-qm", "readme", at: "policies")

      let back = await site.run {
        try await $0.rollback(
          RollbackRequest(to: "good", applies: false), approved: false, wait: false)
      }
      #expect(back.status == .success, "\(back.talk)")
      #expect(back.talk.contains("next render or sync"), "\(back.talk)")
      #expect(try site.git("rev-list", "--count", "HEAD", at: "policies") == "4")
      #expect(try site.git("diff", "--name-only", "good", "HEAD", at: "policies") == "README")
      #expect(try site.git("status", "--porcelain", at: "policies") == "")
      let message = try site.git("log", "-1", "--format=%B", at: "policies")
      let good = try site.git("rev-parse", "good", at: "policies")
      #expect(message.hasPrefix("Roll back prod-a, prod-b to \(good.prefix(10))\n"), "\(message)")
      #expect(message.contains("\nRolled-Back-To: \(good)\nNSX-Manager: https://nsx.example.com\n"))
      // Nobody edited NSX, and the log does not say so.
      let log = await site.run { try await $0.log(LogQuestion(limit: 1)) }
      #expect(log.output.contains("Roll back") && !log.output.contains("by alice"), "\(log.output)")

      let again = await site.run {
        try await $0.rollback(
          RollbackRequest(to: good, applies: false), approved: true, wait: false)
      }
      #expect(again.status == .success && again.talk.contains("already"), "\(again.talk)")
      #expect(try site.git("rev-list", "--count", "HEAD", at: "policies") == "4")
      // The next rendering says what NSX says.
      await site.render()
      #expect(try site.git("diff", "--name-only", "HEAD~2", "HEAD", at: "policies") == "")
    }
  }

  @Test("one cluster, and by a branch for review")
  func oneCluster() async throws {
    try await withRenderedSite { site in
      _ = try GitRepository.initialize(at: "\(site.folder)/remote.git", bare: true)
      try site.configure("remote: file://\(site.folder)/remote.git\n")
      await site.render(push: true)
      let good = try site.git("rev-parse", "main")
      try change(site, "bad")
      await site.render(push: true)
      let back = await site.run(["repository.branchTemplate": "back"]) {
        try await $0.rollback(
          RollbackRequest(to: good, clusters: ["prod-b"]), approved: true, wait: false)
      }
      #expect(back.status == .success && back.talk.contains("on branch back for main"))
      let changed = try site.git("diff", "--name-only", "main", "back", at: "remote.git")
      #expect(changed.split(separator: "\n").allSatisfy { $0.hasPrefix("clusters/prod-b/") })
      #expect(try site.git("diff", "--name-only", good, "back", "--", "clusters/prod-b") == "")
    }
  }

  @Test("what is not there is refused, and nothing is committed")
  func refusals() async throws {
    try await withRenderedSite { site in
      await site.render(clusters: ["prod-a"])
      let tip = try site.git("rev-parse", "HEAD")
      for (request, status) in [
        (RollbackRequest(to: "nothing"), ToolStatus.invalidInput),
        (RollbackRequest(to: tip, clusters: ["prod-b"]), .invalidInput),
        (RollbackRequest(to: tip), .invalidInput),
      ] {
        let result = await site.run {
          try await $0.rollback(request, approved: true, wait: false)
        }
        #expect(result.status == status, "\(result.talk)")
      }
      #expect(try site.git("rev-parse", "HEAD") == tip)
    }
  }
}
