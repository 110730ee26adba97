import Documents
import Foundation
import Sandbox
import Testing
import Workflow

@Suite("Import: one run at a time, and the right cluster")
struct ImportLockTests {
  private static let leases = "leases.coordination.k8s.io"

  private func holders(_ site: TestSite) async -> [String?] {
    await site.cluster.objects(Self.leases).map { $0[path: "spec", "holderIdentity"]?.string }
  }

  /// Gives the Lease to another run, for an hour.
  private func takeLease(_ site: TestSite) async {
    let time = ISO8601DateFormatter().string(from: Date())
    for lease in await site.cluster.objects(Self.leases) {
      await site.cluster.edit(
        Self.leases, namespace: "kube-system", name: lease[path: "metadata", "name"]?.string ?? ""
      ) { lease in
        var object = lease.object ?? JSONObject()
        object.update("spec") { spec in
          var members = spec.object ?? JSONObject()
          members["holderIdentity"] = "elsewhere/7/abc-1"
          members["leaseDurationSeconds"] = 3600
          members["renewTime"] = .string(time)
          spec = .object(members)
        }
        return .object(object)
      }
    }
  }

  @Test("the Lease of apply and sync is held while NSX is written, and given back")
  func held() async throws {
    try await withSite(kubernetes: Originals.cluster) { site in
      let plan = await site.importShop { $0.isDryRun = true }
      #expect(plan.status == .success, "\(plan.talk)")
      #expect(await holders(site) == [], "a plan needs no lock")
      let during = Recorded<[String?]>([])
      site.managerServer.faults.set([
        .init(method: "PATCH", action: { during.value = await holders(site) })
      ])
      let first = await site.importShop()
      #expect(first.status == .success, "\(first.talk)")
      #expect(during.value.count == 1 && during.value.first??.isEmpty == false)
      #expect(await holders(site) == [""])
      let sync = await site.run { try await $0.sync(DesiredSource()) }
      #expect(sync.status == .success, "\(sync.talk)")
      #expect(await holders(site) == [""], "sync's Lease is the same")

      await takeLease(site)
      await site.deleteOriginal("web")
      site.managerServer.log.clear()
      let second = await site.importShop()
      #expect(second.status == .lockHeld, "\(second.talk)")
      #expect(second.talk.contains("elsewhere/7/abc-1 holds it"), "\(second.talk)")
      #expect(site.managerWrites == 0)
      let unlocked = await site.importShop(["apply.lock": "false"])
      #expect(unlocked.status == .success, "\(unlocked.talk)")
    }
  }

  @Test("what another run changed until the Lease was ours makes the plan stale")
  func overtaken() async throws {
    try await withSite(kubernetes: Originals.cluster) { site in
      site.clusterServer.faults.set([
        .init(
          method: "POST", pathPrefix: "/apis/coordination.k8s.io",
          action: { await site.deleteOriginal("web") })
      ])
      let run = await site.importShop()
      #expect(run.status == .refused, "\(run.talk)")
      #expect(run.talk.contains("changed since the plan was made"), "\(run.talk)")
      #expect(site.managerWrites == 0)
      #expect(await site.importShop().status == .success)
    }
  }

  @Test("a Lease that is taken in the middle ends the run, and what is left is told")
  func lost() async throws {
    try await withSite(kubernetes: Originals.cluster) { site in
      _ = await site.importShop()
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let clock = ManualClock()
      // The mark of the first original.
      site.managerServer.faults.set([
        .init(
          method: "PATCH",
          action: {
            await takeLease(site)
            clock.advance(by: .seconds(60))
            clock.run()
          })
      ])
      site.clock = clock.clock
      let run = await site.importShop { $0.deletesOriginals = true }
      clock.stop()
      #expect(run.status == .partial, "\(run.talk)")
      #expect(run.talk.contains("stopped writing"), "\(run.talk)")
      #expect(run.talk.contains("NetworkPolicy/shop/web"), "\(run.talk)")
      #expect(
        await site.cluster.objects("networkpolicies.networking.k8s.io").count == 2,
        "nothing is deleted any more")
    }
  }

  @Test("another cluster under the same name is refused, unless it was built anew")
  func otherCluster() async throws {
    try await withSite(kubernetes: Originals.cluster) { site in
      _ = await site.importShop()
      await site.cluster.edit("namespaces", name: "kube-system") { _ in
        Originals.kubeSystem("another-uid")
      }
      await site.deleteOriginal("web")
      site.managerServer.log.clear()
      let wrong = await site.importShop()
      #expect(wrong.status == .refused, "\(wrong.talk)")
      for words in ["uid-of-kube-system", "another-uid", "--rebuilt-cluster"] {
        #expect(wrong.talk.contains(words), "\(wrong.talk)")
      }
      #expect(site.managerWrites == 0)
      let meant = await site.importShop { $0.isRebuilt = true }
      #expect(meant.status == .success, "\(meant.talk)")
      let again = await site.importShop()
      #expect(again.status == .success, "its imports bear the new uid: \(again.talk)")
      #expect(await site.importedPolicies().count == 2)
    }
  }

  @Test("a cluster that was imported under another name is refused")
  func otherName() async throws {
    let old: JSONValue = [
      "resource_type": "Group", "id": "old", "display_name": "old",
      "path": "/infra/domains/default/groups/old", "group_type": ["ANTREA"],
      "tags": [
        ["scope": "nsx-antrea:import-cluster", "tag": "former"],
        ["scope": "nsx-antrea:import-cluster-uid", "tag": "uid-of-kube-system"],
      ],
    ]
    try await withSite(objects: TestSite.estate + [old], kubernetes: Originals.cluster) { site in
      let run = await site.importShop()
      #expect(run.status == .refused, "\(run.talk)")
      #expect(run.talk.contains("under the name former"), "\(run.talk)")
      #expect(site.managerWrites == 0)
    }
  }
}
