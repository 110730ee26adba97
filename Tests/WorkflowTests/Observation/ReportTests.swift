import Documents
import Failures
import Foundation
import Sandbox
import Testing
import Workflow

@Suite("Reports to NSX")
struct ReportTests {
  private static let taken = ["inventory.takeOwnership": "true"]

  private func report(
    _ site: TestSite, _ parts: Set<ReportPart>, _ flags: [String: String] = [:],
    dryRun: Bool = false
  ) async -> (status: ToolStatus, output: String, talk: String) {
    await site.run(Self.taken.merging(flags) { $1 }) {
      try await $0.report(ReportRequest(parts, dryRun: dryRun))
    }
  }

  /// The inventory object of the policy whose name begins so.
  private func policy(_ site: TestSite, _ prefix: String) async throws -> JSONValue {
    let found = await site.manager.inventory("ContainerNetworkPolicy")
    return try #require(
      found.first { $0["display_name"]?.string?.hasPrefix(prefix) == true }, "\(found)")
  }

  private func property(_ object: JSONValue, _ key: String) -> String? {
    object["origin_properties"]?.array?.first { $0["key"]?.string == key }?["value"]?.string
  }

  private func property(of prefix: String, _ key: String, _ site: TestSite) async throws -> String?
  {
    property(try await policy(site, prefix), key)
  }

  /// Requests to NSX that write.
  private func writes(_ site: TestSite) -> [String] {
    site.managerServer.log.all.filter { $0.method != "GET" && !$0.path.contains("session") }
      .map { "\($0.method) \($0.path)" }
  }

  private func name(_ site: TestSite, _ prefix: String) async throws -> String {
    let policies = await site.livePolicies().compactMap { $0[path: "metadata", "name"]?.string }
    return try #require(policies.first { $0.hasPrefix(prefix) })
  }

  @Test("health of a cluster that cannot be asked any more: NSX is told that it is unknown")
  func unknownHealth() async throws {
    try await withSite(kubernetes: TestSite.labelledKubernetes) { site in
      #expect(await report(site, [.inventory]).status == .success)
      _ = await report(site, [.health])
      let id = try #require(
        await site.manager.inventory("ContainerCluster").first?["external_id"]?.string)
      await site.clusterServer.stop()
      for parts in [[.health], Set(ReportPart.allCases)] {
        let away = await report(site, parts, ["kubernetes.requestTimeout": "2s"])
        #expect(away.status == .unreachable, "\(away.talk)")
        #expect(await site.manager.clusterStatus(id)?["status"] != "HEALTHY")
        let cluster = await site.manager.inventory("ContainerCluster").first
        #expect(cluster?["network_status"] != "HEALTHY", "\(cluster ?? .null)")
      }
    }
  }

  @Test("realization: what changes in a policy's status is what is sent, and nothing else")
  func realization() async throws {
    try await withSite(kubernetes: TestSite.labelledKubernetes) { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let early = await report(site, [.realization])
      #expect(early.status == .failed && early.talk.contains("report inventory"), "\(early.talk)")
      #expect(await report(site, [.inventory]).status == .success)
      let good = try await policy(site, "shop-")
      #expect(good["network_status"] == "HEALTHY")
      #expect(property(good, "realized.nodes") == "1" && property(good, "desired.nodes") == "1")
      #expect(
        property(good, "nsx.policy.path") == "/infra/domains/default/security-policies/shop")
      #expect(property(good, "observed.generation") == "1")
      site.managerServer.log.clear()
      #expect(await report(site, [.realization]).status == .success)
      #expect(writes(site) == [], "nothing changed")

      await site.cluster.edit(
        "clusternetworkpolicies.crd.antrea.io", name: try await name(site, "shop-")
      ) { object in
        var changed = object.object ?? JSONObject()
        changed["status"] = [
          "phase": "Failed", "observedGeneration": 1, "currentNodesRealized": 0,
          "desiredNodesRealized": 1,
          "conditions": [
            [
              "type": "RealizationFailure", "status": "True",
              "reason": "NetworkPolicyRealizationFailedOnNode", "message": "node-1: no flows",
            ]
          ],
        ]
        return .object(changed)
      }
      let dry = await report(site, [.realization], dryRun: true)
      #expect(dry.output.contains("1 inventory objects to update"), "\(dry.output)")
      #expect(writes(site) == [])
      let result = await report(site, [.realization])
      #expect(result.status == .success, "\(result.talk)")
      #expect(result.output.contains("1 of 2 policies are realized"), "\(result.output)")
      #expect(writes(site).count == 1)
      let failed = try await policy(site, "shop-")
      #expect(failed["network_status"] == "UNHEALTHY")
      let error = try #require(failed["network_errors"]?.array?.first)
      #expect(error["error_code"] == "ACNP_FAILED" && error["error_message"] == "node-1: no flows")
      let details = try JSONValue(json: Array((error["spec"]?.string ?? "").utf8))
      #expect(details["phase"] == "Failed" && details["desiredNodesRealized"] == 1)
      #expect(failed["spec"] == good["spec"] && failed["tags"] == good["tags"])
      // The inventory says the same: the two do not fight.
      site.managerServer.log.clear()
      #expect(await report(site, [.inventory]).status == .success)
      #expect(writes(site) == [])
    }
  }

  @Test(
    "statistics: properties of the policy, sent when something was counted, kept by the inventory")
  func statistics() async throws {
    try await withSite(kubernetes: TestSite.labelledKubernetes) { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      _ = await report(site, [.inventory])
      let name = try await name(site, "shop-")
      let rules = await site.livePolicies().flatMap { policy in
        (policy[path: "spec", "ingress"]?.array ?? []).compactMap { $0["name"]?.string }
      }
      let rule = try #require(rules.first { $0.contains("1001") })
      await site.cluster.addTraffic(
        to: name, rule: rule, packets: 20, bytes: 300, sessions: 2)
      let result = await report(site, [.statistics])
      #expect(result.status == .success, "\(result.talk)")
      #expect(result.output.contains("NSX's own rule statistics cannot be written"))
      let counted = try await policy(site, "shop-")
      #expect(property(counted, "stats.sessions") == "2")
      #expect(property(counted, "stats.bytes") == "300")
      #expect(property(counted, "stats.rules")?.hasPrefix("1001=2/20/300;") == true)
      #expect(property(counted, "stats.time") != nil && property(counted, "stats.since") != nil)
      #expect(property(counted, "realized.nodes") == "1", "other reports' properties stay")
      site.managerServer.log.clear()
      _ = await report(site, [.statistics])
      _ = await report(site, [.inventory])
      #expect(writes(site) == [], "time alone is no news")
      #expect(try await property(of: "shop-", "stats.sessions", site) == "2")
    }
  }

  @Test("health: the status call each time, the inventory when it changes")
  func health() async throws {
    try await withSite(kubernetes: TestSite.labelledKubernetes) { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      _ = await report(site, [.inventory])
      #expect(await report(site, [.health]).status == .success)
      let cluster = try #require(await site.manager.inventory("ContainerCluster").first)
      let id = try #require(cluster["external_id"]?.string)
      #expect(cluster["network_status"] == "HEALTHY")
      #expect(await site.manager.clusterStatus(id)?["status"] == "HEALTHY")
      site.managerServer.log.clear()
      _ = await report(site, [.health])
      #expect(writes(site) == ["POST /api/v1/systemhealth/container-cluster/ncp/status"])

      await site.cluster.setCondition(of: "node-1", "OpenflowConnectionUp", "False")
      let result = await report(site, [.health])
      #expect(result.output.contains("health is FAILED, reported as DOWN"), "\(result.output)")
      let failed = try #require(await site.manager.inventory("ContainerCluster").first)
      #expect(failed["network_status"] == "UNHEALTHY")
      #expect(
        failed["network_errors"]?.array?.allSatisfy { $0["error_code"] == "CLUSTER_FAILED" }
          == true)
      #expect(property(failed, "health.agents") == "0 healthy, 0 degraded, 1 failed, 0 unknown")
      let status = await site.manager.clusterStatus(id)
      #expect(status?["status"] == "DOWN")
      #expect(status?["detail"]?.string?.contains("OpenflowConnectionUp is False") == true)
      // An inventory without health tells of the node's agent, and leaves the
      // cluster's health alone.
      _ = await report(site, [.inventory])
      let same = try #require(await site.manager.inventory("ContainerCluster").first)
      #expect(same["network_errors"] == failed["network_errors"])
      site.managerServer.log.clear()
      _ = await report(site, [.inventory])
      #expect(writes(site) == [])
      let quiet = await report(site, [.health], ["report.clusterStatus": "false"])
      #expect(quiet.status == .success && writes(site) == [])
    }
  }

  @Test("all in one pass: one set of changes, and nothing but the sign of life the second time")
  func everything() async throws {
    try await withSite(kubernetes: TestSite.labelledKubernetes) { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let all = Set(ReportPart.allCases)
      let first = await report(site, all)
      #expect(first.status == .success, "\(first.talk)")
      let object = try await policy(site, "shop-")
      #expect(property(object, "stats.sessions") == "0")
      #expect(property(object, "realized.nodes") == "1")
      site.managerServer.log.clear()
      let second = await report(site, all)
      #expect(second.status == .success, "\(second.talk)")
      #expect(writes(site) == ["POST /api/v1/systemhealth/container-cluster/ncp/status"])
      let document = try JSONValue(
        json: Array(await report(site, all, ["output": "json"]).output.utf8))
      let cluster = document["clusters"]?.array?.first
      #expect(cluster?["clusterStatus"] == "HEALTHY")
      #expect(cluster?["policies"]?.array?.count == 2)
    }
  }

  @Test("sync reports at its end what the configuration says, and health also when it failed")
  func sync() async throws {
    try await withSite(kubernetes: TestSite.labelledKubernetes) { site in
      let flags = Self.taken.merging(["report.parts": "inventory,realization,health"]) { $1 }
      let good = await site.run(flags) { try await $0.sync(DesiredSource()) }
      #expect(good.status == .success, "\(good.talk)")
      #expect(try await policy(site, "shop-")["network_status"] == "HEALTHY")
      let id = try #require(
        await site.manager.inventory("ContainerCluster").first?["external_id"]?.string)
      #expect(await site.manager.clusterStatus(id)?["status"] == "HEALTHY")
      // A sync that is refused is worth a report, and so is its record.
      await site.manager.put(
        TestSite.policy(
          "broken", sequence: 5,
          rules: [
            TestSite.rule("r", 1020, from: "no-such-group", at: "web")
          ]))
      let bad = await site.run(flags) { try await $0.sync(DesiredSource()) }
      #expect(bad.status != .success)
      #expect(await site.manager.clusterStatus(id)?["status"] == "DEGRADED", "\(bad.talk)")
      let wrong = await site.run(["report.parts": "weather"]) {
        try await $0.sync(DesiredSource())
      }
      #expect(wrong.status == .usage && wrong.talk.contains("`weather` cannot be reported"))
    }
  }

  @Test("a part that cannot be read does not keep the others, and is told")
  func parts() async throws {
    var options = KubernetesOptions()
    options.missingGroups = ["stats.antrea.io"]
    try await withSite(kubernetes: TestSite.labelledKubernetes, options: options) { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let result = await report(site, Set(ReportPart.allCases))
      #expect(result.status == .partial, "\(result.talk)")
      #expect(result.talk.contains("statistics is not reported"), "\(result.talk)")
      // What NSX is told of the health has this report in it.
      let id = try #require(
        await site.manager.inventory("ContainerCluster").first?["external_id"]?.string)
      #expect(await site.manager.clusterStatus(id)?["status"] == "DEGRADED")
      let nodes = try await property(of: "shop-", "realized.nodes", site)
      #expect(nodes == "1")
      let alone = await report(site, [.statistics])
      #expect(alone.status == .failed)
    }
  }

  @Test("an inventory that VMware's adapter owns is left alone")
  func foreign() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      site.managerServer.log.clear()
      for part in ReportPart.allCases {
        let result = await site.run { try await $0.report(ReportRequest([part])) }
        #expect(result.status == .refused, "\(part)")
      }
      #expect(writes(site) == [])
    }
  }

  @Test("one of three clusters away: the others are reported, exit 4")
  func fleet() async throws {
    try await withFleet(["east", "west"]) { fleet in
      let shared = await report(fleet.site, Set(ReportPart.allCases))
      #expect(shared.status == .usage && shared.talk.contains("east and west have the same"))
    }
    try await withFleet(["east", "north", "west"], haveInventories: true) { fleet in
      _ = await fleet.site.run { try await $0.sync(DesiredSource()) }
      await fleet["north"]?.server.stop()
      let result = await report(fleet.site, Set(ReportPart.allCases))
      #expect(result.status == .partial, "\(result.talk)")
      #expect(await fleet.site.manager.inventory("ContainerCluster").count == 2)
    }
  }
}
