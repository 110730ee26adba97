import Documents
import Foundation
import Testing
import Workflow

@Suite("Before apply writes")
struct ConfirmationTests {
  /// A site with an applied state and a tree that deletes a policy, or adds one.
  private func withChange(
    deletes: Bool, _ body: (TestSite) async throws -> Void
  ) async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      if deletes {
        await site.manager.delete("/infra/domains/default/security-policies/operators")
      } else {
        await site.manager.put(
          TestSite.policy(
            "more", sequence: 5, rules: [TestSite.rule("r", 1200, from: "ANY", at: "web", "DROP")]))
      }
      _ = await site.run {
        try await $0.render(DesiredSource(), commit: true, initialize: false, push: false)
      }
      site.clusterServer.log.clear()
      try await body(site)
    }
  }

  private func apply(
    _ site: TestSite, answer: Bool?, approved: Bool = false
  ) async -> (status: ToolStatus, question: String?, talk: String) {
    let test = TestContext(environment: site.test.environment, answer: answer)
    let status = await Run.perform(
      configuration: "\(site.folder)/nsx-antrea.yaml", flags: [:], context: test.context
    ) {
      try await $0.apply(DesiredSource(), planFile: nil, approved: approved, wait: false)
    }
    return (status, test.questions.first, test.talk)
  }

  @Test("Nobody to ask and something to delete: --yes is needed, 3")
  func unattendedDelete() async throws {
    try await withChange(deletes: true) { site in
      let refused = await apply(site, answer: nil)
      #expect(refused.status == .refused && refused.talk.contains("--yes"), "\(refused.talk)")
      #expect(site.clusterWrites == [])
      let approved = await apply(site, answer: nil, approved: true)
      #expect(approved.status == .success && approved.question == nil, "\(approved.talk)")
    }
  }

  @Test("Nobody to ask and nothing to delete: it goes on")
  func unattendedCreate() async throws {
    try await withChange(deletes: false) { site in
      let result = await apply(site, answer: nil)
      #expect(result.status == .success, "\(result.talk)")
    }
  }

  @Test("The question says what is done and what it means; no is no")
  func question() async throws {
    try await withChange(deletes: false) { site in
      let result = await apply(site, answer: false)
      #expect(result.status == .failed && result.talk.contains("nothing was changed"))
      let question = try #require(result.question)
      #expect(question.contains("1 to create") || question.contains("to create"), "\(question)")
      #expect(question.contains("newly blocked") && question.hasSuffix("Apply?"), "\(question)")
      #expect(site.clusterWrites == [])
    }
  }
}
