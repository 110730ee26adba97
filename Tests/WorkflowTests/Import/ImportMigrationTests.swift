import Documents
import Sandbox
import Testing
import Workflow

@Suite("Import: originals that go")
struct ImportMigrationTests {
  @Test("migration: the originals go once the cluster does without, and NSX keeps what they became")
  func migration() async throws {
    try await withSite(kubernetes: Originals.cluster) { site in
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

  @Test("originals that may not be deleted are not marked as deleted")
  func deniedDeletion() async throws {
    try await withSite(
      kubernetes: Originals.cluster,
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

  /// Imports both policies, brings them to the cluster, and lets the deletion of one
  /// original fail after NSX was marked.
  private func failDeletion(_ site: TestSite) async -> (
    status: ToolStatus, output: String, talk: String
  ) {
    _ = await site.importShop()
    _ = await site.run { try await $0.sync(DesiredSource()) }
    site.managerServer.faults.set([
      .init(
        method: "PATCH",
        action: {
          // Somebody writes to it: it is not the object any more that was read.
          await site.cluster.edit(
            Self.originals, namespace: "shop", name: "database"
          ) { object in
            object.withMetadata("annotations", ["by": "somebody"])
              .withMetadata("resourceVersion", "999999")
          }
        })
    ])
    let run = await site.importShop { $0.deletesOriginals = true }
    site.managerServer.faults.set([])
    return run
  }

  private static let originals = "networkpolicies.networking.k8s.io"

  private func marks(_ site: TestSite) async -> Set<String> {
    Set(
      await site.importedPolicies().filter { _, policy in
        policy["tags"]?.array?.contains { $0["scope"] == "nsx-antrea:import-original" } == true
      }.keys)
  }

  @Test("an original that cannot be deleted is named, the others go, and the next run tries again")
  func failedDeletion() async throws {
    try await withSite(kubernetes: Originals.cluster) { site in
      let failed = await failDeletion(site)
      #expect(failed.status == .partial, "\(failed.talk)")
      for words in [
        "NetworkPolicy/shop/database: was not deleted", "1 of 2 originals are deleted",
        "NSX has the mark of a deletion for NetworkPolicy/shop/database",
        "give --delete-originals again",
      ] {
        #expect(failed.talk.contains(words), "\(words): \(failed.talk)")
      }
      #expect(await site.cluster.objects(Self.originals).count == 1)
      #expect(await marks(site).count == 4)
      let again = await site.importShop { $0.deletesOriginals = true }
      #expect(again.status == .success, "\(again.talk)")
      #expect(
        again.output.contains(
          "deletion of NetworkPolicy/shop/database was begun before and did not succeed: tried again"
        ), "\(again.output)")
      #expect(await site.cluster.objects(Self.originals).isEmpty)
      #expect(await site.importedPolicies().count == 4)
    }
  }

  @Test("an import that is not asked to delete takes the mark of a failed deletion back")
  func takenBack() async throws {
    try await withSite(kubernetes: Originals.cluster) { site in
      _ = await failDeletion(site)
      let plain = await site.importShop()
      #expect(plain.status == .success, "\(plain.talk)")
      #expect(
        plain.output.contains("did not succeed: it is imported as if that had not been"),
        "\(plain.output)")
      #expect(
        await marks(site) == ["shop-prod/shop/web allow", "shop-prod/shop/web drop"])
    }
  }

  @Test("an original that finalizers hold is not taken for gone")
  func finalizer() async throws {
    let held = Originals.database.withMetadata("finalizers", ["example.org/keep"])
    let kubernetes =
      TestSite.labelledKubernetes + [Originals.kubeSystem("u"), held, Originals.web]
    try await withSite(kubernetes: kubernetes) { site in
      _ = await site.importShop()
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let run = await site.importShop { $0.deletesOriginals = true }
      #expect(run.status == .partial, "\(run.talk)")
      #expect(run.talk.contains("held by example.org/keep"), "\(run.talk)")
    }
  }
}
