import Documents
import Foundation
import GitRepository
import Sandbox
import Testing
import Workflow

@Suite("Proving trees of a repository")
struct TreeProofTests {
  /// A tree alone, rendered from what NSX holds.
  private func treeAlone(_ site: TestSite) async throws -> DesiredSource {
    var source = try await tree(site)
    source.snapshot = nil
    return source
  }

  /// Lets everybody reach the database in NSX.
  private func openInNSX(_ site: TestSite) async {
    await site.manager.put(
      TestSite.policy(
        "shop", sequence: 10, rules: [TestSite.rule("deny", 1003, from: "ANY", at: "db")]))
  }

  @Test("a tree is proved against what NSX holds now, and hand edits are refused")
  func pulled() async throws {
    try await withSite { site in
      let source = try await treeAlone(site)
      let honest = await plan(site, source)
      #expect(honest.status == .success, "\(honest.talk)")
      #expect(honest.output.contains("Connectivity: proved: "), "\(honest.output)")

      #expect(!honest.output.contains("is not what is rendered"), "\(honest.output)")

      try tamper(source)
      let refused = await plan(site, source)
      #expect(refused.status == .refused, "\(refused.output)")
      #expect(refused.output.contains("hint: the tree was changed by hand"), "\(refused.output)")
      let applied = await site.run {
        try await $0.apply(source, planFile: nil, approved: true, wait: false)
      }
      #expect(applied.status == .refused, "\(applied.talk)")
      #expect(site.clusterWrites == [])
    }
  }

  @Test("a hand edit about pods that there are not is told beside the proof")
  func absentPods() async throws {
    try await withSite { site in
      let source = try await treeAlone(site)
      let file = try policyFile(source, "shop")
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let altered = text.replacing(
        "  ingress:\n",
        with: """
            ingress:
            - action: Allow
              appliedTo:
              - podSelector:
                  matchLabels:
                    app: evil
              name: evil

          """, maxReplacements: 1)
      #expect(altered != text)
      try altered.write(toFile: file, atomically: true, encoding: .utf8)
      let result = await plan(site, source)
      #expect(result.status == .success, "\(result.talk)")
      #expect(result.output.contains("proved: "), "\(result.output)")
      #expect(
        result.output.contains("is not what is rendered from this state of NSX now (ClusterNet"),
        "\(result.output)")
    }
  }

  @Test("the tree of the configuration is proved too, by plan and apply")
  func configured() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let result = await plan(site)
      #expect(result.output.contains("Connectivity: proved: "), "\(result.output)")
      let applied = await site.run {
        try await $0.apply(DesiredSource(), planFile: nil, approved: true, wait: false)
      }
      #expect(applied.status == .success)
      #expect(applied.output.contains("Connectivity: proved: "), "\(applied.output)")
    }
  }

  @Test("without NSX a tree is planned and applied, and the plan says that it is not proved")
  func withoutNSX() async throws {
    try await withSite { site in
      let source = try await treeAlone(site)
      site.managerServer.log.clear()
      for (flags, reason) in [
        (["plan.pull": "false"], "NSX was not asked (plan.pull, --no-pull)"),
        (["nsx.managers": ""], "a tree does not hold NSX's rules; set nsx.managers, or give "),
      ] {
        let result = await plan(site, source, flags: flags)
        #expect(result.status == .success, "\(result.talk)")
        #expect(result.output.contains("not proved: \(reason)"), "\(result.output)")
        #expect(result.output.contains("newly blocked"), "the change is told all the same")
      }
      #expect(site.managerServer.log.all.isEmpty)

      await site.managerServer.stop()
      let result = await plan(site, source)
      #expect(result.status == .success, "\(result.talk)")
      #expect(result.output.contains("not proved: NSX cannot be read: "), "\(result.output)")
      #expect(result.talk.contains("warning: NSX cannot be read"), "\(result.talk)")
      let applied = await site.run {
        try await $0.apply(source, planFile: nil, approved: true, wait: false)
      }
      #expect(applied.status == .success, "\(applied.talk)")
    }
  }

  @Test("a tree that is older than NSX is not refused; the plan says so and what differs")
  func older() async throws {
    try await withSite { site in
      let source = try await treeAlone(site)
      await openInNSX(site)
      let result = await plan(site, source)
      #expect(result.status == .success, "\(result.talk)")
      #expect(
        result.output.contains(
          "not proved: the tree is of another state of NSX than now (its digest differs)"),
        "\(result.output)")
      #expect(result.output.contains("render again"), "\(result.output)")
      #expect(result.output.contains("differs: "), "\(result.output)")
      let json = await plan(site, source, flags: ["output": "json"])
      let cluster = try JSONValue(json: json.output)["clusters"]?.array?.first
      #expect(cluster?[path: "connectivity", "proof"]?["verdict"] == "outdated")
      #expect(cluster?[path: "plan", "bindings"]?["equivalence"] == "outdated")
      let lines = await plan(site, source, flags: ["output": "ndjson"]).output
        .split(separator: "\n").map(String.init)
      let proof = try lines.map { try JSONValue(json: $0) }.first { $0["type"] == "proof" }
      #expect(proof?["verdict"] == "outdated")
    }
  }

  @Test("a snapshot that was given must be the tree's: else the digests are named")
  func otherSnapshot() async throws {
    try await withSite { site in
      let source = try await tree(site)
      await openInNSX(site)
      _ = await site.run { try await $0.pull(to: source.snapshot ?? "") }
      let result = await plan(site, source)
      #expect(result.status == .refused, "\(result.output)")
      #expect(
        result.output.contains("hint: the tree was not rendered from this state of NSX"),
        "\(result.output)")
    }
  }

  @Test("a named commit and a rollback are other states on purpose: NSX is not asked")
  func earlierCommits() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let first = try #require(site.commit)
      await openInNSX(site)
      _ = await site.run { try await $0.sync(DesiredSource()) }
      site.managerServer.log.clear()
      let result = await plan(site, DesiredSource(ref: first))
      #expect(result.status == .success, "\(result.talk)")
      #expect(result.output.contains("not proved: an earlier commit"), "\(result.output)")
      let rolled = await site.run {
        try await $0.rollback(RollbackRequest(to: first), approved: true, wait: false)
      }
      #expect(rolled.status == .success, "\(rolled.talk)")
      #expect(rolled.output.contains("not proved: an earlier commit"), "\(rolled.output)")
      #expect(site.managerServer.log.all.isEmpty)
    }
  }
}
