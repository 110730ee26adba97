import Documents
import Sandbox
import Testing
import Workflow

@Suite("Import: disturbances")
struct ImportFaultTests {
  @Test("a change between reading and writing is refused by NSX, and the next run converges")
  func stale() async throws {
    try await withSite(kubernetes: Originals.cluster) { site in
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
    try await withSite(kubernetes: Originals.cluster) { site in
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
}
