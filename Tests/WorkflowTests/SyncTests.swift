import Documents
import Foundation
import Sandbox
import Testing
import Workflow

@Suite("The main job over HTTPS")
struct SyncTests {
  @Test("a first sync commits and applies, a second one writes nothing anywhere")
  func idempotent() async throws {
    try await withSite { site in
      let first = await site.run { try await $0.sync(DesiredSource()) }
      #expect(first.status == .success, "\(first.talk)")
      #expect(first.output.contains("created"), "\(first.output)")
      let names = await site.livePolicies().compactMap { $0["metadata"]?["name"]?.string }
      #expect(names.count == 2, "\(names)")
      let commit = try #require(site.commit)

      site.clusterServer.log.clear()
      site.managerServer.log.clear()
      let second = await site.run { try await $0.sync(DesiredSource()) }
      #expect(second.status == .success, "\(second.talk)")
      #expect(site.commit == commit)
      #expect(site.clusterWrites == [])
      let written = site.managerServer.log.all.filter {
        $0.method != "GET" && !$0.path.hasPrefix("/api/session")
      }
      #expect(written.isEmpty, "\(written)")
      // One list page for each kind, and a constant.
      #expect(site.clusterServer.log.all.count <= 15, "\(site.clusterServer.log.all.map(\.path))")
    }
  }

  @Test("a new rule is one update, a deleted policy leaves with what only it used")
  func changes() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      await site.manager.put(
        TestSite.policy(
          "operators", sequence: 20,
          rules: [
            TestSite.rule("ops-to-web", 1010, from: "ops", at: "web"),
            TestSite.rule("vms-to-web", 1011, from: "vms", at: "web"),
          ]))
      site.clusterServer.log.clear()
      let changed = await site.run { try await $0.sync(DesiredSource()) }
      #expect(changed.status == .success, "\(changed.talk)")
      let patches = site.clusterWrites.filter { $0.hasPrefix("PATCH") }
      #expect(
        patches.count == 1 && patches[0].contains("/clusternetworkpolicies/operators-"),
        "\(patches)")

      await site.manager.delete("/infra/domains/default/security-policies/operators")
      let deleted = await site.run { try await $0.sync(DesiredSource()) }
      #expect(deleted.status == .success, "\(deleted.talk)")
      let names = await site.livePolicies().compactMap { $0["metadata"]?["name"]?.string }
      #expect(names.count == 1 && names[0].hasPrefix("shop-"), "\(names)")
      let groups = await site.cluster.objects("clustergroups.crd.antrea.io").compactMap {
        $0["metadata"]?["name"]?.string
      }
      #expect(!groups.contains { $0.hasPrefix("ops-") }, "\(groups)")
    }
  }

  @Test("a hand edit is found by plan and repaired by sync")
  func drift() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let name = try #require(await site.livePolicies().first?["metadata"]?["name"]?.string)
      let edited = await site.cluster.edit("clusternetworkpolicies.crd.antrea.io", name: name) {
        object in
        var object = object.object ?? JSONObject()
        object.update("spec") { spec in
          var inner = spec.object ?? JSONObject()
          inner["priority"] = 77
          spec = .object(inner)
        }
        return .object(object)
      }
      #expect(edited)
      let plan = await site.run {
        try await $0.plan(
          DesiredSource(), clusterObjects: nil, out: nil, exitCode: true, verify: .local)
      }
      #expect(plan.status == .differences, "\(plan.talk)")
      #expect(plan.output.contains("1 blocked"), "\(plan.output)")
      #expect(plan.output.contains("kubectl-edit owns spec.priority"), "\(plan.output)")
      let repaired = await site.run(["apply.forceConflicts": "true"]) {
        try await $0.sync(DesiredSource())
      }
      #expect(repaired.status == .success, "\(repaired.talk)")
      let live = await site.livePolicies().first { $0["metadata"]?["name"]?.string == name }
      #expect(live?["spec"]?["priority"]?.double != 77)
    }
  }

  @Test("an approved plan is carried out, and refused when the cluster changed")
  func approvedPlan() async throws {
    try await withSite { site in
      let out = "\(site.folder)/plan.json"
      _ = await site.run {
        try await $0.render(DesiredSource(), commit: true, initialize: true, push: false)
      }
      let plan = await site.run {
        try await $0.plan(
          DesiredSource(), clusterObjects: nil, out: out, exitCode: false, verify: .server)
      }
      #expect(plan.status == .success, "\(plan.talk)")
      let applied = await site.run {
        try await $0.apply(DesiredSource(), planFile: out, approved: true, wait: true)
      }
      #expect(applied.status == .success, "\(applied.talk)")
      let again = await site.run {
        try await $0.apply(DesiredSource(), planFile: out, approved: true, wait: false)
      }
      #expect(again.status == .refused, "\(again.talk)")
      #expect(again.talk.contains("stale"))
    }
  }

  @Test("nothing is deleted when everything vanishes from NSX")
  func emptied() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      await site.manager.delete("/infra/domains/default/security-policies/operators")
      await site.manager.delete("/infra/domains/default/security-policies/shop")
      let commit = site.commit
      let result = await site.run { try await $0.sync(DesiredSource()) }
      #expect(result.status == .refused, "\(result.output)")
      #expect(await site.livePolicies().count == 2)
      #expect(site.commit == commit)
      let render = await site.run {
        try await $0.render(DesiredSource(), commit: true, initialize: false, push: false)
      }
      #expect(render.status == .refused, "\(render.talk)")
      #expect(site.commit == commit)
    }
  }

  @Test("a budget of deletions that is too small stops a sync before its commit")
  func budget() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      await site.manager.delete("/infra/domains/default/security-policies/operators")
      let commit = site.commit
      site.clusterServer.log.clear()
      let result = await site.run(["apply.maxDeletes": "0"]) { try await $0.sync(DesiredSource()) }
      #expect(result.status == .refused, "\(result.talk)")
      #expect(site.commit == commit)
      #expect(site.clusterWrites == [])
      #expect(await site.livePolicies().count == 2)
    }
  }

  @Test("the inventory is refused where an adapter is registered, else reported once")
  func inventory() async throws {
    try await withSite { site in
      let refused = await site.run { try await $0.reportInventory(clusters: [], dryRun: false) }
      #expect(refused.status == .refused, "\(refused.talk)")
      let taken = ["inventory.takeOwnership": "true"]
      let first = await site.run(taken) {
        try await $0.reportInventory(clusters: [], dryRun: false)
      }
      #expect(first.status == .success, "\(first.talk)")
      #expect(await site.manager.inventory("ContainerApplicationInstance").count == 2)
      let second = await site.run(taken) {
        try await $0.reportInventory(clusters: [], dryRun: false)
      }
      #expect(second.output.contains("0 to create, 0 to update, 0 to delete"), "\(second.output)")
    }
  }

  @Test("explain finds a rule by its id, a policy by its path")
  func explain() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let rule = await site.run { try await $0.explain("1002", source: DesiredSource()) }
      #expect(rule.status == .success && rule.output.contains("vms-to-db"), "\(rule.talk)")
      let policy = await site.run {
        try await $0.explain(
          "/infra/domains/default/security-policies/shop", source: DesiredSource())
      }
      #expect(
        policy.output.contains("Policy shop") && policy.output.contains(site.commit ?? "?"),
        "\(policy.output)")
    }
  }

  @Test("doctor passes at a healthy site")
  func doctor() async throws {
    try await withSite { site in
      let result = await site.run { try await $0.doctor(clusters: []) }
      #expect(result.status == .success, "\(result.output) \(result.talk)")
      #expect(result.output.contains(" 0 failed,"), "\(result.output)")
    }
  }

  @Test("diff shows what apply would do, against the tree and the cluster")
  func differences() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      await site.manager.put(
        TestSite.policy(
          "operators", sequence: 20,
          rules: [TestSite.rule("vms-to-web", 1011, from: "vms", at: "web")]))
      let tree = await site.run {
        try await $0.diff(
          DesiredSource(), againstRepository: true, clusterObjects: nil, exitCode: true)
      }
      #expect(
        tree.status == .differences && tree.output.contains("+    name: vms-to-web-1011"),
        "\(tree.output)")
      let cluster = await site.run {
        try await $0.diff(
          DesiredSource(), againstRepository: false, clusterObjects: nil, exitCode: true)
      }
      #expect(cluster.status == .success, "the tree was not rendered again: \(cluster.output)")
    }
  }
}
