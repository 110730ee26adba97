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
      { _ in throw reset }, { _ in .error(401) }, { _ in .error(403, 1) }, { _ in .html },
      { _ in .error(503) }, { _ in .error(429) }, { _ in .error(500, 98) },
    ] {
      let manager = ScriptedManager { $0.repetition == 1 ? try await fault($0) : .json("") }
      let outcome = try await connect(manager).postInventoryUpdates(clusterID: "c1", updates(120))
      #expect(outcome.accepted == 50)
      #expect(outcome.unsent.count == 70)
      #expect(outcome.failure != nil)
      #expect(manager.requests.count == 2)
    }
  }

  @Test("404 ends the series where the cluster is gone, else it is one of the objects")
  func missing() async throws {
    for isKnown in [false, true] {
      let manager = ScriptedManager { request in
        if request.method == "GET" { return isKnown ? .json("{}") : .error(404) }
        return try ids(of: request).contains("p60-") ? .error(404, 202) : .json("")
      }
      let outcome = try await connect(manager).postInventoryUpdates(clusterID: "c1", updates(120))
      #expect(outcome.accepted == (isKnown ? 119 : 50))
      #expect(outcome.refused.map(\.update.externalID) == (isKnown ? ["p60-"] : []))
      #expect(outcome.failure?.reaction == (isKnown ? nil : .notFound))
      #expect(outcome.unsent.count == (isKnown ? 0 : 70))
      #expect(manager.count("GET /api/v1/fabric/container-clusters/c1") == 1)
    }
  }

  @Test("What NSX answers with 500 is found like what it answers with 400")
  func serverError() async throws {
    let manager = ScriptedManager { request in
      // The first one is a passing trouble: its halves are taken.
      if request.repetition == 0 { return .error(500) }
      return try ids(of: request).contains("p77-") ? .error(500) : .json("")
    }
    let outcome = try await connect(manager).postInventoryUpdates(clusterID: "c1", updates(120))
    #expect(outcome.accepted == 119 && outcome.failure == nil)
    #expect(outcome.refused.map(\.update.externalID) == ["p77-"])
  }

  @Test("A whole batch of bad objects costs only itself", arguments: [0, 1, 2])
  func wholeBatch(_ number: Int) async throws {
    let bad = Set((0..<50).map { "p\(number * 50 + $0)-" })
    let manager = ScriptedManager { request in
      try ids(of: request).contains(where: bad.contains) ? .error(400, 1) : .json("")
    }
    let outcome = try await connect(manager).postInventoryUpdates(clusterID: "c1", updates(500))
    #expect(outcome.accepted == 450 && outcome.failure == nil && outcome.unsent.isEmpty)
    #expect(Set(outcome.refused.map(\.update.externalID)) == bad)
    #expect(manager.requests.count < 120)
    let sent = try manager.requests.filter { try ids(of: $0).count == 1 }.count
    #expect(sent < 60)
  }

  @Test("When NSX takes no object of any kind, the rest is not tried")
  func allRefused() async throws {
    let manager = ScriptedManager { _ in .error(400, 1) }
    let deletes = (0..<100).map {
      NSXInventoryUpdate(
        .delete, ["resource_type": "ContainerClusterNode", "external_id": .string("n\($0)")])
    }
    let outcome = try await connect(manager).postInventoryUpdates(
      clusterID: "c1", updates(500) + deletes)
    #expect(outcome.accepted == 0)
    // Fifty, and the first and the last of what is left; no delete before its turn.
    #expect(outcome.refused.count == 52)
    #expect(
      outcome.refused.suffix(2).map(\.update.externalID) == ["p50-", "p499-"])
    #expect(outcome.unsent.count == 548)
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
