import Documents
import Foundation
import Testing
import Workflow

@Suite("A tree that is not whole is not applied")
struct WholeTreeTests {
  private func render(_ site: TestSite, commit: Bool = false) async -> ToolStatus {
    await site.run(["repository.path": "\(site.folder)/tree"]) {
      try await $0.render(
        DesiredSource(), commit: commit, initialize: commit, push: false)
    }.status
  }

  private func apply(
    _ site: TestSite
  ) async -> (status: ToolStatus, output: String, talk: String) {
    await site.run(["nsx.managers": ""]) {
      try await $0.apply(
        DesiredSource(repository: "\(site.folder)/tree"), planFile: nil, approved: true,
        wait: false)
    }
  }

  private func files(_ site: TestSite, _ kind: String) throws -> [String] {
    let folder = "\(site.folder)/tree/clusters/\(TestSite.cluster)/\(kind)"
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder)/\($0)" }
  }

  @Test("a file that provenance names and that is not there: 65, and nothing is deleted")
  func missing() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      #expect(await render(site) == .success)
      let whole = await apply(site)
      #expect(whole.status == .success, "\(whole.talk)")
      let file = try #require(try files(site, "policies").first)
      try FileManager.default.removeItem(atPath: file)
      site.clusterServer.log.clear()
      let cut = await apply(site)
      #expect(cut.status == .invalidInput, "\(cut.talk)")
      #expect(
        cut.talk.contains("provenance.json names ClusterNetworkPolicy/")
          && cut.talk.contains("render again"), "\(cut.talk)")
      #expect(site.clusterWrites.filter { $0.contains("crd.antrea.io") } == [])
      #expect(await render(site) == .success)
      #expect(await apply(site).status == .success)
    }
  }

  @Test(
    "what a killed run left behind is told, and the next render removes it",
    arguments: [
      false, true,
    ])
  func leftover(commit: Bool) async throws {
    try await withSite { site in
      #expect(await render(site, commit: commit) == .success)
      let file = try #require(try files(site, "policies").first)
      let folder = "\(site.folder)/tree/clusters/\(TestSite.cluster)/policies"
      let left = "\(folder)/.nsx-antrea-1-0.tmp"
      try FileManager.default.createDirectory(
        atPath: left, withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: file, toPath: "\(left)/gone.yaml")
      let cut = await apply(site)
      #expect(cut.status == .invalidInput, "\(cut.talk)")
      #expect(cut.talk.contains("was killed while it did"), "\(cut.talk)")
      // Something changes, or a commit would have nothing to write.
      await site.manager.put(
        TestSite.policy(
          "more", sequence: 5, rules: [TestSite.rule("r", 1200, from: "ANY", at: "web", "DROP")]))
      #expect(await render(site, commit: commit) == .success)
      #expect(!FileManager.default.fileExists(atPath: left))
      let whole = await apply(site)
      #expect(whole.status == .success, "\(whole.talk)")
    }
  }
}
