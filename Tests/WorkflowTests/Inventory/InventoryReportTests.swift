import Documents
import Foundation
import Sandbox
import Testing
import Workflow

/// `report inventory` against the sandbox: what is sent and what is deleted.
@Suite("The inventory", .timeLimit(.minutes(5)))
struct InventoryReportTests {
  private static func answer(_ code: Int, _ reason: String) -> SandboxResponse {
    .json(
      code,
      [
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": .string(reason),
        "code": .integer(Int64(code)),
      ])
  }

  @Test("every type is written, a second run sends nothing, one label is one object")
  func idempotent() async throws {
    try await withInventorySite { site in
      let first = await site.reportInventory()
      #expect(first.status == .success, "\(first.talk)")
      for type in TestSite.inventoryTypes {
        #expect(await site.manager.inventory(type).isEmpty == false, "\(type)")
      }
      site.managerServer.log.clear()
      let second = await site.reportInventory()
      #expect(second.status == .success)
      #expect(second.output.contains("0 to create, 0 to update, 0 to delete"), "\(second.output)")
      #expect(site.inventoryPosts == 0)
      let patched = await site.change(
        "PATCH", "/api/v1/namespaces/shop/pods/web-1",
        ["metadata": ["labels": ["stage": "test"]]])
      #expect(patched == 200)
      let third = await site.reportInventory()
      #expect(third.output.contains("0 to create, 1 to update, 0 to delete"), "\(third.output)")
      #expect(site.inventoryPosts == 1)
      let pods = await site.manager.inventory("ContainerApplicationInstance")
      let tags = pods.first { $0["display_name"] == "web-1" }?["tags"]?.array ?? []
      #expect(tags.contains(["scope": "dis:k8s:stage", "tag": "test"]))
    }
  }

  @Test("what vanished is deleted, what others created stays")
  func deletes() async throws {
    try await withInventorySite { site in
      await site.reportInventory()
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
      #expect(await site.change("DELETE", "/api/v1/namespaces/shop/pods/db-1") == 200)
      let result = await site.reportInventory()
      #expect(result.status == .success, "\(result.talk)")
      #expect(result.output.contains("0 to create"), "\(result.output)")
      let names = await site.manager.inventory("ContainerApplicationInstance").compactMap {
        $0["display_name"]?.string
      }
      #expect(Set(names) == ["web-1", "foreign", "elsewhere"])
      #expect(result.output.contains("kept: 1 objects"), "\(result.output)")
      let taken = await site.reportInventory(["inventory.takeOwnership": "true"])
      #expect(taken.status == .success, "\(taken.talk)")
      #expect(await site.manager.inventory("ContainerApplicationInstance").count == 2)
    }
  }

  @Test("kinds that may not be listed delete nothing, kinds that are not served are gone")
  func gaps() async throws {
    try await withInventorySite { site in
      await site.reportInventory()
      let before = await site.inventory()
      var options = KubernetesOptions()
      options.missingKinds = ["gateways.gateway.networking.k8s.io", "ippools.crd.antrea.io"]
      options.denials = [
        .init(verb: "list", group: "", resource: "pods"),
        .init(verb: "list", group: "crd.antrea.io", resource: "egresses"),
      ]
      site.managerServer.log.clear()
      // The same cluster, of which less can be seen.
      let result = try await site.withCluster(TestSite.inventoried, options) {
        await site.reportInventory()
      }
      // Pods are what no inventory is whole without.
      #expect(result.status == .partial, "\(result.talk)")
      #expect(result.output.contains(" 1 to delete"), "\(result.output)")
      #expect(result.output.contains("is none of it: Gateway"), "\(result.output)")
      #expect(result.output.contains("Pod (not permitted)"), "\(result.output)")
      let after = await site.inventory()
      let gone = before.filter { object in
        !after.contains { $0["external_id"] == object["external_id"] }
      }
      #expect(gone.map { $0["resource_type"] } == ["ContainerGateway"])
    }
  }

  @Test("a kind that the API server cannot list keeps its objects, all else is sent, exit 4")
  func unavailable() async throws {
    try await withInventorySite { site in
      await site.reportInventory()
      site.clusterServer.faults.add(
        FaultScript.Rule(
          method: "GET", pathPrefix: "/apis/networking.k8s.io/v1/ingresses", count: nil,
          response: Self.answer(500, "InternalError")))
      #expect(await site.change("DELETE", "/api/v1/namespaces/shop/pods/db-1") == 200)
      let result = await site.reportInventory()
      #expect(result.status == .partial, "\(result.talk)")
      #expect(result.talk.contains("Ingress could not be listed"), "\(result.talk)")
      #expect(result.output.contains("Ingress (not available)"), "\(result.output)")
      #expect(await site.manager.inventory("ContainerIngressPolicy").count == 1)
      #expect(await site.manager.inventory("ContainerApplicationInstance").count == 1)
    }
  }

  @Test("a kind that is served in a newer version alone keeps its objects")
  func newerVersion() async throws {
    try await withInventorySite { site in
      await site.reportInventory()
      let path = "/apis/gateway.networking.k8s.io"
      for version in ["v1", "v1beta1"] {
        site.clusterServer.faults.add(
          FaultScript.Rule(
            method: "GET", pathPrefix: "\(path)/\(version)/", count: nil,
            response: Self.answer(404, "NotFound")))
      }
      site.clusterServer.faults.add(
        FaultScript.Rule(
          method: "GET", pathPrefix: "\(path)/v9", count: nil,
          response: .json(
            200,
            [
              "kind": "APIResourceList",
              "resources": [["name": "gateways", "kind": "Gateway", "namespaced": true]],
            ])))
      site.clusterServer.faults.add(
        FaultScript.Rule(
          method: "GET", pathPrefix: path, count: nil,
          response: .json(200, ["kind": "APIGroup", "versions": [["version": "v9"]]])))
      let result = await site.reportInventory()
      #expect(result.status == .success, "\(result.talk)")
      #expect(result.output.contains("Gateway (no known version)"), "\(result.output)")
      #expect(result.talk.contains("no known version"), "\(result.talk)")
      #expect(await site.manager.inventory("ContainerGateway").count == 1)
    }
  }

  @Test("more deletes than the budget are held back, all else is sent; a dry run shows them")
  func budget() async throws {
    try await withInventorySite { site in
      await site.reportInventory()
      #expect(await site.change("DELETE", "/api/v1/namespaces/shop/services/db") == 200)
      #expect(await site.change("DELETE", "/api/v1/namespaces/shop/pods/db-1") == 200)
      let none = ["inventory.maxDeletes": "0"]
      let dry = await site.reportInventory(none, dryRun: true)
      #expect(dry.status == .refused && dry.output.contains("- ContainerApplication db"))
      let held = await site.reportInventory(none)
      #expect([.refused, .partial].contains(held.status), "\(held.talk)")
      #expect(held.talk.contains("inventory.maxDeletes"), "\(held.talk)")
      #expect(await site.manager.inventory("ContainerApplication").count == 1)
      #expect(await site.reportInventory().status == .success)
      #expect(await site.manager.inventory("ContainerApplication").isEmpty)
    }
  }

  @Test("an older NSX gets what it knows")
  func oldVersion() async throws {
    try await withInventorySite { site in
      site.manager.configure { $0.version = "3.2.3.0.1" }
      let result = await site.reportInventory()
      #expect(result.status == .success, "\(result.talk)")
      #expect(await site.manager.inventory("ContainerGateway").isEmpty)
      #expect(await site.manager.inventory("ContainerApplication").count == 1)
    }
  }

  @Test("a dry run sends nothing and tells all, in JSON too")
  func dryRun() async throws {
    try await withInventorySite { site in
      let result = await site.reportInventory(["output": "json"], dryRun: true)
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
      #expect(await site.inventory().isEmpty && site.inventoryPosts == 0)
    }
  }

  @Test("a cluster that cannot be reached does not keep the others from reporting")
  func several() async throws {
    try await withInventorySite { site in
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
      let result = await site.reportInventory()
      #expect(result.status == .partial, "\(result.talk)")
      #expect(result.talk.contains("gone"))
      #expect(await site.manager.inventory("ContainerApplicationInstance").count == 2)
    }
  }
}
