import Documents
import Foundation
import Sandbox
import Testing
import Workflow

/// Whose inventory it is, and what is taken away.
@Suite("Ownership of the inventory", .timeLimit(.minutes(5)))
struct InventoryOwnershipTests {
  @Test("a live adapter and NCP are refused, a silent adapter is not")
  func ownership() async throws {
    try await withInventorySite(silent: false) { site in
      let live = await site.reportInventory()
      #expect(live.status == .refused, "\(live.talk)")
      #expect(await site.inventory().isEmpty)
      site.manager.configure { $0.silentControlPlanes = ["shop-prod"] }
      await site.manager.putInventory([
        [
          "resource_type": "ContainerCluster", "external_id": "ncp", "display_name": "shop-prod",
          "cni_type": "NCP",
        ]
      ])
      let managed = await site.reportInventory()
      #expect(managed.status == .refused && managed.talk.contains("NCP"), "\(managed.talk)")
      let told = await site.reportInventory(["inventory.takeOwnership": "true"])
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
    try await withInventorySite { site in
      func cluster(_ id: String) -> JSONValue {
        [
          "resource_type": "ContainerCluster", "external_id": .string(id),
          "display_name": "shop-prod", "cni_type": "Antrea", "cluster_type": "TKGm",
          "infrastructure": ["infra_type": "vSphere"],
        ]
      }
      await site.manager.putInventory([cluster("one")])
      let refused = await site.reportInventory()
      // It is another principal's; the sandbox holds that against us.
      #expect(refused.status == .permissionDenied, "\(refused.output)")
      let first = await site.reportInventory(["inventory.takeOwnership": "true"])
      #expect(first.status == .success, "\(first.talk)")
      #expect(first.output.contains("inventory one"), "\(first.output)")
      #expect(
        await site.manager.inventory("ContainerCluster").map { $0["cluster_type"] } == ["TKGm"])
      await site.manager.putInventory([cluster("two")])
      let several = await site.reportInventory()
      #expect(several.status == .refused && several.talk.contains("one, two"), "\(several.talk)")
    }
  }

  @Test("a live adapter is known by its node id and by vSphere's names")
  func namesakes() async throws {
    try await withInventorySite { site in
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
      #expect(await site.reportInventory().status == .refused)
      await site.manager.delete("\(folder)/ns1-shop-prod-antrea")
      #expect(await site.reportInventory().status == .success)
      let id = await site.manager.inventory("ContainerCluster").first?["external_id"]?.string
      await site.manager.put([plane("another-name", node: id)])
      #expect(await site.reportInventory().status == .refused)
    }
  }

  @Test("--remove takes away what was written, and only that")
  func removal() async throws {
    try await withInventorySite { site in
      await site.reportInventory()
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
      let before = await site.inventory().count
      let kept = await site.removeInventory()
      #expect(kept.status == .success, "\(kept.talk)")
      let left = await site.inventory().compactMap { $0["display_name"]?.string }
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
          method: "POST", target: "\(TestSite.inventoryPath)\(id.string ?? "")?action=updates",
          headers: [(name: "Authorization", value: "Basic YWRtaW46U2FuZGJveCEyMDI2")],
          body: JSONWriter.compact(emptied)))
      #expect(deleted.status == 200)
      let all = await site.removeInventory()
      #expect(all.status == .success, "\(all.talk)")
      #expect(await site.inventory().isEmpty)
      let nothing = await site.removeInventory()
      #expect(nothing.status == .success, "\(nothing.talk)")
    }
  }

  /// The cluster as it is when it was built anew.
  private static let rebuilt = TestSite.inventoried.map { TestSite.identified($0, as: "-new") }

  @Test("a cluster that was built anew does not prune what the old one left, unless told to")
  func rebuilt() async throws {
    try await withInventorySite { site in
      await site.reportInventory()
      let before = await site.inventory()
      try await site.withCluster(Self.rebuilt) {
        let refused = await site.reportInventory()
        #expect(refused.status == .refused, "\(refused.talk)")
        #expect(refused.talk.contains("describes another cluster"), "\(refused.talk)")
        let health = await site.run { try await $0.report(ReportRequest([.health])) }
        #expect(health.status == .refused, "\(health.talk)")
        #expect(await site.inventory() == before)

        #expect(await site.removeInventory().status == .success)
        #expect(await site.inventory().isEmpty)
        #expect(await site.reportInventory().status == .success)
        #expect(await site.inventory().count == before.count)
      }
      // Back again: told to, it takes over, and stays the owner.
      let taken = await site.reportInventory([
        "inventory.takeOwnership": "true", "inventory.maxDeletes": "100%",
      ])
      #expect(taken.status == .success, "\(taken.talk)")
      #expect(taken.talk.contains("it is taken over"), "\(taken.talk)")
      #expect(await site.inventory() == before)
      let again = await site.reportInventory()
      #expect(again.status == .success, "\(again.talk)")
      #expect(again.output.contains("0 to create, 0 to update, 0 to delete"), "\(again.output)")
    }
  }

  @Test("an inventory of another tool is known by its project kube-system")
  func rebuiltBesideAnotherTool() async throws {
    try await withInventorySite { site in
      await site.manager.putInventory([
        [
          "resource_type": "ContainerCluster", "external_id": "one",
          "display_name": "shop-prod", "cni_type": "Antrea", "cluster_type": "Kubernetes",
          "infrastructure": ["infra_type": "vSphere"],
        ],
        [
          "resource_type": "ContainerProject", "external_id": "another",
          "container_cluster_id": "one", "display_name": "kube-system",
        ],
      ])
      for part in [ReportPart.inventory, .health, .realization] {
        let refused = await site.run { try await $0.report(ReportRequest([part])) }
        #expect(refused.status == .refused, "\(refused.talk)")
        #expect(refused.talk.contains("another"), "\(refused.talk)")
      }
    }
  }

  @Test("a cluster whose identity cannot be read keeps what NSX has of it")
  func unknownIdentity() async throws {
    try await withInventorySite { site in
      await site.reportInventory()
      let before = await site.inventory()
      var options = KubernetesOptions()
      options.denials = ["list", "get"].map { .init(verb: $0, group: "", resource: "namespaces") }
      let rest = TestSite.inventoried.filter { $0[path: "metadata", "name"] != "db-1" }
      let result = try await site.withCluster(rest, options) { await site.reportInventory() }
      #expect([.partial, .permissionDenied].contains(result.status), "\(result.talk)")
      #expect(result.talk.contains("nothing is deleted"), "\(result.talk)")
      #expect(await site.inventory().count == before.count)
    }
  }

  @Test("a former inventoryID is named, and can be taken away")
  func formerID() async throws {
    try await withInventorySite { site in
      await site.reportInventory()
      let count = await site.inventory().count
      let former = try #require(
        await site.manager.inventory("ContainerCluster").first?["external_id"]?.string)
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
            inventoryID: 00000000-0000-5000-8000-000000000001
        """)
      for flags in [[:], ["inventory.takeOwnership": "true"]] {
        let refused = await site.reportInventory(flags)
        #expect(refused.status == .refused, "\(refused.talk)")
        #expect(refused.talk.contains("--inventory-id \(former)"), "\(refused.talk)")
      }
      #expect(await site.removeInventory(id: "nowhere").status == .failed)
      #expect(await site.inventory().count == count)
      #expect(await site.removeInventory(id: former).status == .success)
      let result = await site.reportInventory()
      #expect(result.status == .success, "\(result.talk)")
      #expect(await site.inventory().count == count)
      #expect(
        await site.manager.inventory("ContainerCluster").map { $0["external_id"] }
          == ["00000000-0000-5000-8000-000000000001"])
    }
  }
}
