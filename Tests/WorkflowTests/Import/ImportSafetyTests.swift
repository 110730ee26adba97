import Documents
import Sandbox
import Testing
import Workflow

@Suite("Import: what it refuses and leaves alone")
struct ImportSafetyTests {
  @Test("an object of somebody else at the same path is refused and stays")
  func foreign() async throws {
    try await withSite(kubernetes: Originals.cluster) { site in
      let plan = await site.importShop(["output": "json"]) { $0.isDryRun = true }
      let steps = try JSONValue(json: Array(plan.output.utf8))["steps"]?.array ?? []
      let path = try #require(
        steps.first { $0["type"] == "SecurityPolicy" }?["path"]?.string)
      let theirs: JSONValue = [
        "resource_type": "SecurityPolicy", "path": .string(path), "display_name": "theirs",
        "category": "Application", "sequence_number": 3, "rules": [],
      ]
      await site.manager.put([theirs])
      let run = await site.importShop()
      #expect(run.status == .refused)
      #expect(run.talk.contains(path), "\(run.talk)")
      #expect(await site.manager.object(at: path)?["display_name"] == "theirs")
      #expect(site.managerWrites == 0)
    }
  }

  @Test("an earlier decision in the cluster that NSX's tiers would overtake is a counterexample")
  func overtaken() async throws {
    let earlier = TestSite.object(
      "crd.antrea.io/v1beta1", "ClusterNetworkPolicy", nil, "stop-web",
      [
        "spec": [
          "priority": 5, "tier": "emergency",
          "appliedTo": [["podSelector": ["matchLabels": ["app": "db"]]]],
          "ingress": [
            ["action": "Drop", "name": "stop", "from": [["podSelector": [:]]]]
          ],
        ]
      ])
    try await withSite(kubernetes: Originals.cluster + [earlier]) { site in
      let run = await site.importShop()
      #expect(run.status == .refused)
      #expect(run.talk.contains("NSX would decide otherwise"), "\(run.talk)")
      #expect(site.managerWrites == 0)
    }
  }

  @Test("imports of vanished policies go, but not the last of a namespace by accident")
  func vanished() async throws {
    try await withSite(kubernetes: Originals.cluster) { site in
      _ = await site.importShop()
      await site.deleteOriginal("web")
      let narrow = await site.importShop(["apply.maxDeletes": "2"])
      #expect(narrow.status == .refused, "\(narrow.output)")
      #expect(narrow.talk.contains("--max-deletes"))
      let second = await site.importShop()
      #expect(second.status == .success, "\(second.talk)")
      #expect(await site.importedPolicies().count == 2)
      let groups = await site.managerList("groups")
      #expect(groups.count { ($0["id"]?.string ?? "").hasPrefix("shop-prod-shop") } == 2)
      await site.deleteOriginal("database")
      let last = await site.importShop()
      #expect(last.status == .refused)
      #expect(last.talk.contains("--allow-empty"), "\(last.talk)")
      let meant = await site.importShop { $0.allowsEmpty = true }
      #expect(meant.status == .success, "\(meant.talk)")
      #expect(await site.importedPolicies().isEmpty)
    }
  }

  @Test("a policy that was not chosen keeps its import")
  func deselected() async throws {
    try await withSite(kubernetes: Originals.cluster) { site in
      _ = await site.importShop()
      let other = await site.importShop { $0.names = ["web"] }
      #expect(other.status == .success, "\(other.talk)")
      #expect(await site.importedPolicies().count == 4)
      let removed = await site.importShop {
        $0.names = ["web"]
        $0.removesDeselected = true
      }
      #expect(removed.status == .success, "\(removed.talk)")
      #expect(await site.importedPolicies().count == 2)
    }
  }

  @Test("an edit in NSX is put right, and a lock of somebody else obeyed")
  func edited() async throws {
    try await withSite(kubernetes: Originals.cluster) { site in
      _ = await site.importShop()
      let policies = await site.importedPolicies()
      let path = try #require(policies["shop-prod/shop/database drop"]?["path"]?.string)
      let rule = try #require(await site.manager.object(at: "\(path)/rules/drop"))
      var edited = rule.object ?? JSONObject()
      edited["disabled"] = true
      await site.manager.put([.object(edited)])
      let healed = await site.importShop()
      #expect(healed.status == .success, "\(healed.talk)")
      #expect(await site.manager.object(at: "\(path)/rules/drop")?["disabled"] == false)
      var policy = try #require(await site.manager.object(at: path)?.object)
      policy["locked"] = true
      policy["sequence_number"] = 1
      await site.manager.put([.object(policy)])
      let locked = await site.importShop()
      #expect(locked.status == .refused)
      #expect(locked.talk.contains("is locked"), "\(locked.talk)")
    }
  }

  @Test("what cannot be evaluated or listed is no proof, and nothing is written")
  func unknown() async throws {
    let admin = TestSite.object(
      "policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", nil, "guard",
      ["spec": ["priority": 1, "subject": ["namespaces": [:]]]])
    try await withSite(kubernetes: Originals.cluster) { site in
      try site.writeList("cluster.json", Originals.cluster + [admin])
      let plan = await site.importShop {
        $0.clusterObjects = "\(site.folder)/cluster.json"
      }
      #expect(plan.output.contains("not proved: AdminNetworkPolicy/guard"), "\(plan.output)")
    }
    try await withSite(
      kubernetes: Originals.cluster,
      denials: [.init(verb: "list", group: "crd.antrea.io", resource: "networkpolicies")]
    ) { site in
      let run = await site.importShop()
      #expect(run.status == .refused, "\(run.talk)")
      #expect(run.talk.contains("cannot be proved"), "\(run.talk)")
      #expect(site.managerWrites == 0)
    }
  }

  @Test("rare policies that may not be listed are no proof either")
  func hidden() async throws {
    try await withSite(kubernetes: Originals.cluster) { site in
      let refusal: JSONValue = [
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Forbidden",
        "code": 403, "message": "no",
      ]
      site.clusterServer.faults.set([
        .init(
          method: "GET", pathPrefix: "/apis/policy.networking.k8s.io", count: nil,
          response: .json(403, refusal))
      ])
      let run = await site.importShop()
      #expect(run.status == .refused, "\(run.talk)")
      #expect(run.talk.contains("cannot be proved"), "\(run.talk)")
      #expect(site.managerWrites == 0)
    }
  }

  @Test("policies that go before what NSX already decides are a counterexample")
  func before() async throws {
    let everybody = Originals.policy(
      "open",
      [
        "podSelector": ["matchLabels": ["app": "db"]], "policyTypes": ["Ingress"],
        "ingress": [[:]],
      ])
    try await withSite(kubernetes: TestSite.labelledKubernetes + [everybody]) { site in
      let sync = await site.run { try await $0.sync(DesiredSource()) }
      #expect(sync.status == .success, "\(sync.talk)")
      let run = await site.importShop { $0.sequenceNumbers = 1...5 }
      #expect(run.status == .refused, "\(run.output)")
      #expect(run.talk.contains("NSX would decide otherwise"), "\(run.talk)")
      let after = await site.importShop()
      #expect(after.status == .success, "\(after.talk)")
    }
  }
}
