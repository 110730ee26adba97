import Documents
import Sandbox
import Testing
import Workflow

@Suite("Import")
struct ImportTests {
  @Test("what was planned stands in NSX, and a second run writes nothing")
  func importsOnce() async throws {
    try await withSite(kubernetes: Originals.cluster) { site in
      let first = await site.importShop()
      #expect(first.status == .success, "\(first.talk)")
      #expect(first.output.contains("proved: 2 policies"), "\(first.output)")
      let policies = await site.importedPolicies()
      #expect(
        policies.keys.sorted() == [
          "shop-prod/shop/database allow", "shop-prod/shop/database drop",
          "shop-prod/shop/web allow", "shop-prod/shop/web drop",
        ])
      // After what was there, every allow before every drop.
      func numbers(_ part: String) -> [Int64] {
        policies.filter { $0.key.hasSuffix(part) }
          .compactMap { $0.value["sequence_number"]?.integer }
      }
      #expect((numbers("allow").min() ?? 0) > 20)
      #expect((numbers("allow").max() ?? 0) < (numbers("drop").min() ?? 0))
      let path = try #require(policies["shop-prod/shop/web drop"]?["path"]?.string)
      #expect(
        await site.manager.object(at: "\(path)/container-cluster-span/shop-prod")?[
          "container_cluster_path"]?.string == TestSite.plane)
      #expect(await site.manager.object(at: "\(path)/rules/drop")?["direction"] == "IN_OUT")
      let allow = try #require(policies["shop-prod/shop/web allow"]?["path"]?.string)
      let rule = await site.manager.object(at: "\(allow)/rules/ingress-0")
      let group = try #require(rule?["source_groups"]?.array?.first?.string)
      #expect(
        await site.manager.object(at: group)?["expression"]?.array?.first?["ip_addresses"]
          == ["10.9.0.0-10.9.2.255", "10.9.4.0-10.9.255.255"])
      // In the cluster nothing but the lock is written.
      #expect(site.clusterWrites.allSatisfy { $0.contains("/leases") }, "\(site.clusterWrites)")
      site.managerServer.log.clear()
      let second = await site.importShop()
      #expect(second.status == .success, "\(second.talk)")
      #expect(site.managerWrites == 0)
    }
  }

  @Test("the plan alone writes nothing, and tells of differences")
  func dryRun() async throws {
    try await withSite(kubernetes: Originals.cluster) { site in
      let plan = await site.importShop {
        $0.isDryRun = true
        $0.tellsDifferences = true
      }
      #expect(plan.status == .differences, "\(plan.talk)")
      #expect(plan.output.contains("create SecurityPolicy \"shop-prod/shop/web allow\""))
      let json = await site.importShop(["output": "json"]) { $0.isDryRun = true }
      let document = try JSONValue(json: Array(json.output.utf8))
      #expect(document["counts"]?["create"]?.integer == 8, "\(json.output)")
      #expect(document["proof"]?["outcome"] == "proved")
      #expect(site.managerWrites == 0)
    }
  }

  @Test("what NSX cannot say is refused by name with the way out, all of it at once, or left out")
  func unsupported() async throws {
    let kubernetes = Originals.cluster + [Originals.missingLabel, Originals.namedPorts]
    try await withSite(kubernetes: kubernetes) { site in
      let refused = await site.importShop(["output": "json"]) { $0.isDryRun = true }
      #expect(refused.status == .invalidInput)
      #expect(refused.talk.contains("NetworkPolicy/shop/odd spec.podSelector: label-missing"))
      for words in [
        "NetworkPolicy/shop/named ingress[0].ports[0]: named-port: port http of TCP: there is no pod",
        "NetworkPolicy/shop/named ingress[0].ports[1]: named-port: port dns of UDP: there is no pod",
        "(write the number, or let every pod it is about name the port alike)",
        "2 of 4 policies exactly: NetworkPolicy/shop/named, NetworkPolicy/shop/odd",
        "--skip-unsupported",
      ] {
        #expect(refused.talk.contains(words), "\(words): \(refused.talk)")
      }
      let plan = try JSONValue(json: Array(refused.output.utf8))
      let errors = plan["findings"]?.array?.filter { $0["severity"] == "error" }
      #expect(errors?.count == 3 && errors?.allSatisfy { $0["hint"]?.string != nil } == true)
      #expect(plan[path: "counts", "create"] == 8, "the rest is planned all the same")
      #expect(await site.importShop().status == .invalidInput)
      #expect(site.managerWrites == 0)
      let rest = await site.importShop { $0.skipsUnsupported = true }
      #expect(rest.status == .success, "\(rest.talk)")
      #expect(await site.importedPolicies().count == 4)
    }
  }

  @Test("without an answer nothing is written")
  func nobody() async throws {
    try await withSite(kubernetes: Originals.cluster) { site in
      let test = TestContext(environment: site.test.environment, answer: nil)
      let status = await Run.perform(
        configuration: "\(site.folder)/nsx-antrea.yaml", flags: [:], context: test.context
      ) { run in
        var request = ImportRequest()
        request.namespaces = ["shop"]
        return try await run.importPolicies(request)
      }
      #expect(status == .refused)
      #expect(site.managerWrites == 0)
      let none = await site.run { try await $0.importPolicies(ImportRequest()) }
      #expect(none.status == .usage)
    }
  }

  @Test("files stand for NSX and the cluster")
  func offline() async throws {
    try await withSite(kubernetes: Originals.cluster) { site in
      _ = await site.run { try await $0.pull(to: "\(site.folder)/nsx.json") }
      try site.writeList("cluster.json", Originals.cluster)
      site.managerServer.log.clear()
      let plan = await site.importShop {
        $0.clusterObjects = "\(site.folder)/cluster.json"
        $0.nsxSnapshot = "\(site.folder)/nsx.json"
      }
      #expect(plan.status == .success, "\(plan.talk)")
      #expect(plan.output.contains("proved: 2 policies"), "\(plan.output)")
      #expect(plan.output.contains("create SecurityPolicy"))
      #expect(site.managerServer.log.all.isEmpty)
      try site.write("bad.json", "{")
      let bad = await site.importShop { $0.nsxSnapshot = "\(site.folder)/bad.json" }
      #expect(bad.status == .invalidInput)
    }
  }

  @Test("a cluster that NSX does not know cannot be spanned")
  func unknownCluster() async throws {
    let objects = TestSite.estate.filter { $0["resource_type"] != "ClusterControlPlane" }
    try await withSite(objects: objects, kubernetes: Originals.cluster) { site in
      let run = await site.importShop()
      #expect(run.status == .usage)
      #expect(run.talk.contains("control plane"), "\(run.talk)")
    }
  }

  @Test("a namespace that is not there is misspelt")
  func misspelt() async throws {
    try await withSite(kubernetes: Originals.cluster) { site in
      let run = await site.importShop { $0.namespaces = ["shpo"] }
      #expect(run.status == .usage)
    }
  }
}
