import Documents
import Testing
import Workflow

@Suite("Earlier trees in a cluster")
struct ClusterRollbackTests {
  private func broaden(_ site: TestSite) async {
    await site.manager.put(
      TestSite.policy(
        "operators", sequence: 20,
        rules: [
          TestSite.rule("ops-to-web", 1010, from: "ops", at: "web"),
          TestSite.rule("vms-to-web", 1011, from: "vms", at: "web"),
        ]))
  }

  private func rules(_ site: TestSite) async -> Set<String> {
    let policies = await site.livePolicies()
    return Set(
      policies.flatMap { $0["spec"]?["ingress"]?.array ?? [] }.compactMap { $0["name"]?.string })
  }

  @Test("a rollback commits and applies through a plan, and the next sync says what NSX says")
  func rollback() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let good = try #require(site.commit)
      let before = await rules(site)
      await broaden(site)
      _ = await site.run { try await $0.sync(DesiredSource()) }
      #expect(await rules(site) != before)

      let back = await site.run {
        try await $0.rollback(RollbackRequest(to: good), approved: true, wait: true)
      }
      #expect(back.status == .success, "\(back.talk)")
      #expect(await rules(site) == before)
      #expect(site.commit != good)
      site.clusterServer.log.clear()
      let again = await site.run {
        try await $0.rollback(RollbackRequest(to: good), approved: true, wait: false)
      }
      #expect(again.status == .success && site.clusterWrites == [], "\(again.talk)")

      let sync = await site.run { try await $0.sync(DesiredSource()) }
      #expect(sync.status == .success, "\(sync.talk)")
      #expect(await rules(site) != before)
    }
  }

  @Test("a plan that is refused commits nothing, and a no changes nothing")
  func refused() async throws {
    try await withSite { site in
      await site.manager.delete("/infra/domains/default/security-policies/operators")
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let small = try #require(site.commit)
      await broaden(site)
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let tip = site.commit
      site.clusterServer.log.clear()
      let budget = await site.run(["apply.maxDeletes": "0"]) {
        try await $0.rollback(RollbackRequest(to: small), approved: true, wait: false)
      }
      #expect(budget.status == .refused, "\(budget.talk)")
      #expect(site.commit == tip && site.clusterWrites == [])
    }
  }

  @Test("apply takes the tree of a commit and leaves the repository alone")
  func ref() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let good = try #require(site.commit)
      let before = await rules(site)
      await broaden(site)
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let tip = site.commit
      let applied = await site.run {
        try await $0.apply(
          DesiredSource(ref: good), planFile: nil, approved: true, wait: false)
      }
      #expect(applied.status == .success, "\(applied.talk)")
      #expect(await rules(site) == before)
      #expect(site.commit == tip)
    }
  }
}
