import Documents
import Foundation
import Sandbox
import Testing
import Workflow

@Suite("Temporary objects of an apply")
struct OrderTests {
  private static let temporary = "nsx-antrea.io/temporary"

  /// Two policies, each of which allows what the other one will.
  private func put(_ site: TestSite, _ first: String, _ second: String) async {
    for (id, sequence, source) in [("operators", 20, first), ("agents", 30, second)] {
      await site.manager.put(
        TestSite.policy(
          id, sequence: Int64(sequence),
          rules: [TestSite.rule("in", Int64(1000 + sequence), from: source, at: "web")]))
    }
    _ = await site.run {
      try await $0.render(DesiredSource(), commit: true, initialize: false, push: false)
    }
  }

  /// A site at which the sources of two policies are about to change places.
  private func withExchange(_ body: (TestSite) async throws -> Void) async throws {
    try await withSite { site in
      await put(site, "ops", "vms")
      let first = await site.run { try await $0.sync(DesiredSource()) }
      #expect(first.status == .success, "\(first.talk)")
      await put(site, "vms", "ops")
      site.clusterServer.log.clear()
      try await body(site)
    }
  }

  /// What stands in the cluster for other objects.
  private func temporary(_ site: TestSite) async -> [String] {
    await site.livePolicies().filter {
      $0["metadata"]?["annotations"]?[Self.temporary] != nil
    }.compactMap { $0["metadata"]?["name"]?.string }
  }

  private func plan(_ site: TestSite, _ out: String?) async -> (ToolStatus, String) {
    let result = await site.run {
      try await $0.plan(
        DesiredSource(), clusterObjects: nil, out: out, exitCode: true, verify: .local)
    }
    return (result.status, result.output)
  }

  @Test("A saved plan carries them, and none is left")
  func saved() async throws {
    try await withExchange { site in
      let file = "\(site.folder)/plan.json"
      let (status, text) = await plan(site, file)
      #expect(status == .differences)
      #expect(text.contains("Order: 1 object needs another one beside it"), "\(text)")
      #expect(text.contains("0 to create, 2 to update"), "\(text)")
      let applied = await site.run {
        try await $0.apply(DesiredSource(), planFile: file, approved: true, wait: false)
      }
      #expect(applied.status == .success, "\(applied.talk)")
      let writes = site.clusterWrites.filter { $0.contains("-before") }
      // It is deleted a second time where Antrea told its state meanwhile.
      #expect(writes.first?.hasPrefix("PATCH") == true, "\(writes)")
      #expect(writes.dropFirst().allSatisfy { $0.hasPrefix("DELETE") }, "\(writes)")
      #expect(writes.count > 1)
      #expect(await temporary(site) == [])
      #expect(await plan(site, nil).0 == .success)
    }
  }

  @Test("What a run leaves behind, the next one removes")
  func left() async throws {
    try await withExchange { site in
      site.clusterServer.faults.add(
        FaultScript.Rule(
          method: "DELETE", pathPrefix: "/apis/crd.antrea.io/v1beta1/clusternetworkpolicies/",
          response: .json(403, ["kind": "Status", "code": 403])))
      let broken = await site.run {
        try await $0.apply(DesiredSource(), planFile: nil, approved: true, wait: false)
      }
      #expect(broken.status == .partial, "\(broken.talk)")
      #expect(await temporary(site).count == 1)
      // It is a member of the ApplySet like what it stands for.
      let sets = Set(
        await site.livePolicies().map {
          $0["metadata"]?["labels"]?["applyset.kubernetes.io/part-of"]?.string
        })
      #expect(sets.count == 1 && sets.first != .some(nil), "\(sets)")
      let (_, text) = await plan(site, nil)
      #expect(text.contains("1 to delete"), "\(text)")
      // The budget is not for what was there for a run.
      let next = await site.run(["apply.maxDeletes": "0"]) {
        try await $0.apply(DesiredSource(), planFile: nil, approved: true, wait: false)
      }
      #expect(next.status == .success, "\(next.talk)")
      #expect(await temporary(site) == [])
      #expect(await plan(site, nil).0 == .success)
    }
  }
}
