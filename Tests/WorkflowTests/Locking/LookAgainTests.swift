import Documents
import Sandbox
import Testing
import Workflow

@Suite("What changed between the plan and the lock")
struct LookAgainTests {
  private static let policies = "clusternetworkpolicies.crd.antrea.io"

  /// A site with an applied state and a commit that updates policy `operators`
  /// and adds `more`; something happens while the run takes its lock.
  private func apply(
    meanwhile change: @escaping @Sendable (TestSite, String) async -> Void,
    before prepare: (TestSite) async -> Void = { _ in },
    _ check: (TestSite, String, (status: ToolStatus, output: String, talk: String)) async throws ->
      Void
  ) async throws {
    try await withSite { site in
      let first = await site.run { try await $0.sync(DesiredSource()) }
      #expect(first.status == .success, "\(first.talk)")
      await site.manager.put(
        TestSite.policy(
          "operators", sequence: 20,
          rules: [TestSite.rule("vms-to-web", 1011, from: "vms", at: "web")]))
      await site.manager.put(
        TestSite.policy(
          "more", sequence: 5, rules: [TestSite.rule("r", 1200, from: "ANY", at: "web", "DROP")]))
      await prepare(site)
      _ = await site.run {
        try await $0.render(DesiredSource(), commit: true, initialize: false, push: false)
      }
      let name = try #require(
        await site.livePolicies().compactMap { $0["metadata"]?["name"]?.string }
          .first { $0.hasPrefix("operators-") })
      site.clusterServer.log.clear()
      site.clusterServer.faults.set([
        FaultScript.Rule(
          method: "PUT", pathPrefix: "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases",
          action: {
            site.clusterServer.faults.set([])
            await change(site, name)
            site.clusterServer.log.clear()
          })
      ])
      let result = await Self.run(site)
      try await check(site, name, result)
    }
  }

  private static func run(
    _ site: TestSite, _ flags: [String: String] = [:]
  ) async -> (status: ToolStatus, output: String, talk: String) {
    await site.run(flags) {
      try await $0.apply(DesiredSource(), planFile: nil, approved: true, wait: false)
    }
  }

  private static func policyWrites(_ site: TestSite) -> [String] {
    site.clusterWrites.filter { $0.contains("crd.antrea.io") || $0.contains("configmaps/nsx") }
  }

  @Test("a field of what is written: named, 3, and nothing is written")
  func field() async throws {
    try await apply { site, name in
      await site.cluster.edit(Self.policies, name: name) { $0.with(["spec", "priority"], 77) }
    } _: { site, name, result in
      #expect(result.status == .refused, "\(result.talk)")
      #expect(
        result.talk.contains("ClusterNetworkPolicy/\(name): spec.priority was")
          && result.talk.contains("run again"), "\(result.talk)")
      let writes = Self.policyWrites(site).filter { !$0.contains("last-run") }
      #expect(writes == [], "\(writes)")
      #expect(await site.livePolicies().count == 2)
    }
  }

  @Test("a label of somebody else and a status: it goes on")
  func unrelated() async throws {
    try await apply { site, name in
      await site.cluster.edit(Self.policies, name: name) {
        $0.with(["metadata", "labels", "team"], "a").with(["status", "phase"], "Realizing")
      }
    } _: { site, _, result in
      #expect(result.status == .success, "\(result.talk)")
      let live = "\(await site.livePolicies())"
      #expect(live.contains("vms-to-web-1011") && live.contains("more"), "\(live)")
    }
  }

  @Test("another run did the same: that is said, and nothing is written again")
  func done() async throws {
    try await apply { site, _ in
      let other = TestContext(environment: site.test.environment, answer: true)
      let status = await Run.perform(
        configuration: "\(site.folder)/nsx-antrea.yaml", flags: ["apply.lock": "false"],
        context: other.context
      ) { try await $0.apply(DesiredSource(), planFile: nil, approved: true, wait: false) }
      #expect(status == .success, "\(other.talk)")
    } _: { site, _, result in
      #expect(result.status == .success, "\(result.talk)")
      #expect(result.talk.contains("were taken by somebody else"), "\(result.talk)")
      let writes = Self.policyWrites(site).filter { $0.contains("crd.antrea.io") }
      #expect(writes == [], "\(writes)")
    }
  }

  @Test("an object of ours that the plan does not know: 3")
  func unplanned() async throws {
    try await apply { site, name in
      let ours = await site.livePolicies().first { $0["metadata"]?["name"]?.string == name }
      #expect(
        await site.create([
          "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
          "metadata": [
            "name": "left-behind", "labels": ours?["metadata"]?["labels"] ?? [:],
          ], "spec": ours?["spec"] ?? [:],
        ]))
    } _: { site, _, result in
      #expect(result.status == .refused, "\(result.talk)")
      #expect(result.talk.contains("not in the plan"), "\(result.talk)")
      #expect(Self.policyWrites(site).filter { $0.contains("crd.antrea.io") } == [])
    }
  }

  @Test("somebody made an object of a name that would be created: 3, and it is left alone")
  func appeared() async throws {
    try await apply { site, _ in
      // What the run will create is known from a plan of the same tree.
      let planned = TestContext(environment: site.test.environment, answer: true)
      _ = await Run.perform(
        configuration: "\(site.folder)/nsx-antrea.yaml", flags: ["output": "json"],
        context: planned.context
      ) {
        try await $0.plan(
          DesiredSource(), clusterObjects: nil, out: nil, exitCode: false, verify: .local)
      }
      let name =
        planned.output.split(separator: "\"").first { $0.hasPrefix("more-") }.map(String.init)
      #expect(
        await site.create([
          "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
          "metadata": ["name": .string(name ?? "")],
          "spec": ["priority": 1, "appliedTo": [["podSelector": [:]]]],
        ]))
    } _: { site, _, result in
      #expect(result.status == .refused, "\(result.talk)")
      let foreign = await site.livePolicies().first {
        $0["metadata"]?["name"]?.string?.hasPrefix("more-") == true
      }
      #expect(foreign?["metadata"]?["labels"]?["nsx-antrea.io/owner"] == nil, "\(result.talk)")
    }
  }

  @Test("the owner label of what would be deleted is gone: 3, and the object stays")
  func disowned() async throws {
    try await apply { site, _ in
      let shop = await site.livePolicies().compactMap { $0["metadata"]?["name"]?.string }
        .first { $0.hasPrefix("shop-") }
      await site.cluster.edit(Self.policies, name: shop ?? "") {
        $0.with(["metadata", "labels"], [:])
      }
    } before: { site in
      await site.manager.delete("/infra/domains/default/security-policies/shop")
    } _: { site, _, result in
      #expect(result.status == .refused, "\(result.talk)")
      #expect(result.talk.contains("has other owner labels"), "\(result.talk)")
      let names = await site.livePolicies().compactMap { $0["metadata"]?["name"]?.string }
      #expect(names.contains { $0.hasPrefix("shop-") }, "\(names)")
    }
  }
}
