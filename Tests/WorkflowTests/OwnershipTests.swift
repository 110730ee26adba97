import Documents
import Foundation
import Sandbox
import Testing
import Workflow

@Suite("Whose objects are whose")
struct OwnershipTests {
  private static let policies = "clusternetworkpolicies.crd.antrea.io"

  private func parents(_ site: TestSite) async -> [JSONValue] {
    await site.cluster.objects("configmaps").filter {
      $0["metadata"]?["name"]?.string?.hasPrefix("nsx-antrea-") == true
        && $0["metadata"]?["name"] != "nsx-antrea-last-run"
    }
  }

  private func kinds(_ site: TestSite) async -> String? {
    await parents(site).first?["metadata"]?["annotations"]?[
      "applyset.kubernetes.io/contains-group-kinds"]?.string
  }

  @Test("The parent is there before the first member and names every kind, at each moment")
  func parent() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let first = site.clusterWrites.filter { !$0.contains("/leases") }
      #expect(first.first?.contains("/configmaps/nsx-antrea-") == true, "\(first)")
      let parent = try #require(await parents(site).first)
      let id = parent["metadata"]?["labels"]?["applyset.kubernetes.io/id"]
      for object in await site.livePolicies() {
        #expect(object["metadata"]?["labels"]?["applyset.kubernetes.io/part-of"] == id)
      }
      let all =
        "ClusterGroup.crd.antrea.io,ClusterNetworkPolicy.crd.antrea.io,Tier.crd.antrea.io"
      #expect(await kinds(site) == all)

      // A delete that is refused leaves the parent as wide as it is.
      for name in ["operators", "shop"] {
        await site.manager.delete("/infra/domains/default/security-policies/\(name)")
      }
      let tree = "\(site.folder)/tree"
      _ = await site.run {
        try await $0.render(
          DesiredSource(repository: tree), commit: false, initialize: false, push: false)
      }
      let refused = await site.run {
        try await $0.apply(
          DesiredSource(repository: tree), planFile: nil, approved: true, wait: false)
      }
      #expect(refused.status != .success)
      #expect(await kinds(site) == all)
    }
  }

  @Test("A kind whose last member is gone is dropped only after a clean prune")
  func narrowed() async throws {
    // Rules between addresses and any pod need no group.
    let rule: JSONValue = [
      "resource_type": "Rule", "id": "all", "display_name": "all", "rule_id": 1100,
      "sequence_number": 1, "action": "DROP", "direction": "IN", "source_groups": ["ANY"],
      "destination_groups": ["ANY"], "services": ["/infra/services/PostgreSQL"],
      "scope": ["ANY"], "ip_protocol": "IPV4_IPV6",
    ]
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      await site.manager.put(TestSite.policy("flat", sequence: 30, rules: [rule]))
      for name in ["operators", "shop"] {
        await site.manager.delete("/infra/domains/default/security-policies/\(name)")
      }
      site.clusterServer.faults.set([
        FaultScript.Rule(
          method: "DELETE", pathPrefix: "/apis/crd.antrea.io/v1beta1/clustergroups",
          response: .json(
            403,
            [
              "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 403,
              "reason": "Forbidden", "message": "no",
            ]))
      ])
      let failed = await site.run(["apply.maxDeletes": "100%"]) {
        try await $0.sync(DesiredSource())
      }
      #expect(failed.status == .partial, "\(failed.talk)")
      #expect(await kinds(site)?.contains("ClusterGroup") == true)
      let clean = await site.run(["apply.maxDeletes": "100%"]) {
        try await $0.sync(DesiredSource())
      }
      #expect(clean.status == .success, "\(clean.talk)")
      #expect(await site.cluster.objects("clustergroups.crd.antrea.io").isEmpty)
      #expect(await kinds(site) == "ClusterNetworkPolicy.crd.antrea.io,Tier.crd.antrea.io")
    }
  }

  @Test("A parent of another tool is refused, and nothing is written")
  func foreignParent() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let name = try #require(await parents(site).first?["metadata"]?["name"]?.string)
      await site.cluster.edit("configmaps", namespace: "kube-system", name: name) {
        $0.with(["metadata", "annotations", "applyset.kubernetes.io/tooling"], "kubectl/v1.32.0")
      }
      await site.manager.delete("/infra/domains/default/security-policies/operators")
      site.clusterServer.log.clear()
      let result = await site.run { try await $0.sync(DesiredSource()) }
      #expect(result.status == .refused && result.talk.contains("kubectl/v1.32.0"))
      #expect(site.clusterWrites == [])
    }
  }

  @Test("Without the right to read the parent there is no ApplySet, and all else works")
  func withoutRight() async throws {
    let denial = KubernetesOptions.Denial(group: "", resource: "configmaps")
    try await withSite(denials: [denial]) { site in
      let result = await site.run { try await $0.sync(DesiredSource()) }
      #expect(result.status == .success && result.talk.contains("no ApplySet is kept"))
      #expect(await site.livePolicies().count == 2)
      let labels = "\(await site.livePolicies().compactMap { $0["metadata"]?["labels"] })"
      #expect(!labels.contains("part-of"))
    }
  }

  @Test(
    "Two scopes of one manager in one cluster, one after the other, prune nothing of each other")
  func scopes() async throws {
    let own =
      [TestSite.group("cache", [TestSite.pods("shop", "cache")])]
      + TestSite.policy(
        "caches", sequence: 20, rules: [TestSite.rule("r", 1300, from: "ops", at: "cache")])
    try await withSite { site in
      await site.manager.put(own)
      func configure(_ name: String, _ path: String) throws -> String {
        try site.write(
          "\(name).yaml",
          """
          nsx:
            managers: ["\(site.managerServer.url)"]
            username: admin
            caFile: ca.crt
          clusters:
            - name: \(name)
              kubeconfig: kubeconfig
              select:
                paths: ["/infra/domains/default/security-policies/\(path)"]
          repository:
            path: \(name).git
          apply:
            maxDeletes: 100%
          """)
        return "\(site.folder)/\(name).yaml"
      }
      let files = [try configure("one", "shop"), try configure("two", "caches")]
      func sync(_ file: String) async -> (status: ToolStatus, output: String, talk: String) {
        site.test.clear()
        let status = await Run.perform(
          configuration: file, flags: [:], context: site.test.context
        ) { try await $0.sync(DesiredSource()) }
        return (status, site.test.output, site.test.talk)
      }
      for file in files + files {
        let result = await sync(file)
        #expect(result.status == .success, "\(result.talk)")
      }
      #expect(await site.livePolicies().count == 2)
      #expect(await parents(site).count == 2)
      // The first scope leaves: its policy goes, the tier that the second uses stays.
      await site.manager.delete("/infra/domains/default/security-policies/shop")
      await site.manager.put(
        TestSite.policy(
          "other", sequence: 5, rules: [TestSite.rule("r", 1200, from: "web", at: "db")]))
      _ = try configure("one", "other*")
      let moved = await sync(files[0])
      #expect(moved.status == .success, "\(moved.talk)")
      let names = await site.livePolicies().compactMap { $0["metadata"]?["name"]?.string }
      #expect(names.contains { $0.hasPrefix("caches-") }, "\(names)")
      #expect(names.contains { $0.hasPrefix("other-") } && names.count == 2, "\(names)")
      let tiers = await site.cluster.objects("tiers.crd.antrea.io")
      #expect("\(tiers)".contains("nsx-application"))

      // What both would need is blocked and named, not taken over.
      _ = try configure("two", "operators")
      let overlapping = await sync(files[1])
      #expect(overlapping.status == .partial || overlapping.status == .refused)
      #expect(
        overlapping.output.contains("another nsx-antrea source or scope owns this object"),
        "\(overlapping.output)")
      #expect("\(await site.livePolicies())".contains("other-"))
    }
  }
}
