import Documents
import Foundation
import Sandbox
import Testing
import Workflow

/// NSX groups that are kept filled with a cluster's addresses.
@Suite("Resolved addresses")
struct GroupReportTests {
  private static let path = "/infra/domains/default/groups/k8s-web"
  private static let configuration = """
    groups:
      - group: k8s-web
        displayName: Web pods
        cluster: shop-prod
        source: pods
        namespaces: [shop]
        selector:
          matchLabels: {app: web}
    """

  private func report(_ site: TestSite, dryRun: Bool = false) async -> (
    status: ToolStatus, output: String, talk: String
  ) {
    await site.run { try await $0.reportGroups(clusters: [], dryRun: dryRun) }
  }

  private func addresses(_ site: TestSite) async -> JSONValue? {
    await site.manager.object(at: Self.path)?["expression"]?.array?.first?["ip_addresses"]
  }

  private func addPod(_ site: TestSite, _ name: String, _ address: String) async {
    _ = await site.send(
      "POST", "/api/v1/namespaces/shop/pods", TestSite.pod(name, "web", address), "kubectl")
  }

  private func withGroups(
    _ configuration: String = Self.configuration,
    denials: [KubernetesOptions.Denial] = [], _ body: (TestSite) async throws -> Void
  ) async throws {
    try await withSite(kubernetes: TestSite.labelledKubernetes, denials: denials) { site in
      try site.configure(configuration)
      try await body(site)
    }
  }

  @Test("a group is made, kept up to date, and not written without a difference")
  func keepsUp() async throws {
    try await withGroups { site in
      let plan = await report(site, dryRun: true)
      #expect(plan.status == .success, "\(plan.talk)")
      #expect(plan.output.contains("would be +1 -0"), "\(plan.output)")
      #expect(await site.manager.object(at: Self.path) == nil)
      let first = await report(site)
      #expect(first.status == .success, "\(first.talk)")
      #expect(await addresses(site) == ["10.1.0.1"])
      let group = await site.manager.object(at: Self.path)
      #expect(group?["display_name"] == "Web pods")
      #expect(group?["group_type"] == nil)
      site.managerServer.log.clear()
      #expect(await report(site).status == .success)
      #expect(site.managerWrites == 0)
      await addPod(site, "web-2", "10.1.0.7")
      #expect(await report(site).status == .success)
      #expect(await addresses(site) == ["10.1.0.1", "10.1.0.7"])
      #expect(site.managerWrites == 1)
    }
  }

  @Test("another cluster under the same name: refused, and the group stays as it is")
  func otherCluster() async throws {
    try await withGroups { site in
      // A group from before the identity was kept takes it on.
      if await site.cluster.objects("namespaces").allSatisfy({
        $0[path: "metadata", "name"] != "kube-system"
      }) {
        #expect(
          await site.send(
            "POST", "/api/v1/namespaces",
            TestSite.object("v1", "Namespace", nil, "kube-system", [:]),
            "kubectl"))
      }
      #expect(await report(site).status == .success)
      #expect(
        "\(await site.manager.object(at: Self.path)?["tags"] ?? .null)".contains(
          "nsx-antrea:resolved-cluster-uid"))
      await site.cluster.edit("namespaces", name: "kube-system") {
        $0.with(["metadata", "uid"], "another")
      }
      await addPod(site, "web-2", "10.1.0.7")
      let other = await report(site)
      #expect(other.status == .refused && other.talk.contains("another cluster"), "\(other.talk)")
      #expect(await addresses(site) == ["10.1.0.1"])
    }
  }

  @Test("somebody else's group stays as it is")
  func foreign() async throws {
    try await withGroups { site in
      await site.manager.put([TestSite.group("k8s-web", [TestSite.pods("shop", "web")])])
      let before = await site.manager.object(at: Self.path)
      let run = await report(site)
      #expect(run.status == .refused)
      #expect(run.talk.contains("not this tool's"), "\(run.talk)")
      #expect(await site.manager.object(at: Self.path) == before)
    }
  }

  @Test("a group is not emptied, unless that is said")
  func emptied() async throws {
    try await withGroups { site in
      _ = await report(site)
      _ = await site.send("DELETE", "/api/v1/namespaces/shop/pods/web-1", [:], "kubectl")
      let run = await report(site)
      #expect(run.status == .refused, "\(run.output)")
      #expect(await addresses(site) == ["10.1.0.1"])
      try site.configure(Self.configuration + "\n    allowEmpty: true")
      let meant = await report(site)
      #expect(meant.status == .success, "\(meant.talk)")
      #expect(await addresses(site) == nil)
    }
  }

  @Test("what may not be listed leaves every group as it is")
  func incomplete() async throws {
    try await withGroups(denials: [.init(verb: "list", resource: "pods")]) { site in
      let run = await report(site)
      #expect(run.status == .permissionDenied, "\(run.talk)")
      #expect(site.managerWrites == 0)
    }
  }

  @Test("a change between reading and writing is refused by NSX")
  func stale() async throws {
    try await withGroups { site in
      _ = await report(site)
      await addPod(site, "web-2", "10.1.0.7")
      let group = try #require(await site.manager.object(at: Self.path))
      site.managerServer.faults.set([
        .init(method: "PUT", action: { await site.manager.put([group]) })
      ])
      let run = await report(site)
      #expect(run.status == .failed, "\(run.talk)")
      site.managerServer.faults.set([])
      #expect(await report(site).status == .success)
      #expect(await addresses(site) == ["10.1.0.1", "10.1.0.7"])
    }
  }

  @Test(
    "a group that is configured wrongly is named",
    arguments: [
      ("source: pod", "groups[0].source"), ("source: nodes", "groups[0].namespaces"),
      ("source: pods\n    size: 3", "groups[0].size"),
    ])
  func badSettings(line: String, words: String) async throws {
    try await withGroups(
      Self.configuration.replacing("source: pods", with: line)
    ) { site in
      let run = await report(site)
      #expect(run.status == .usage)
      #expect(run.talk.contains(words), "\(run.talk)")
    }
  }

  @Test("sync keeps the groups as well")
  func sync() async throws {
    try await withGroups { site in
      let run = await site.run { try await $0.sync(DesiredSource()) }
      #expect(run.status == .success, "\(run.talk)")
      #expect(await addresses(site) == ["10.1.0.1"])
    }
  }

  @Test("report all keeps the groups as well, and their failure belongs to the health")
  func everything() async throws {
    try await withGroups { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      await addPod(site, "web-2", "10.1.0.7")
      func all() async -> (status: ToolStatus, output: String, talk: String) {
        await site.run(["inventory.takeOwnership": "true", "output": "json"]) {
          var request = ReportRequest(Set(ReportPart.allCases))
          request.includesGroups = true
          return try await $0.report(request)
        }
      }
      let good = await all()
      #expect(good.status == .success, "\(good.talk)")
      #expect(await addresses(site) == ["10.1.0.1", "10.1.0.7"])
      let report = try JSONValue(json: Array(good.output.utf8))["clusters"]?.array?.first
      #expect(report?["groups"]?.array?.first?["outcome"] == "written", "\(good.output)")
      await site.manager.put([TestSite.group("k8s-web", [TestSite.pods("shop", "web")])])
      let bad = await all()
      #expect(bad.status == .partial, "\(bad.output)")
      #expect(bad.talk.contains("a group of addresses is not reported"), "\(bad.talk)")
      let id = try #require(
        await site.manager.inventory("ContainerCluster").first?["external_id"]?.string)
      #expect(await site.manager.clusterStatus(id)?["status"] == "DEGRADED")
      // Who asks for one part gets that part.
      site.managerServer.log.clear()
      _ = await site.run(["inventory.takeOwnership": "true"]) {
        try await $0.report(ReportRequest([.health]))
      }
      #expect(!site.managerServer.log.all.contains { $0.path.contains("groups/k8s-web") })
    }
  }

  @Test("more addresses than one group takes stand in groups that it nests, and shrink again")
  func nested() async throws {
    try await withGroups { site in
      #expect(await report(site).status == .success)
      let pods = (0..<4001).map { number in
        TestSite.pod("many-\(number)", "web", "10.\(8 + number / 128).\(number % 128 * 2).1")
      }
      let web = TestSite.pod("web-1", "web", "10.1.0.1")
      try await withSite(kubernetes: [TestSite.kubernetes[1], web] + pods) { other in
        // The same NSX, and a cluster that has grown.
        try site.writeKubeconfig("kubeconfig", url: other.clusterServer.url)
        try site.write(
          "ca.crt", site.certificates.authorityPEM + other.certificates.authorityPEM)
        let grown = await report(site)
        #expect(grown.status == .success, "\(grown.talk)")
        #expect(grown.output.contains("+4001 -0, 4002 entries"), "\(grown.output)")
        let group = await site.manager.object(at: Self.path)
        #expect(
          group?["expression"]?.array?.first?["paths"]
            == [.string("\(Self.path)-part-1"), .string("\(Self.path)-part-2")])
        #expect(
          await site.manager.object(at: "\(Self.path)-part-1")?["display_name"]
            == "Web pods part 1")
        site.managerServer.log.clear()
        #expect(await report(site).status == .success)
        #expect(site.managerWrites == 0)
      }
      try site.writeKubeconfig("kubeconfig", url: site.clusterServer.url)
      let shrunk = await report(site)
      #expect(shrunk.status == .success, "\(shrunk.talk)")
      #expect(await addresses(site) == ["10.1.0.1"])
      #expect(await site.manager.object(at: "\(Self.path)-part-1") == nil)
      #expect(await site.manager.object(at: "\(Self.path)-part-2") == nil)
    }
  }
}
