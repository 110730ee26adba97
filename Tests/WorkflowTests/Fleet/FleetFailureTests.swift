import ChildProcesses
import Documents
import Foundation
import Testing
import Workflow

@Suite("Many clusters of which one fails, in plan files and rollbacks")
struct FleetFailureTests {
  private let names = ["east", "north", "south"]

  private func git(_ site: TestSite, _ arguments: String...) throws -> String {
    let run = try ProgramRun.blocking(["git", "-C", "\(site.folder)/policies.git"] + arguments)
    #expect(run.status == 0, "\(run.errors)")
    return run.output
  }

  @Test("who approves a plan file sees which cluster has no plan in it")
  func missing() async throws {
    try await withFleet(names) { fleet in
      await fleet["north"]?.server.stop()
      _ = await fleet.site.run {
        try await $0.render(DesiredSource(), commit: true, initialize: true, push: false)
      }
      let file = "\(fleet.site.folder)/plan.json"
      let plan = await fleet.site.run {
        try await $0.plan(
          DesiredSource(), clusterObjects: nil, out: file, exitCode: false, verify: .local,
          isMarkdown: true)
      }
      #expect(plan.status == .partial, "\(plan.talk)")
      #expect(
        plan.output.contains("### Cluster <code>north</code>\n\n**Not planned for:**"),
        "\(plan.output)")

      let shown = await fleet.site.run {
        try $0.showPlan(file, exitCode: false, isMarkdown: false)
      }
      #expect(shown.status == .partial)
      #expect(shown.output.contains("cluster north: could not be planned for"))
      #expect(shown.talk.contains("error: cluster north: "), "\(shown.talk)")

      let applied = await fleet.site.run {
        try await $0.apply(DesiredSource(), planFile: file, approved: true, wait: false)
      }
      #expect(applied.status == .partial, "\(applied.talk)")
      #expect(applied.talk.contains("was not planned for"), "\(applied.talk)")
      for name in ["east", "south"] { #expect(await fleet[name]?.policies().count == 2) }
      let others = await fleet.site.run {
        try await $0.apply(
          DesiredSource(clusters: ["north"]), planFile: file, approved: true, wait: false)
      }
      #expect(others.status == .unreachable, "\(others.talk)")
    }
  }

  @Test("a rollback leaves out a cluster that has no plan, and takes the others back")
  func rollback() async throws {
    try await withFleet(names) { fleet in
      let site = fleet.site
      _ = await site.run { try await $0.sync(DesiredSource(clusters: ["east", "north"])) }
      let good = try #require(site.commit)
      await site.manager.delete("/infra/domains/default/security-policies/operators")
      let second = await site.run { try await $0.sync(DesiredSource()) }
      #expect(second.status == .success, "\(second.talk)")
      #expect(await fleet["east"]?.policies().count == 1)
      await fleet["north"]?.server.stop()

      let back = await site.run {
        try await $0.rollback(RollbackRequest(to: good), approved: true, wait: false)
      }
      #expect(back.status == .partial, "\(back.talk)")
      #expect(back.talk.contains("cluster south has no tree at"), "\(back.talk)")
      #expect(await fleet["east"]?.policies().count == 2)
      #expect(await fleet["south"]?.policies().count == 1)
      let changed = try git(site, "diff", "--name-only", "main~1", "main")
      #expect(changed.contains("clusters/east/"), "\(changed)")
      #expect(!changed.contains("clusters/north/"), "\(changed)")
      #expect(!changed.contains("clusters/south/"), "\(changed)")
    }
  }
}
