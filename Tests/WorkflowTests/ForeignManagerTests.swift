import Documents
import Foundation
import Sandbox
import Testing
import Workflow

@Suite("Other writers of our fields: named, with three ways out")
struct ForeignManagerTests {
  private static let policies = "clusternetworkpolicies.crd.antrea.io"

  /// How somebody changes the priority of a policy with kubectl, and the name by
  /// which the server knows him.
  enum Writer: String, CaseIterable {
    case serverSide = "gitops"
    case clientSide = "kubectl-client-side-apply"
    case edit = "kubectl-edit"
    case patch = "kubectl-patch"

    func arguments(_ name: String, _ file: String) -> [String] {
      switch self {
      case .serverSide:
        ["apply", "--server-side", "--force-conflicts", "--field-manager=gitops", "-f", file]
      case .clientSide: ["apply", "-f", file]
      case .edit: ["edit", "acnp", name]
      case .patch:
        ["patch", "acnp", name, "--type=merge", "-p", #"{"spec":{"priority":77}}"#]
      }
    }
  }

  private func plan(_ site: TestSite) async -> (status: ToolStatus, output: String, talk: String) {
    await site.run {
      try await $0.plan(
        DesiredSource(), clusterObjects: nil, out: nil, exitCode: true, verify: .local)
    }
  }

  private func apply(
    _ site: TestSite, force: Bool
  ) async -> (status: ToolStatus, output: String, talk: String) {
    await site.run(force ? ["apply.forceConflicts": "true"] : [:]) {
      try await $0.apply(DesiredSource(), planFile: nil, approved: true, wait: false)
    }
  }

  private func priority(_ site: TestSite, _ name: String) async -> Double? {
    await site.livePolicies().first { $0["metadata"]?["name"]?.string == name }?["spec"]?[
      "priority"]?.double
  }

  @Test("kubectl in each of its ways", arguments: Writer.allCases)
  func kubectl(writer: Writer) async throws {
    guard (try? await command(["sh", "-c", "command -v kubectl"]))?.status == 0 else {
      print("skipped: kubectl is not on PATH")
      return
    }
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let live = try #require(await site.livePolicies().first)
      let name = try #require(live["metadata"]?["name"]?.string)
      let file: JSONValue = [
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
        "metadata": ["name": .string(name)], "spec": (live["spec"] ?? .null).with(["priority"], 77),
      ]
      try site.write("changed.json", file.description)
      try site.write(
        "editor",
        "#!/bin/sh\nsed 's/^  priority: .*/  priority: 77/' \"$1\" >\"$1.new\" "
          + "&& cat \"$1.new\" >\"$1\"\n")
      _ = try await command(["chmod", "+x", "\(site.folder)/editor"])
      let changed = try await command(
        [
          "env", "KUBE_EDITOR=\(site.folder)/editor", "kubectl", "--kubeconfig",
          "\(site.folder)/kubeconfig",
        ]
          + writer.arguments(name, "\(site.folder)/changed.json"))
      #expect(changed.status == 0, "\(changed.output)")
      #expect(await priority(site, name) == 77)

      let plan = await plan(site)
      #expect(plan.status == .differences)
      #expect(plan.output.contains("\(writer.rawValue) owns "), "\(plan.output)")
      #expect(plan.output.contains("spec.priority"), "\(plan.output)")
      for way in ["--force-conflicts", "give them up", "change NSX"] {
        #expect(plan.output.contains(way), "\(plan.output)")
      }
      site.clusterServer.log.clear()
      let refused = await apply(site, force: false)
      #expect(refused.status == .refused, "\(refused.talk)")
      #expect(site.clusterWrites == [])
      #expect(await priority(site, name) == 77)

      let forced = await apply(site, force: true)
      #expect(forced.status == .success, "\(forced.talk)")
      #expect(await priority(site, name) != 77)
      let after = await self.plan(site)
      #expect(after.status == .success, "\(after.output)")
    }
  }

  @Test("A writer in mid-run is named with his field, and not overwritten")
  func race() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      await site.manager.put(
        TestSite.policy(
          "operators", sequence: 20,
          rules: [TestSite.rule("vms-to-web", 1011, from: "vms", at: "web")]))
      _ = await site.run {
        try await $0.render(DesiredSource(), commit: true, initialize: false, push: false)
      }
      let name = try #require(
        await site.livePolicies().compactMap { $0["metadata"]?["name"]?.string }
          .first { $0.hasPrefix("operators-") })
      site.clusterServer.faults.set([
        FaultScript.Rule(
          method: "PATCH", pathPrefix: "/apis/crd.antrea.io/v1beta1/clusternetworkpolicies",
          action: {
            await site.cluster.edit(Self.policies, name: name) {
              $0.with(["spec", "priority"], 77)
            }
          })
      ])
      let result = await apply(site, force: false)
      #expect(result.status != .success)
      #expect(result.talk.contains("kubectl-edit owns spec.priority"), "\(result.talk)")
      #expect(await priority(site, name) == 77)
    }
  }

  @Test("Fields that our own replacement wrote are ours, and those of others go only by force")
  func replacement() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let name = try #require(
        await site.livePolicies().compactMap { $0["metadata"]?["name"]?.string }
          .first { $0.hasPrefix("operators-") })
      await site.cluster.edit(Self.policies, name: name) {
        $0.with(["spec", "egress"], [["name": "theirs", "action": "Drop"]])
      }
      let kept = await apply(site, force: false)
      #expect(kept.status == .refused && kept.output.contains("kubectl-edit owns spec.egress"))
      let taken = await apply(site, force: true)
      #expect(taken.status == .success, "\(taken.talk)")
      await site.manager.put(
        TestSite.policy(
          "operators", sequence: 30,
          rules: [TestSite.rule("vms-to-web", 1011, from: "vms", at: "web")]))
      let changed = await site.run { try await $0.sync(DesiredSource()) }
      #expect(changed.status == .success, "\(changed.output) \(changed.talk)")
    }
  }
}
