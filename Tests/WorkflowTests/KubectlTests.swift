import ChildProcesses
import Dispatch
import Foundation
import Testing
import Workflow

/// Runs a program and gives its status and what it printed. It waits outside
/// of the threads that the servers of this process answer on.
func command(_ arguments: [String]) async throws -> (status: Int32, output: String) {
  let run = try await ProgramRun.ended(arguments)
  return (run.status ?? -1, run.output + run.errors)
}

@Suite("kubectl is satisfied with what the tool renders")
struct KubectlTests {
  @Test("apply -k and delete -k on the rendered folder, over HTTPS")
  func rendered() async throws {
    guard (try? await command(["sh", "-c", "command -v kubectl"]))?.status == 0 else {
      print("skipped: kubectl is not on PATH")
      return
    }
    try await withSite { site in
      let tree = "\(site.folder)/tree"
      let rendered = await site.run {
        try await $0.render(
          DesiredSource(repository: tree), commit: false, initialize: false, push: false)
      }
      #expect(rendered.status == .success, "\(rendered.talk)")
      let kubectl = ["kubectl", "--kubeconfig", "\(site.folder)/kubeconfig"]
      let folder = "\(tree)/clusters/\(TestSite.cluster)"
      let applied = try await command(kubectl + ["apply", "--server-side", "-k", folder])
      #expect(applied.status == 0, "\(applied.output)")
      let same = try await command(kubectl + ["diff", "--server-side", "-k", folder])
      #expect(same.status == 0, "\(same.output)")
      let listed = try await command(kubectl + ["get", "acnp", "-o", "name"])
      #expect(listed.output.split(separator: "\n").count == 2, "\(listed.output)")
      // What kubectl applied is what plan wants.
      let plan = await site.run {
        try await $0.plan(
          DesiredSource(repository: tree), clusterObjects: nil, out: nil, exitCode: true,
          verify: .local)
      }
      #expect(plan.output.contains("0 to create, 0 to update"), "\(plan.output)")
      // kubectl deletes in the order of the file, so the first time Antrea keeps the tiers,
      // which are in use.
      _ = try await command(kubectl + ["delete", "-k", folder])
      let deleted = try await command(kubectl + ["delete", "--ignore-not-found", "-k", folder])
      #expect(deleted.status == 0, "\(deleted.output)")
      #expect(await site.livePolicies().isEmpty)
    }
  }

  @Test("diff -k after our apply prints nothing, and an ApplySet of ours is left alone")
  func afterApply() async throws {
    guard (try? await command(["sh", "-c", "command -v kubectl"]))?.status == 0 else {
      print("skipped: kubectl is not on PATH")
      return
    }
    try await withSite { site in
      let tree = "\(site.folder)/tree"
      let source = DesiredSource(repository: tree)
      _ = await site.run {
        try await $0.render(source, commit: false, initialize: false, push: false)
      }
      let applied = await site.run {
        try await $0.apply(source, planFile: nil, approved: true, wait: false)
      }
      #expect(applied.status == .success, "\(applied.talk)")
      let kubectl = ["kubectl", "--kubeconfig", "\(site.folder)/kubeconfig"]
      let folder = "\(tree)/clusters/\(TestSite.cluster)"
      for side in [["--server-side"], []] {
        let diff = try await command(kubectl + ["diff"] + side + ["-k", folder])
        #expect(diff.status == 0 && !diff.output.contains("diff -"), "\(side): \(diff.output)")
      }
      // Another writer of the same objects takes no label away.
      let again = try await command(
        kubectl + ["apply", "--server-side", "--field-manager", "flux", "-k", folder])
      #expect(again.status == 0, "\(again.output)")
      // Nor does one that leaves the comparison to itself.
      let plain = try await command(kubectl + ["apply", "-k", folder])
      #expect(plain.status == 0, "\(plain.output)")
      let same = try await command(kubectl + ["diff", "--server-side", "-k", folder])
      #expect(same.status == 0, "\(same.output)")
      let plan = await site.run {
        try await $0.plan(
          source, clusterObjects: nil, out: nil, exitCode: true, verify: .local)
      }
      #expect(plan.status == .success, "\(plan.output)")

      let parent = try #require(
        await site.cluster.objects("configmaps").compactMap { $0["metadata"]?["name"]?.string }
          .first { $0.hasPrefix("nsx-antrea-") })
      let foreign = try await command(
        ["env", "KUBECTL_APPLYSET=true"] + kubectl + [
          "apply", "--server-side", "--force-conflicts", "-n", "kube-system", "--prune",
          "--applyset=configmap/\(parent)", "-f", "\(folder)/tiers",
        ])
      #expect(foreign.status != 0, "\(foreign.output)")
      #expect(foreign.output.contains(#"managed by tooling "nsx-antrea""#), "\(foreign.output)")
      #expect(await site.livePolicies().count == 2)
    }
  }
}
