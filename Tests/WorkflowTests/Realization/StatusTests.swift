import Documents
import Failures
import Foundation
import Sandbox
import Testing
import Workflow

@Suite("Status")
struct StatusTests {
  private func status(
    _ site: TestSite, asksNSX: Bool = false, exitCode: Bool = true, _ flags: [String: String] = [:]
  ) async -> (status: ToolStatus, output: String, talk: String) {
    await site.run(flags) {
      try await $0.status(
        StatusQuestion(DesiredSource(), asksNSX: asksNSX, exitCode: exitCode))
    }
  }

  private func policies(_ site: TestSite, asksNSX: Bool = true) async throws -> [String: JSONValue]
  {
    let result = await status(site, asksNSX: asksNSX, ["output": "json"])
    let document = try JSONValue(json: Array(result.output.utf8))
    #expect(document["schemaVersion"] == 1)
    var byName: [String: JSONValue] = [:]
    for policy in document["clusters"]?.array?.first?["policies"]?.array ?? [] {
      byName[policy["displayName"]?.string ?? ""] = policy
    }
    return byName
  }

  @Test("after a sync everything is in git, in the cluster and realized")
  func good() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      site.clusterServer.log.clear()
      let result = await status(site, asksNSX: true)
      #expect(result.status == .success, "\(result.output) \(result.talk)")
      #expect(result.output.contains("Policy shop"), "\(result.output)")
      #expect(result.output.contains("1 of 1 nodes"), "\(result.output)")
      #expect(
        result.output.contains(
          "2 of 2 policies are in git, in the cluster and realized, at commit"),
        "\(result.output)")
      #expect(site.clusterWrites == [])
    }
  }

  @Test("each step that is missing is told for its policy")
  func steps() async throws {
    try await withSite { site in
      // Nothing anywhere: NSX is asked, and the tree has nothing.
      let before = try await policies(site)
      #expect(before["Policy shop"]?["git"] == "missing")
      #expect(before["Policy shop"]?["nsx"] == true)
      #expect(before["Policy shop"]?["cluster"] == "missing")
      #expect(before["Policy shop"]?["objects"] == [])

      _ = await site.run {
        try await $0.render(DesiredSource(), commit: true, initialize: true, push: false)
      }
      let rendered = try await policies(site, asksNSX: false)
      #expect(rendered["Policy shop"]?["git"] == "current")
      #expect(rendered["Policy shop"]?["cluster"] == "missing")

      _ = await site.run {
        try await $0.apply(DesiredSource(), planFile: nil, approved: true, wait: true)
      }
      #expect(try await policies(site)["Policy shop"]?["isGood"] == true)

      // A rule changes in NSX, a group by hand in the cluster.
      await site.manager.put(
        TestSite.policy(
          "operators", sequence: 20,
          rules: [TestSite.rule("vms-to-web", 1011, from: "vms", at: "web")]))
      let changed = try await policies(site)
      #expect(changed["Policy operators"]?["git"] == "outdated")
      #expect(changed["Policy operators"]?["cluster"] == "current")
      for group in await site.cluster.objects("clustergroups.crd.antrea.io") {
        let name = group[path: "metadata", "name"]?.string ?? ""
        guard name.hasPrefix("db-") else { continue }
        await site.cluster.edit("clustergroups.crd.antrea.io", name: name) { object in
          var changed = object.object ?? JSONObject()
          changed["spec"] = ["ipBlocks": [["cidr": "10.0.0.0/8"]]]
          return .object(changed)
        }
      }
      let edited = try await policies(site)
      #expect(edited["Policy shop"]?["cluster"] == "different", "its group is another")
      #expect(edited["Policy operators"]?["cluster"] == "current")

      // A policy goes from NSX, and another one from the cluster.
      await site.manager.delete("/infra/domains/default/security-policies/operators")
      for policy in await site.livePolicies() {
        let name = policy[path: "metadata", "name"]?.string ?? ""
        if name.hasPrefix("shop-") {
          await site.cluster.edit("clusternetworkpolicies.crd.antrea.io", name: name) { _ in nil }
        }
      }
      let gone = try await policies(site)
      #expect(gone["Policy operators"]?["git"] == "stale")
      #expect(gone["Policy operators"]?["nsx"] == false)
      #expect(gone["Policy shop"]?["cluster"] == "missing")
      let result = await status(site, asksNSX: true)
      #expect(result.status == .differences)
      #expect(result.output.contains("gone from NSX"), "\(result.output)")
    }
  }

  @Test("what is not realized yet is told with its nodes")
  func realizing() async throws {
    var options = KubernetesOptions()
    options.readsUntilRealized = 10_000
    try await withSite(options: options) { site in
      site.clock = ManualClock(isHasty: true).clock
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let result = await status(site)
      #expect(result.status == .differences)
      #expect(result.output.contains("realizing, 0 of 1 nodes"), "\(result.output)")
      #expect(await status(site, exitCode: false).status == .success)
    }
  }

  @Test("ndjson has a line for each policy and one for each cluster")
  func events() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let events = try FleetSite.events(await status(site, ["output": "ndjson"]).output)
      #expect(events.compactMap { $0["type"]?.string } == ["policy", "policy", "cluster"])
      #expect(events.allSatisfy { $0["cluster"] == "shop-prod" })
    }
  }

  @Test("many clusters: one that is away does not keep the others from being shown")
  func fleet() async throws {
    try await withFleet(["east", "north"]) { fleet in
      _ = await fleet.site.run { try await $0.sync(DesiredSource()) }
      await fleet["north"]?.server.stop()
      let result = await status(fleet.site)
      #expect(result.status == .partial, "\(result.talk)")
      #expect(result.output.contains("east: 2 of 2 policies"), "\(result.output)")
    }
  }
}
