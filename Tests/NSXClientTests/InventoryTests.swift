import Documents
import HTTPTransport
import Testing

@testable import NSXClient

private func updates(_ count: Int) -> [NSXInventoryUpdate] {
  (0..<count).map {
    NSXInventoryUpdate(
      .create, ["resource_type": "ContainerProject", "external_id": .string("p\($0)-")])
  }
}

private func ids(of request: ScriptedManager.Request) throws -> [String] {
  try JSONValue(json: request.body)["container_inventory_objects"]?.array?
    .compactMap { $0[path: "container_object", "external_id"]?.string } ?? []
}

@Suite("Inventory")
struct InventoryTests {
  @Test("Batches of fifty, in order, with action=updates")
  func batches() async throws {
    let manager = ScriptedManager { _ in .json("") }
    let outcome = try await connect(manager).postInventoryUpdates(clusterID: "c1", updates(120))
    #expect(outcome == NSXInventoryOutcome(accepted: 120))
    #expect(manager.requests.map(\.query) == Array(repeating: "action=updates", count: 3))
    #expect(manager.requests[0].line == "POST /api/v1/inventory/container/c1")
    #expect(try manager.requests.map { try ids(of: $0).count } == [50, 50, 20])
    #expect(try manager.requests.flatMap { try ids(of: $0) } == (0..<120).map { "p\($0)-" })
  }

  @Test("A refused batch is halved to the culprits; all others are taken, in order")
  func bisect() async throws {
    let culprits: Set<String> = ["p3-", "p61-", "p62-"]
    let manager = ScriptedManager { request in
      try ids(of: request).contains { culprits.contains($0) } ? .error(400, 1) : .json("")
    }
    let outcome = try await connect(manager).postInventoryUpdates(clusterID: "c1", updates(120))
    #expect(outcome.accepted == 117)
    #expect(
      outcome.refused.compactMap { $0.update.object["external_id"]?.string } == [
        "p3-", "p61-", "p62-",
      ])
    #expect(outcome.refused.allSatisfy { $0.error.reaction == .badRequest })
    #expect(outcome.failure == nil && outcome.unsent.isEmpty)
    #expect(manager.requests.count < 40)
  }

  @Test("An error that is not of an object ends the series, and what is left is told")
  func failure() async throws {
    for fault: ScriptedManager.Script in [
      { _ in throw reset }, { _ in .error(403, 1) }, { _ in .error(404) }, { _ in .html },
    ] {
      let manager = ScriptedManager { $0.repetition == 1 ? try await fault($0) : .json("") }
      let outcome = try await connect(manager).postInventoryUpdates(clusterID: "c1", updates(120))
      #expect(outcome.accepted == 50)
      #expect(outcome.unsent.count == 70)
      #expect(outcome.failure != nil)
      #expect(manager.requests.count == 2)
    }
  }

  @Test("When nothing of the first batch is taken, the rest is not tried")
  func allRefused() async throws {
    let manager = ScriptedManager { _ in .error(400, 1) }
    let outcome = try await connect(manager).postInventoryUpdates(clusterID: "c1", updates(500))
    #expect(outcome.accepted == 0)
    #expect(outcome.refused.count == 50)
    #expect(outcome.unsent.count == 450)
    #expect(outcome.failure?.reaction == .badRequest)
  }

  @Test("A cluster that NSX does not know is nil; a proxy's page is an error")
  func cluster() async throws {
    #expect(try await connect(ScriptedManager { _ in .error(404) }).containerCluster("c") == nil)
    let html = ScriptedManager { _ in HTTPResponse(status: 404, body: Array("<html>".utf8)) }
    let error = await apiError { _ = try await connect(html).containerCluster("c") }
    #expect(error?.reaction == .invalidAnswer)
    let manager = ScriptedManager { _ in .json("{\"external_id\":\"c\"}", status: 201) }
    let connection = try connect(manager)
    #expect(try await connection.createContainerCluster(["external_id": "c"])["external_id"] == "c")
    try await connection.deleteContainerCluster("c", overwrite: true)
    #expect(manager.requests.last?.line == "DELETE /api/v1/fabric/container-clusters/c")
    #expect(manager.requests.last?[header: "x-allow-overwrite"] == "true")
  }

  @Test(
    "Kinds are listed at their own path, filtered by cluster", arguments: NSXInventoryKind.allCases)
  func listing(_ kind: NSXInventoryKind) async throws {
    let manager = ScriptedManager { _ in .list([["external_id": "x"], ["external_id": "y"]]) }
    #expect(try await connect(manager).listInventory(kind, clusterID: "c1").count == 2)
    let request = try #require(manager.requests.first)
    #expect(request.path.hasPrefix("/api/v1/fabric/container-"))
    #expect(request.query.contains("container_cluster_id=c1") == (kind != .cluster))
  }
}
