import Documents
import Sandbox
import Testing
import Workflow

/// What reports write on NSX's own policies, and the limits of what they write.
@Suite("Reports: tags on NSX policies")
struct PolicyTagTests {
  private static let shop = "/infra/domains/default/security-policies/shop"
  private static let scope = "nsx-antrea:shop-prod"
  private static let flags = ["report.policyTags": "true"]

  private func report(
    _ site: TestSite, _ parts: Set<ReportPart>, _ flags: [String: String] = [:]
  ) async -> (status: ToolStatus, output: String, talk: String) {
    await site.run(["inventory.takeOwnership": "true"].merging(flags) { $1 }) {
      try await $0.report(ReportRequest(parts))
    }
  }

  /// Requests to NSX that write.
  private func writes(_ site: TestSite) -> [String] {
    site.managerServer.log.all.filter { $0.method != "GET" && !$0.path.contains("session") }
      .map { "\($0.method) \($0.path)" }
  }

  private func withReportedSite(_ body: (TestSite) async throws -> Void) async throws {
    try await withSite(kubernetes: TestSite.labelledKubernetes) { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      _ = await report(site, [.inventory])
      try await body(site)
    }
  }

  private func tags(_ site: TestSite) async -> [JSONValue] {
    await site.manager.object(at: Self.shop)?["tags"]?.array ?? []
  }

  /// Somebody else's change of the policy.
  private func edit(_ site: TestSite, _ change: (inout JSONObject) -> Void) async throws {
    var policy = try #require(await site.manager.object(at: Self.shop)?.object)
    change(&policy)
    await site.manager.put([.object(policy)])
  }

  @Test(
    "tags on the NSX policy: only where asked for, once, not on locked ones, and taken away again")
  func tags() async throws {
    try await withSite(kubernetes: TestSite.labelledKubernetes) { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      _ = await report(site, [.inventory])
      let shop = "/infra/domains/default/security-policies/shop"
      let scope = "nsx-antrea:shop-prod"
      func tags() async -> [JSONValue] { await site.manager.object(at: shop)?["tags"]?.array ?? [] }
      _ = await report(site, [.realization])
      #expect(await tags() == [], "off by default")
      let flags = ["report.policyTags": "true"]
      let tagged = await report(site, [.realization], flags)
      #expect(tagged.status == .success, "\(tagged.talk)")
      #expect(tagged.output.contains("tags of 2 NSX policies were changed"), "\(tagged.output)")
      #expect(await tags() == [["scope": .string(scope), "tag": "realized"]])
      let rule = await site.manager.object(at: "\(shop)/rules/web-to-db")
      #expect(rule?["action"] == "ALLOW", "rules are as they were")
      site.managerServer.log.clear()
      _ = await report(site, [.realization], flags)
      #expect(writes(site) == [])

      // It leaves NSX's span, the policy in the cluster goes, and so does the tag.
      await site.manager.delete("\(shop)/container-cluster-span/c")
      _ = await site.run { try await $0.sync(DesiredSource()) }
      _ = await report(site, [.realization], flags)
      #expect(await tags() == [])

      let operators = "/infra/domains/default/security-policies/operators"
      let old = try #require(await site.manager.object(at: operators)?.object)
      var locked = old
      locked["locked"] = true
      locked["tags"] = []
      await site.manager.put([.object(locked)])
      let skipped = await report(site, [.realization], flags)
      #expect(skipped.status == .success && skipped.output.contains("it is locked in NSX"))
    }
  }

  @Test("a policy that changes while it is tagged is read again, and its change stays")
  func stale() async throws {
    try await withReportedSite { site in
      site.managerServer.faults.set([
        .init(
          method: "PUT", pathPrefix: "/policy/api/v1\(Self.shop)",
          action: {
            var policy = await site.manager.object(at: Self.shop)?.object ?? JSONObject()
            policy["description"] = "somebody was faster"
            await site.manager.put([.object(policy)])
          })
      ])
      let run = await report(site, [.realization], Self.flags)
      #expect(run.status == .success, "\(run.talk)")
      #expect(run.output.contains("tags of 2 NSX policies were changed"), "\(run.output)")
      #expect(await tags(site) == [["scope": .string(Self.scope), "tag": "realized"]])
      let policy = await site.manager.object(at: Self.shop)
      #expect(policy?["description"] == "somebody was faster")
      #expect(await site.manager.object(at: "\(Self.shop)/rules/deny")?["action"] == "DROP")
    }
  }

  @Test("a policy that changes all the time is left alone and told")
  func restless() async throws {
    try await withReportedSite { site in
      site.managerServer.faults.set([
        .init(
          method: "PUT", pathPrefix: "/policy/api/v1\(Self.shop)", count: nil,
          action: {
            if let policy = await site.manager.object(at: Self.shop) {
              await site.manager.put([policy])
            }
          })
      ])
      let run = await report(site, [.realization], Self.flags)
      #expect(run.status == .success, "\(run.talk)")
      #expect(
        run.output.contains("policy \(Self.shop) is not tagged: others change it all the time"),
        "\(run.output)")
      #expect(await tags(site) == [])
    }
  }

  @Test("a policy with all the tags that NSX takes keeps them; one place is enough for ours")
  func full() async throws {
    try await withReportedSite { site in
      func others(_ count: Int) -> [JSONValue] {
        (0..<count).map { ["scope": "team", "tag": .string("t\($0)")] }
      }
      try await edit(site) { $0["tags"] = .array(others(30)) }
      let full = await report(site, [.realization], Self.flags)
      #expect(full.status == .success, "\(full.talk)")
      #expect(
        full.output.contains("policy \(Self.shop) is not tagged: it has 30 tags already"),
        "\(full.output)")
      #expect(await tags(site) == others(30))
      try await edit(site) { $0["tags"] = .array(others(29)) }
      _ = await report(site, [.realization], Self.flags)
      #expect(await tags(site).count == 30)
      // Its value can change where all places are taken.
      await site.cluster.edit(
        "clusternetworkpolicies.crd.antrea.io", name: try #require(await shopPolicy(site))
      ) { policy in
        var object = policy.object ?? JSONObject()
        object["status"] = [
          "phase": "Failed", "observedGeneration": 1, "currentNodesRealized": 0,
          "desiredNodesRealized": 1,
        ]
        return .object(object)
      }
      _ = await report(site, [.realization], Self.flags)
      #expect(await tags(site).last == ["scope": .string(Self.scope), "tag": "not-realized"])
    }
  }

  private func shopPolicy(_ site: TestSite) async -> String? {
    await site.livePolicies().compactMap { $0[path: "metadata", "name"]?.string }
      .first { $0.hasPrefix("shop-") }
  }

  @Test("figures of many rules are cut at NSX's 1024 characters, and what is left out is told")
  func manyRules() async throws {
    let rules = (0..<200).map { TestSite.rule("r\($0)", Int64(2000 + $0), from: "web", at: "db") }
    let objects = TestSite.estate + TestSite.policy("many", sequence: 30, rules: rules)
    try await withSite(objects: objects, kubernetes: TestSite.labelledKubernetes) { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      _ = await report(site, [.inventory])
      let run = await report(site, [.statistics])
      #expect(run.status == .success, "\(run.talk)")
      let many = await site.manager.inventory("ContainerNetworkPolicy").first {
        $0["display_name"]?.string?.hasPrefix("many-") == true
      }
      let text = many?["origin_properties"]?.array?
        .first { $0["key"] == "stats.rules" }?["value"]?.string
      let entries = try #require(text).split(separator: ";")
      #expect(text?.utf8.count ?? 0 <= 1024 && text?.utf8.count ?? 0 > 950)
      #expect(entries.first == "2000=0/0/0")
      let left = 200 - (entries.count - 1)
      #expect(entries.last == "+\(left)")
      #expect(run.output.contains("\(left) rules have no room there"), "\(run.output)")
    }
  }
}
