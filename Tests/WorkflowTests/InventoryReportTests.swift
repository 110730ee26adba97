import Documents
import Foundation
import Sandbox
import Testing
import Workflow

/// `report inventory` against the sandbox.
@Suite("The inventory")
struct InventoryReportTests {
  private static let posts = "/api/v1/inventory/container/"

  /// A cluster with something of every kind.
  private static let kubernetes: [JSONValue] =
    (TestSite.kubernetes + [
      TestSite.object(
        "gateway.networking.k8s.io/v1", "Gateway", "shop", "edge",
        ["spec": ["listeners": [["name": "web", "protocol": "HTTP", "port": 80]]]]),
      TestSite.object(
        "networking.k8s.io/v1", "NetworkPolicy", "shop", "deny",
        ["spec": ["podSelector": [:], "policyTypes": ["Ingress"]]]),
      TestSite.object(
        "networking.k8s.io/v1", "Ingress", "shop", "web",
        ["spec": ["defaultBackend": ["service": ["name": "db", "port": ["number": 5432]]]]]),
      TestSite.object(
        "crd.antrea.io/v1beta1", "ExternalIPPool", nil, "pool",
        ["spec": ["ipRanges": [["cidr": "10.8.0.0/28"]], "nodeSelector": [:]]]),
      TestSite.object(
        "crd.antrea.io/v1beta1", "Egress", nil, "out",
        ["spec": ["egressIP": "10.8.0.1", "externalIPPool": "pool", "appliedTo": [:]]]),
    ]).map { value in
      // The same in whatever cluster they stand.
      guard case .object(var object) = value else { return value }
      object.update("metadata") { metadata in
        guard var members = metadata.object else { return }
        members["uid"] = .string("\(value["kind"]?.string ?? "")-\(members["name"]?.string ?? "")")
        metadata = .object(members)
      }
      return .object(object)
    }

  private static let types = [
    "ContainerCluster", "ContainerClusterNode", "ContainerProject", "ContainerIpPool",
    "ContainerEgress", "ContainerApplication", "ContainerGateway", "ContainerApplicationInstance",
    "ContainerNetworkPolicy", "ContainerIngressPolicy",
  ]

  private func withInventory<Result>(
    silent: Bool = true, denials: [KubernetesOptions.Denial] = [],
    options: KubernetesOptions = KubernetesOptions(), _ body: (TestSite) async throws -> Result
  ) async throws -> Result {
    try await withSite(kubernetes: Self.kubernetes, denials: denials, options: options) { site in
      if silent { site.manager.configure { $0.silentControlPlanes = ["shop-prod"] } }
      return try await body(site)
    }
  }

  @discardableResult
  private func report(
    _ site: TestSite, _ flags: [String: String] = [:], dryRun: Bool = false
  ) async -> (status: ToolStatus, output: String, talk: String) {
    await site.run(flags) { try await $0.reportInventory(clusters: [], dryRun: dryRun) }
  }

  /// Everything in NSX's inventory, without what NSX adds.
  private func inventory(_ site: TestSite) async -> [JSONValue] {
    var result: [JSONValue] = []
    for type in Self.types {
      result += await site.manager.inventory(type).map { value in
        guard case .object(var object) = value else { return value }
        object["_last_sync_time"] = nil
        return .object(object)
      }
    }
    return result
  }

  private func posts(_ site: TestSite) -> Int {
    site.managerServer.log.all.count { $0.method == "POST" && $0.path.hasPrefix(Self.posts) }
  }

  private func kubernetes(
    _ site: TestSite, _ method: String, _ path: String, _ body: JSONValue? = nil
  ) async -> Int {
    await site.cluster.respond(
      to: SandboxRequest(
        method: method, target: path,
        headers: [
          (name: "Authorization", value: "Bearer test-token"),
          (name: "Content-Type", value: "application/merge-patch+json"),
        ], body: body.map(JSONWriter.compact) ?? [])
    ).status
  }

  @Test("every type is written, a second run sends nothing, one label is one object")
  func idempotent() async throws {
    try await withInventory { site in
      let first = await report(site)
      #expect(first.status == .success, "\(first.talk)")
      for type in Self.types {
        #expect(await site.manager.inventory(type).isEmpty == false, "\(type)")
      }
      site.managerServer.log.clear()
      let second = await report(site)
      #expect(second.status == .success)
      #expect(second.output.contains("0 to create, 0 to update, 0 to delete"), "\(second.output)")
      #expect(posts(site) == 0)
      let patched = await kubernetes(
        site, "PATCH", "/api/v1/namespaces/shop/pods/web-1",
        ["metadata": ["labels": ["stage": "test"]]])
      #expect(patched == 200)
      let third = await report(site)
      #expect(third.output.contains("0 to create, 1 to update, 0 to delete"), "\(third.output)")
      #expect(posts(site) == 1)
      let pods = await site.manager.inventory("ContainerApplicationInstance")
      let tags = pods.first { $0["display_name"] == "web-1" }?["tags"]?.array ?? []
      #expect(tags.contains(["scope": "dis:k8s:stage", "tag": "test"]))
    }
  }

  @Test("what vanished is deleted, what others created stays")
  func deletes() async throws {
    try await withInventory { site in
      await report(site)
      let cluster = try #require(await site.manager.inventory("ContainerCluster").first)
      let id = cluster["external_id"] ?? ""
      let foreign: [JSONValue] = [
        [
          "resource_type": "ContainerApplicationInstance", "external_id": "foreign",
          "container_cluster_id": id, "display_name": "foreign",
        ],
        [
          "resource_type": "ContainerCluster", "external_id": "other", "display_name": "other",
          "cni_type": "NCP",
        ],
        [
          "resource_type": "ContainerApplicationInstance", "external_id": "elsewhere",
          "container_cluster_id": "other", "display_name": "elsewhere",
        ],
      ]
      await site.manager.putInventory(foreign)
      #expect(await kubernetes(site, "DELETE", "/api/v1/namespaces/shop/pods/db-1") == 200)
      let result = await report(site)
      #expect(result.status == .success, "\(result.talk)")
      #expect(result.output.contains("0 to create"), "\(result.output)")
      let names = await site.manager.inventory("ContainerApplicationInstance").compactMap {
        $0["display_name"]?.string
      }
      #expect(Set(names) == ["web-1", "foreign", "elsewhere"])
      #expect(result.output.contains("kept: 1 objects"), "\(result.output)")
      let taken = await report(site, ["inventory.takeOwnership": "true"])
      #expect(taken.status == .success, "\(taken.talk)")
      #expect(await site.manager.inventory("ContainerApplicationInstance").count == 2)
    }
  }

  @Test("kinds that are absent or forbidden delete nothing")
  func gaps() async throws {
    try await withInventory { site in
      await report(site)
      let before = await inventory(site)
      var options = KubernetesOptions()
      options.missingKinds = ["gateways.gateway.networking.k8s.io", "ippools.crd.antrea.io"]
      options.denials = [
        .init(verb: "list", group: "", resource: "pods"),
        .init(verb: "list", group: "crd.antrea.io", resource: "egresses"),
      ]
      options.tokens = ["test-token": "tester"]
      // The same cluster, of which less can be seen.
      let service = KubernetesService(
        clusterName: TestSite.cluster, objects: Self.kubernetes, options: options)
      let server = try await SandboxServer.start(service, certificates: site.certificates)
      try site.writeKubeconfig("kubeconfig", url: server.url)
      site.managerServer.log.clear()
      let result = await report(site)
      await server.stop()
      // Pods are what no inventory is whole without.
      #expect([.partial, .permissionDenied].contains(result.status), "\(result.talk)")
      #expect(result.output.contains(" 0 to delete"), "\(result.output)")
      #expect(result.output.contains("Gateway (not served)"), "\(result.output)")
      #expect(result.output.contains("Pod (not permitted)"), "\(result.output)")
      let after = await inventory(site)
      #expect(before.count == after.count)
    }
  }

  @Test("a live adapter and NCP are refused, a silent adapter is not")
  func ownership() async throws {
    try await withInventory(silent: false) { site in
      let live = await report(site)
      #expect(live.status == .refused, "\(live.talk)")
      #expect(await inventory(site).isEmpty)
      site.manager.configure { $0.silentControlPlanes = ["shop-prod"] }
      await site.manager.putInventory([
        [
          "resource_type": "ContainerCluster", "external_id": "ncp", "display_name": "shop-prod",
          "cni_type": "NCP",
        ]
      ])
      let managed = await report(site)
      #expect(managed.status == .refused && managed.talk.contains("NCP"), "\(managed.talk)")
      let told = await report(site, ["inventory.takeOwnership": "true"])
      #expect(told.status == .success, "\(told.talk)")
      // The NCP inventory itself is as it was.
      let clusters = await site.manager.inventory("ContainerCluster")
      #expect(clusters.count == 2)
      #expect(
        clusters.first { $0["external_id"] == "ncp" }?["cni_type"] == "NCP")
    }
  }

  @Test("an existing Antrea cluster of the name is used, several are named")
  func identity() async throws {
    try await withInventory { site in
      func cluster(_ id: String) -> JSONValue {
        [
          "resource_type": "ContainerCluster", "external_id": .string(id),
          "display_name": "shop-prod", "cni_type": "Antrea", "cluster_type": "TKGm",
          "infrastructure": ["infra_type": "vSphere"],
        ]
      }
      await site.manager.putInventory([cluster("one")])
      let refused = await report(site)
      // It is another principal's; the sandbox holds that against us.
      #expect(refused.status == .permissionDenied, "\(refused.output)")
      let first = await report(site, ["inventory.takeOwnership": "true"])
      #expect(first.status == .success, "\(first.talk)")
      #expect(first.output.contains("inventory one"), "\(first.output)")
      #expect(
        await site.manager.inventory("ContainerCluster").map { $0["cluster_type"] } == ["TKGm"])
      await site.manager.putInventory([cluster("two")])
      let several = await report(site)
      #expect(several.status == .refused && several.talk.contains("one, two"), "\(several.talk)")
    }
  }

  @Test("--remove takes away what was written, and only that")
  func removal() async throws {
    try await withInventory { site in
      await report(site)
      let id = try #require(await site.manager.inventory("ContainerCluster").first?["external_id"])
      await site.manager.putInventory([
        [
          "resource_type": "ContainerApplicationInstance", "external_id": "foreign",
          "container_cluster_id": id, "display_name": "foreign",
        ]
      ])
      let dry = await site.run {
        try await $0.removeInventory(clusters: [], dryRun: true, approved: false)
      }
      #expect(dry.status == .success && dry.output.contains("nothing was sent"), "\(dry.output)")
      let before = await inventory(site).count
      let kept = await site.run {
        try await $0.removeInventory(clusters: [], dryRun: false, approved: true)
      }
      #expect(kept.status == .success, "\(kept.talk)")
      let left = await inventory(site).compactMap { $0["display_name"]?.string }
      #expect(before > 8 && left == ["shop-prod", "foreign"], "\(left)")
      let emptied: JSONValue = [
        "container_inventory_objects": [
          [
            "object_update_type": "DELETE",
            "container_object": [
              "resource_type": "ContainerApplicationInstance", "external_id": "foreign",
            ],
          ]
        ]
      ]
      let deleted = await site.manager.respond(
        to: SandboxRequest(
          method: "POST", target: "\(Self.posts)\(id.string ?? "")?action=updates",
          headers: [(name: "Authorization", value: "Basic YWRtaW46U2FuZGJveCEyMDI2")],
          body: JSONWriter.compact(emptied)))
      #expect(deleted.status == 200)
      let all = await site.run {
        try await $0.removeInventory(clusters: [], dryRun: false, approved: true)
      }
      #expect(all.status == .success, "\(all.talk)")
      #expect(await inventory(site).isEmpty)
      let nothing = await site.run {
        try await $0.removeInventory(clusters: [], dryRun: false, approved: true)
      }
      #expect(nothing.status == .success, "\(nothing.talk)")
    }
  }

  @Test("more deletes than the budget are held back, all else is sent; a dry run shows them")
  func budget() async throws {
    try await withInventory { site in
      await report(site)
      #expect(await kubernetes(site, "DELETE", "/api/v1/namespaces/shop/services/db") == 200)
      #expect(await kubernetes(site, "DELETE", "/api/v1/namespaces/shop/pods/db-1") == 200)
      let none = ["inventory.maxDeletes": "0"]
      let dry = await report(site, none, dryRun: true)
      #expect(dry.status == .refused && dry.output.contains("- ContainerApplication db"))
      let held = await report(site, none)
      #expect([.refused, .partial].contains(held.status), "\(held.talk)")
      #expect(held.talk.contains("inventory.maxDeletes"), "\(held.talk)")
      #expect(await site.manager.inventory("ContainerApplication").count == 1)
      #expect(await report(site).status == .success)
      #expect(await site.manager.inventory("ContainerApplication").isEmpty)
    }
  }

  @Test("a live adapter is known by its node id and by vSphere's names")
  func namesakes() async throws {
    try await withInventory { site in
      let folder = "/infra/sites/default/enforcement-points/default/cluster-control-planes"
      await site.manager.delete("\(folder)/shop-prod")
      func plane(_ id: String, node: String?) -> JSONValue {
        [
          "resource_type": "ClusterControlPlane", "id": .string(id), "display_name": .string(id),
          "node_type": "ANTREA_NODE", "node_id": node.map { .string($0) } ?? .null,
          "path": .string("\(folder)/\(id)"),
        ]
      }
      await site.manager.put([plane("ns1-shop-prod-antrea", node: nil)])
      #expect(await report(site).status == .refused)
      await site.manager.delete("\(folder)/ns1-shop-prod-antrea")
      #expect(await report(site).status == .success)
      let id = await site.manager.inventory("ContainerCluster").first?["external_id"]?.string
      await site.manager.put([plane("another-name", node: id)])
      #expect(await report(site).status == .refused)
    }
  }

  @Test("killed at any batch, before NSX has it or after, the next run converges")
  func interrupted() async throws {
    try await withInventory { site in
      let small = ["inventory.batchSize": "2"]
      await report(site, small)
      let wanted = await inventory(site)
      let count = posts(site)
      #expect(count >= 5)
      for index in 1...count {
        for isAfter in [false, true] {
          _ = await site.run {
            try await $0.removeInventory(clusters: [], dryRun: false, approved: true)
          }
          // The answer is lost in any case; with `truncateBody` NSX did the work.
          site.managerServer.faults.set([
            FaultScript.Rule(
              method: "POST", pathPrefix: Self.posts, occurrence: index, count: nil,
              fault: isAfter ? .garbage : nil,
              response: isAfter ? nil : SandboxResponse(status: 401))
          ])
          let killed = await report(site, small)
          #expect(killed.status != .success, "batch \(index): \(killed.output)")
          site.managerServer.faults.set([])
          let next = await report(site, small)
          #expect(next.status == .success, "batch \(index): \(next.talk)")
          #expect(await inventory(site) == wanted, "batch \(index)")
        }
      }
    }
  }

  @Test("one bad object costs only itself, by name, with exit 4")
  func bisection() async throws {
    try await withInventory { site in
      let bad = TestSite.object(
        "v1", "Service", "shop", "bad",
        ["spec": ["type": "ClusterIP", "ports": [["port": 70000, "protocol": "TCP"]]]])
      #expect(await kubernetes(site, "POST", "/api/v1/namespaces/shop/services", bad) == 201)
      let result = await report(site)
      #expect(result.status == .partial, "\(result.output)")
      #expect(result.talk.contains("ContainerApplication bad"), "\(result.talk)")
      let names = await site.manager.inventory("ContainerApplication").map { $0["display_name"] }
      #expect(names == ["db"])
      #expect(await site.manager.inventory("ContainerIngressPolicy").count == 1)
    }
  }

  @Test("429 and 503 are obeyed")
  func busy() async throws {
    try await withInventory { site in
      for status in [429, 503] {
        site.managerServer.faults.add(
          FaultScript.Rule(
            method: "POST", pathPrefix: Self.posts,
            response: SandboxResponse(
              status: status, headers: [(name: "Retry-After", value: "1")])))
      }
      let result = await report(site)
      #expect(result.status == .success, "\(result.talk)")
      #expect(await inventory(site).count > 8)
    }
  }

  @Test("batches keep their period")
  func pace() async throws {
    try await withInventory { site in
      let clock = ManualClock(isHasty: true)
      site.clock = clock.clock
      let result = await report(
        site, ["inventory.batchSize": "3", "inventory.batchPeriod": "5s"])
      #expect(result.status == .success, "\(result.talk)")
      #expect(clock.now == .seconds(5 * (posts(site) - 1)), "\(clock.now)")
    }
  }

  @Test("an older NSX gets what it knows")
  func oldVersion() async throws {
    try await withInventory { site in
      site.manager.configure { $0.version = "3.2.3.0.1" }
      let result = await report(site)
      #expect(result.status == .success, "\(result.talk)")
      #expect(await site.manager.inventory("ContainerGateway").isEmpty)
      #expect(await site.manager.inventory("ContainerApplication").count == 1)
    }
  }

  @Test("a dry run sends nothing and tells all, in JSON too")
  func dryRun() async throws {
    try await withInventory { site in
      let result = await report(site, ["output": "json"], dryRun: true)
      #expect(result.status == .success, "\(result.talk)")
      let answer = try JSONValue(json: Array(result.output.utf8))
      let cluster = try #require(answer["clusters"]?.array?.first)
      let changes = cluster["changes"]?.array ?? []
      #expect(
        cluster["dryRun"] == true && changes.count == cluster["create"]?.integer.map(Int.init))
      #expect(
        changes.contains {
          $0["type"] == "ContainerApplicationInstance" && $0["name"] == "web-1"
            && $0["change"] == "CREATE"
        })
      #expect(await inventory(site).isEmpty && posts(site) == 0)
    }
  }

  @Test("a cluster that cannot be reached does not keep the others from reporting")
  func several() async throws {
    try await withInventory { site in
      try site.write(
        "nsx-antrea.yaml",
        """
        nsx:
          managers: ["\(site.managerServer.url)"]
          username: admin
          caFile: ca.crt
        clusters:
          - name: \(TestSite.cluster)
            kubeconfig: kubeconfig
          - name: gone
            kubeconfig: missing
        """)
      let result = await report(site)
      #expect(result.status == .partial, "\(result.talk)")
      #expect(result.talk.contains("gone"))
      #expect(await site.manager.inventory("ContainerApplicationInstance").count == 2)
    }
  }
}
