import Documents
import Foundation
import Sandbox
import Testing
import Workflow

/// Refusals, interruptions and the pace of batches.
@Suite("Sending the inventory", .timeLimit(.minutes(5)))
struct InventorySendingTests {
  /// Another state of the cluster: of it something is gone, changed and new in the
  /// next one.
  private static let earlier: [JSONValue] =
    TestSite.inventoried.filter { $0["kind"] != "Egress" && $0["kind"] != "Ingress" }.map {
      guard $0["kind"] == "Pod", case .object(var pod) = $0 else { return $0 }
      pod.update("metadata") { metadata in
        guard var members = metadata.object else { return }
        members["labels"] = ["app": "earlier"]
        metadata = .object(members)
      }
      return .object(pod)
    } + [
      TestSite.identified(TestSite.pod("old-1", "web", "10.1.0.9")),
      TestSite.identified(TestSite.object("v1", "Namespace", nil, "old", [:])),
      TestSite.identified(
        TestSite.object("v1", "Service", "shop", "old", ["spec": ["type": "ClusterIP"]])),
    ]

  @Test(
    "killed at any batch, before NSX has it or after, the next run converges",
    arguments: [false, true])
  func interrupted(_ isChange: Bool) async throws {
    try await withInventorySite { site in
      let small = ["inventory.batchSize": "2"]
      func prepare() async throws {
        await site.removeInventory()
        if isChange {
          let old = try await site.withCluster(Self.earlier) { await site.reportInventory() }
          #expect(old.status == .success, "\(old.talk)")
        }
        site.managerServer.log.clear()
      }
      try await prepare()
      await site.reportInventory(small)
      let wanted = await site.inventory()
      let count = site.inventoryPosts
      #expect(count >= 3)
      for index in 1...count {
        // After one is before the next: of changes, the last one alone is done twice.
        for isAfter in !isChange || index == count ? [false, true] : [false] {
          try await prepare()
          // The answer is lost in any case; with `garbage` NSX did the work.
          site.managerServer.faults.set([
            FaultScript.Rule(
              method: "POST", pathPrefix: TestSite.inventoryPath, occurrence: index, count: nil,
              fault: isAfter ? .garbage : nil,
              response: isAfter ? nil : SandboxResponse(status: 401))
          ])
          let killed = await site.reportInventory(small)
          #expect(killed.status != .success, "batch \(index): \(killed.output)")
          site.managerServer.faults.set([])
          let next = await site.reportInventory(small)
          #expect(next.status == .success, "batch \(index): \(next.talk)")
          #expect(await site.inventory() == wanted, "batch \(index)")
        }
      }
    }
  }

  @Test("one bad object costs only itself, by name, with exit 4")
  func bisection() async throws {
    try await withInventorySite { site in
      let bad = TestSite.object(
        "v1", "Service", "shop", "bad",
        ["spec": ["type": "ClusterIP", "ports": [["port": 70000, "protocol": "TCP"]]]])
      #expect(await site.change("POST", "/api/v1/namespaces/shop/services", bad) == 201)
      let result = await site.reportInventory()
      #expect(result.status == .partial, "\(result.output)")
      #expect(result.talk.contains("ContainerApplication bad"), "\(result.talk)")
      let names = await site.manager.inventory("ContainerApplication").map { $0["display_name"] }
      #expect(names == ["db"])
      #expect(await site.manager.inventory("ContainerIngressPolicy").count == 1)
    }
  }

  @Test("a first batch of bad objects costs only itself, and what refers to them is told")
  func wholeBatch() async throws {
    let bad = ["node-1", "node-2"].map {
      TestSite.identified(
        TestSite.object("v1", "Node", nil, $0, ["spec": ["podCIDRs": [24]], "status": [:]]))
    }
    let cluster = TestSite.inventoried.filter { $0["kind"] != "Node" } + bad
    try await withInventorySite(kubernetes: cluster) { site in
      let flags = ["inventory.batchSize": "2", "output": "json"]
      let result = await site.reportInventory(flags)
      #expect(result.status == .partial, "\(result.talk)")
      for name in ["node-1", "node-2"] {
        #expect(
          result.talk.contains("CREATE ContainerClusterNode \(name) (Node-\(name))"),
          "\(result.talk)")
      }
      #expect(await site.manager.inventory("ContainerClusterNode").isEmpty)
      #expect(await site.manager.inventory("ContainerApplicationInstance").count == 2)
      #expect(await site.manager.inventory("ContainerIngressPolicy").count == 1)
      let answer = try JSONValue(json: Array(result.output.utf8))
      let findings = answer["clusters"]?.array?.first?["findings"]?.array ?? []
      let referring = findings.filter { $0["code"] == "reference-refused" }
      #expect(
        Set(referring.compactMap { $0["object"]?.string }) == [
          "ContainerApplicationInstance db-1", "ContainerApplicationInstance web-1",
        ])
      #expect(referring.allSatisfy { $0["member"] == "cluster_node_id" })
    }
  }

  @Test("429 and 503 are obeyed")
  func busy() async throws {
    try await withInventorySite { site in
      for status in [429, 503] {
        site.managerServer.faults.add(
          FaultScript.Rule(
            method: "POST", pathPrefix: TestSite.inventoryPath,
            response: SandboxResponse(
              status: status, headers: [(name: "Retry-After", value: "1")])))
      }
      let result = await site.reportInventory()
      #expect(result.status == .success, "\(result.talk)")
      #expect(await site.inventory().count > 8)
    }
  }

  @Test("batches keep their period")
  func pace() async throws {
    try await withInventorySite { site in
      let clock = ManualClock(isHasty: true)
      site.clock = clock.clock
      let result = await site.reportInventory(
        ["inventory.batchSize": "3", "inventory.batchPeriod": "5s"])
      #expect(result.status == .success, "\(result.talk)")
      #expect(clock.now == .seconds(5 * (site.inventoryPosts - 1)), "\(clock.now)")
    }
  }
}
