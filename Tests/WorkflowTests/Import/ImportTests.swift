import Documents
import Foundation
import Sandbox
import Testing
import Workflow

/// NetworkPolicies in the cluster of a test site.
enum Originals {
  static func policy(_ name: String, in namespace: String = "shop", _ spec: JSONValue) -> JSONValue
  {
    TestSite.object("networking.k8s.io/v1", "NetworkPolicy", namespace, name, ["spec": spec])
  }

  /// The database is reached from the web alone.
  static let database = policy(
    "database",
    [
      "podSelector": ["matchLabels": ["app": "db"]], "policyTypes": ["Ingress"],
      "ingress": [
        [
          "from": [["podSelector": ["matchLabels": ["app": "web"]]]],
          "ports": [["protocol": "TCP", "port": 5432]],
        ]
      ],
    ])
  /// The web is reached from some networks.
  static let web = policy(
    "web",
    [
      "podSelector": ["matchLabels": ["app": "web"]], "policyTypes": ["Ingress", "Egress"],
      "ingress": [["from": [["ipBlock": ["cidr": "10.9.0.0/16", "except": ["10.9.3.0/24"]]]]]],
      "egress": [[:]],
    ])
  static let missingLabel = policy(
    "odd",
    ["podSelector": ["matchExpressions": [["key": "app", "operator": "DoesNotExist"]]]])
}

extension TestSite {
  /// Runs `import` of namespace shop.
  func importShop(
    _ flags: [String: String] = [:],
    _ change: @escaping @Sendable (inout ImportRequest) -> Void = { _ in }
  ) async -> (status: ToolStatus, output: String, talk: String) {
    await run(flags) { run in
      var request = ImportRequest()
      request.namespaces = ["shop"]
      request.isApproved = true
      change(&request)
      return try await run.importPolicies(request)
    }
  }

  /// The methods of requests that wrote to NSX.
  var managerWrites: Int {
    managerServer.log.all.count { $0.method != "GET" && !$0.path.hasPrefix("/api/session") }
  }

  /// The policies in NSX that were imported, by display name.
  func importedPolicies() async -> [String: JSONValue] {
    var result: [String: JSONValue] = [:]
    for policy in await managerList("security-policies") {
      let isImported = policy["tags"]?.array?.contains {
        $0["scope"] == "nsx-antrea:import-cluster"
      }
      if isImported == true { result[policy["display_name"]?.string ?? ""] = policy }
    }
    return result
  }

  /// The objects of a collection of NSX's default domain.
  func managerList(_ collection: String) async -> [JSONValue] {
    let answer = await manager.respond(
      to: SandboxRequest(
        method: "GET", target: "/policy/api/v1/infra/domains/default/\(collection)",
        headers: [(name: "Authorization", value: "Basic YWRtaW46U2FuZGJveCEyMDI2")], body: []))
    return (try? JSONValue(json: answer.body))?["results"]?.array ?? []
  }

  /// Deletes a NetworkPolicy, as a person does.
  func deleteOriginal(_ name: String) async {
    _ = await send(
      "DELETE", "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/\(name)", [:], "kubectl"
    )
  }
}

@Suite("Import")
struct ImportTests {
  private static let cluster =
    TestSite.labelledKubernetes + [Originals.database, Originals.web]

  @Test("what was planned stands in NSX, and a second run writes nothing")
  func importsOnce() async throws {
    try await withSite(kubernetes: Self.cluster) { site in
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
      #expect(site.clusterWrites == [])
      site.managerServer.log.clear()
      let second = await site.importShop()
      #expect(second.status == .success, "\(second.talk)")
      #expect(site.managerWrites == 0)
    }
  }

  @Test("the plan alone writes nothing, and tells of differences")
  func dryRun() async throws {
    try await withSite(kubernetes: Self.cluster) { site in
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

  @Test("what NSX cannot say is refused by name, or left out")
  func unsupported() async throws {
    try await withSite(kubernetes: Self.cluster + [Originals.missingLabel]) { site in
      let refused = await site.importShop()
      #expect(refused.status == .invalidInput)
      #expect(refused.talk.contains("NetworkPolicy/shop/odd"), "\(refused.talk)")
      #expect(refused.talk.contains("label-missing"))
      #expect(site.managerWrites == 0)
      let rest = await site.importShop { $0.skipsUnsupported = true }
      #expect(rest.status == .success, "\(rest.talk)")
      #expect(await site.importedPolicies().count == 4)
    }
  }

  @Test("an object of somebody else at the same path is refused and stays")
  func foreign() async throws {
    try await withSite(kubernetes: Self.cluster) { site in
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
    try await withSite(kubernetes: Self.cluster + [earlier]) { site in
      let run = await site.importShop()
      #expect(run.status == .refused)
      #expect(run.talk.contains("NSX would decide otherwise"), "\(run.talk)")
      #expect(site.managerWrites == 0)
    }
  }

  @Test("without an answer nothing is written")
  func nobody() async throws {
    try await withSite(kubernetes: Self.cluster) { site in
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

  @Test("imports of vanished policies go, but not the last of a namespace by accident")
  func vanished() async throws {
    try await withSite(kubernetes: Self.cluster) { site in
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
    try await withSite(kubernetes: Self.cluster) { site in
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
    try await withSite(kubernetes: Self.cluster) { site in
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

  @Test("a change between reading and writing is refused by NSX, and the next run converges")
  func stale() async throws {
    try await withSite(kubernetes: Self.cluster) { site in
      _ = await site.importShop()
      let policies = await site.importedPolicies()
      let path = try #require(policies["shop-prod/shop/database drop"]?["path"]?.string)
      var rule = try #require(await site.manager.object(at: "\(path)/rules/drop")?.object)
      rule["disabled"] = true
      await site.manager.put([.object(rule)])
      let again = JSONValue.object(rule)
      site.managerServer.faults.set([
        .init(method: "PATCH", action: { await site.manager.put([again]) })
      ])
      let run = await site.importShop()
      #expect(run.status == .failed, "\(run.talk)")
      site.managerServer.faults.set([])
      let next = await site.importShop()
      #expect(next.status == .success, "\(next.talk)")
      #expect(await site.manager.object(at: "\(path)/rules/drop")?["disabled"] == false)
    }
  }

  @Test(
    "without an answer to a write, the next run finds out and goes on",
    arguments: [SandboxResponse.Fault.closeBeforeAnswer, .truncateBody(after: 5)])
  func interrupted(fault: SandboxResponse.Fault) async throws {
    try await withSite(kubernetes: Self.cluster) { site in
      site.managerServer.faults.set([.init(method: "PATCH", fault: fault)])
      let cut = await site.importShop(["nsx.requestTimeout": "3s"])
      site.managerServer.faults.set([])
      _ = cut
      let next = await site.importShop()
      #expect(next.status == .success, "\(next.talk)")
      #expect(await site.importedPolicies().count == 4)
      site.managerServer.log.clear()
      #expect(await site.importShop().status == .success)
      #expect(site.managerWrites == 0)
    }
  }

  @Test("files stand for NSX and the cluster")
  func offline() async throws {
    try await withSite(kubernetes: Self.cluster) { site in
      _ = await site.run { try await $0.pull(to: "\(site.folder)/nsx.json") }
      try site.writeList("cluster.json", Self.cluster)
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
    try await withSite(objects: objects, kubernetes: Self.cluster) { site in
      let run = await site.importShop()
      #expect(run.status == .usage)
      #expect(run.talk.contains("control plane"), "\(run.talk)")
    }
  }

  @Test("migration: the originals go once the cluster does without, and NSX keeps what they became")
  func migration() async throws {
    try await withSite(kubernetes: Self.cluster) { site in
      let first = await site.importShop()
      #expect(first.status == .success, "\(first.talk)")
      let early = await site.importShop { $0.deletesOriginals = true }
      #expect(early.status == .refused)
      #expect(early.talk.contains("nsx-antrea sync"), "\(early.talk)")
      let sync = await site.run { try await $0.sync(DesiredSource()) }
      #expect(sync.status == .success, "\(sync.talk)")
      let done = await site.importShop { $0.deletesOriginals = true }
      #expect(done.status == .success, "\(done.talk)")
      #expect(await site.cluster.objects("networkpolicies.networking.k8s.io").isEmpty)
      #expect(await site.importedPolicies().count == 4)
      let later = await site.importShop()
      #expect(later.status == .success, "\(later.talk)")
      #expect(await site.importedPolicies().count == 4)
      #expect(later.output.contains("kept:"), "\(later.output)")
    }
  }

  @Test("what cannot be evaluated or listed is no proof, and nothing is written")
  func unknown() async throws {
    let admin = TestSite.object(
      "policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", nil, "guard",
      ["spec": ["priority": 1, "subject": ["namespaces": [:]]]])
    try await withSite(kubernetes: Self.cluster) { site in
      try site.writeList("cluster.json", Self.cluster + [admin])
      let plan = await site.importShop {
        $0.clusterObjects = "\(site.folder)/cluster.json"
      }
      #expect(plan.output.contains("not proved: AdminNetworkPolicy/guard"), "\(plan.output)")
    }
    try await withSite(
      kubernetes: Self.cluster,
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
    try await withSite(kubernetes: Self.cluster) { site in
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

  @Test("a namespace that is not there is misspelt")
  func misspelt() async throws {
    try await withSite(kubernetes: Self.cluster) { site in
      let run = await site.importShop { $0.namespaces = ["shpo"] }
      #expect(run.status == .usage)
    }
  }

  @Test("originals that may not be deleted are not marked as deleted")
  func deniedDeletion() async throws {
    try await withSite(
      kubernetes: Self.cluster,
      denials: [.init(verb: "delete", group: "networking.k8s.io", resource: "networkpolicies")]
    ) { site in
      _ = await site.importShop()
      _ = await site.run { try await $0.sync(DesiredSource()) }
      site.managerServer.log.clear()
      let run = await site.importShop { $0.deletesOriginals = true }
      #expect(run.status == .permissionDenied, "\(run.talk)")
      #expect(site.managerWrites == 0)
    }
  }

  @Test("policies of Antrea come before what NetworkPolicies became, and only where asked for")
  func antreaPolicies() async throws {
    let earlier = TestSite.object(
      "crd.antrea.io/v1beta1", "ClusterNetworkPolicy", nil, "stop-web",
      [
        "spec": [
          "priority": 5, "tier": "emergency",
          "appliedTo": [["podSelector": ["matchLabels": ["app": "db"]]]],
          "ingress": [
            [
              "action": "Drop", "name": "stop", "from": [["podSelector": [:]]],
              "ports": [["protocol": "TCP", "port": 22]], "enableLogging": true,
            ]
          ],
        ]
      ])
    let everybody = Originals.policy(
      "open",
      ["podSelector": [:], "policyTypes": ["Ingress"], "ingress": [[:]]])
    try await withSite(kubernetes: TestSite.labelledKubernetes + [everybody, earlier]) { site in
      let alone = await site.importShop()
      #expect(alone.status == .refused, "\(alone.output)")
      let both = await site.importShop {
        $0.namespaces = []
        $0.isEverywhere = true
        $0.includesAntrea = true
      }
      #expect(both.status == .success, "\(both.talk)")
      let policies = await site.importedPolicies()
      let rules = try #require(policies["shop-prod/stop-web rules"])
      let allow = try #require(policies["shop-prod/shop/open allow"])
      #expect(
        (rules["sequence_number"]?.integer ?? 0) < (allow["sequence_number"]?.integer ?? 0))
      let path = rules["path"]?.string ?? ""
      #expect(await site.manager.object(at: "\(path)/rules/ingress-0")?["logged"] == true)
      site.managerServer.log.clear()
      let again = await site.importShop {
        $0.namespaces = []
        $0.isEverywhere = true
        $0.includesAntrea = true
      }
      #expect(again.status == .success, "\(again.talk)")
      #expect(site.managerWrites == 0)
    }
  }
}
