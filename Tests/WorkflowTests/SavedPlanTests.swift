import Documents
import Foundation
import Sandbox
import Testing
import Workflow

@Suite("Saved plans, from plan --out to apply --plan")
struct SavedPlanTests {
  private static let policies = "clusternetworkpolicies.crd.antrea.io"
  private static let groups = "clustergroups.crd.antrea.io"

  /// A site whose first state is applied, with an approved plan that updates
  /// policy `operators`, or deletes it with the groups that only it uses.
  private func withPlan(
    kubernetes: [JSONValue] = TestSite.kubernetes, deletes: Bool = false,
    _ body: (TestSite, String) async throws -> Void
  ) async throws {
    try await withSite(kubernetes: kubernetes) { site in
      let first = await site.run { try await $0.sync(DesiredSource()) }
      #expect(first.status == .success, "\(first.talk)")
      if deletes {
        await site.manager.delete("/infra/domains/default/security-policies/operators")
      } else {
        await site.manager.put(
          TestSite.policy(
            "operators", sequence: 20,
            rules: [TestSite.rule("vms-to-web", 1011, from: "vms", at: "web")]))
      }
      _ = await site.run {
        try await $0.render(DesiredSource(), commit: true, initialize: false, push: false)
      }
      let out = "\(site.folder)/plan.json"
      let plan = await site.run {
        try await $0.plan(
          DesiredSource(), clusterObjects: nil, out: out, exitCode: true, verify: .local)
      }
      #expect(plan.status == .differences, "\(plan.talk)")
      site.clusterServer.log.clear()
      try await body(site, out)
    }
  }

  private func apply(
    _ site: TestSite, _ file: String
  ) async -> (status: ToolStatus, output: String, talk: String) {
    await site.run {
      try await $0.apply(DesiredSource(), planFile: file, approved: true, wait: false)
    }
  }

  private func name(_ site: TestSite, _ prefix: String) async throws -> String {
    try #require(
      await site.livePolicies().compactMap { $0["metadata"]?["name"]?.string }
        .first { $0.hasPrefix(prefix) })
  }

  @Test("A foreign label and a new status do not matter")
  func unrelated() async throws {
    try await withPlan { site, file in
      let name = try await name(site, "operators-")
      await site.cluster.edit(Self.policies, name: name) {
        $0.with(["metadata", "labels", "team"], "a").with(["status", "phase"], "Realizing")
      }
      let applied = await apply(site, file)
      #expect(applied.status == .success, "\(applied.talk)")
      let live = await site.livePolicies().first { $0["metadata"]?["name"]?.string == name }
      let spec = "\(live?["spec"] ?? .null)"
      #expect(spec.contains("vms-to-web-1011"))
      #expect(live?["metadata"]?["labels"]?["team"] == "a")
    }
  }

  @Test("An object that moved is named with the field, and nothing is written")
  func moved() async throws {
    try await withPlan { site, file in
      let name = try await name(site, "operators-")
      await site.cluster.edit(Self.policies, name: name) { $0.with(["spec", "priority"], 77) }
      let applied = await apply(site, file)
      #expect(applied.status == .refused, "\(applied.talk)")
      #expect(applied.talk.contains("ClusterNetworkPolicy/\(name): spec.priority was"))
      #expect(applied.talk.contains("and is 77 (kubectl-edit owns spec.priority)"))
      #expect(site.clusterWrites == [])
      #expect(!applied.talk.contains("Policy/shop-"), "only what moved is named: \(applied.talk)")
    }
  }

  @Test("An object that somebody writes to in mid-run is looked at again")
  func race() async throws {
    for (change, status) in [("label", ToolStatus.success), ("field", .failed)] {
      try await withPlan { site, file in
        let name = try await name(site, "operators-")
        site.clusterServer.faults.set([
          FaultScript.Rule(
            method: "PATCH", pathPrefix: "/apis/crd.antrea.io/v1beta1/clusternetworkpolicies",
            action: {
              await site.cluster.edit(Self.policies, name: name) {
                change == "label"
                  ? $0.with(["metadata", "labels", "team"], "a")
                  : $0.with(["spec", "priority"], 77)
              }
            })
        ])
        let applied = await apply(site, file)
        #expect(applied.status == status, "\(change): \(applied.talk)")
        let live = await site.livePolicies().first { $0["metadata"]?["name"]?.string == name }
        let isApplied = "\(live?["spec"] ?? .null)".contains("vms-to-web-1011")
        #expect(isApplied == (change == "label"), "\(applied.talk)")
        if change == "field" { #expect(applied.talk.contains("spec.priority"), "\(applied.talk)") }
      }
    }
  }

  @Test("An object that is deleted in mid-run is not made anew by an update")
  func deletedMeanwhile() async throws {
    try await withPlan { site, file in
      let name = try await name(site, "operators-")
      site.clusterServer.faults.set([
        FaultScript.Rule(
          method: "PATCH", pathPrefix: "/apis/crd.antrea.io/v1beta1/clusternetworkpolicies",
          action: { await site.cluster.edit(Self.policies, name: name) { _ in nil } })
      ])
      let applied = await apply(site, file)
      #expect(applied.status == .failed || applied.status == .partial, "\(applied.talk)")
      #expect(applied.talk.contains("is gone"), "\(applied.talk)")
      let names = await site.livePolicies().compactMap { $0["metadata"]?["name"]?.string }
      #expect(!names.contains(name), "\(names)")
    }
  }

  @Test("VMware's adapter that came in since keeps an approved plan from being applied")
  func vendor() async throws {
    let adapters = TestSite.object(
      "crd.antrea.io/v1beta1", "ClusterNetworkPolicy", nil, "adapters-own",
      ["spec": ["tier": "nsx-category-application", "priority": 5, "appliedTo": []]])
    try await withPlan(kubernetes: TestSite.kubernetes + [adapters]) { site, file in
      let name = try await name(site, "operators-")
      let ours = await site.livePolicies().first { $0["metadata"]?["name"]?.string == name }
      let display = try #require(
        ours?[path: "metadata", "annotations"]?["nsx-antrea.io/display-name"])
      await site.cluster.edit(Self.policies, name: "adapters-own") {
        $0.with(
          ["metadata", "labels"], ["ccp-adapter.antrea.tanzu.vmware.com/managedBy": "ccp-adapter"]
        ).with(
          ["metadata", "annotations"],
          ["ccp-adapter.antrea.tanzu.vmware.com/display-name": display])
      }
      let applied = await apply(site, file)
      #expect(
        applied.status == .refused && applied.talk.contains("adapters-own"), "\(applied.talk)")
      #expect(site.clusterWrites == [])
    }
  }

  @Test("A plan of another cluster is refused")
  func otherCluster() async throws {
    let system = TestSite.object("v1", "Namespace", nil, "kube-system", [:])
    try await withPlan(kubernetes: TestSite.kubernetes + [system]) { site, file in
      await site.cluster.edit("namespaces", name: "kube-system") {
        $0.with(["metadata", "uid"], "another")
      }
      let applied = await apply(site, file)
      #expect(applied.status == .refused && applied.talk.contains("another cluster"))
      #expect(site.clusterWrites == [])
    }
  }

  @Test("A plan is applied as approved, also when its branch has moved on")
  func newerCommit() async throws {
    try await withPlan { site, file in
      await site.manager.put(
        TestSite.policy(
          "operators", sequence: 20,
          rules: [TestSite.rule("db-to-web", 1012, from: "db", at: "web")]))
      _ = await site.run {
        try await $0.render(DesiredSource(), commit: true, initialize: false, push: false)
      }
      let applied = await apply(site, file)
      #expect(applied.status == .success, "\(applied.talk)")
      #expect(applied.talk.contains("the plan was made from commit"), "\(applied.talk)")
      #expect(applied.talk.contains("the plan was made from NSX state"), "\(applied.talk)")
      let live = "\(await site.livePolicies())"
      #expect(live.contains("vms-to-web-1011") && !live.contains("db-to-web-1012"))
    }
  }

  @Test("Damaged, edited, foreign and other formats: one error, 65")
  func damaged() async throws {
    try await withPlan { site, file in
      let text = try String(contentsOfFile: file, encoding: .utf8)
      for (content, words) in [
        (String(text.prefix(text.count / 2)), "is not a whole plan file"),
        ("", "is not a whole plan file"), ("{}", "is not a plan"),
        (text.replacing("vms-to-web", with: "any-to-web"), "damaged or edited"),
        (text.replacing("nsx-antrea-plan/1", with: "nsx-antrea-plan/9"), "has the format"),
      ] {
        try site.write("damaged.json", content)
        let path = "\(site.folder)/damaged.json"
        let applied = await apply(site, path)
        #expect(applied.status == .invalidInput && applied.talk.contains(words), "\(applied.talk)")
        #expect(applied.talk.split(separator: "\n").count == 2, "\(applied.talk)")
        let shown = await site.run { try $0.showPlan(path, exitCode: false, isMarkdown: false) }
        #expect(shown.status == .invalidInput && shown.output.isEmpty)
      }
      #expect(site.clusterWrites == [])
    }
  }

  @Test("plan show tells the same as plan, in every form, and holds no secret")
  func show() async throws {
    try await withPlan { site, file in
      let bytes = try String(contentsOfFile: file, encoding: .utf8)
      for secret in [TestSite.password, "test-token", "managedFields", "PRIVATE KEY"] {
        #expect(!bytes.contains(secret), "\(secret)")
      }
      let planned = await site.run {
        try await $0.plan(
          DesiredSource(), clusterObjects: nil, out: nil, exitCode: true, verify: .local)
      }
      let shown = await site.run { try $0.showPlan(file, exitCode: true, isMarkdown: false) }
      #expect(shown.status == .differences)
      #expect(shown.output.hasPrefix("cluster \(TestSite.cluster), from commit"))
      #expect(shown.output.hasSuffix(planned.output), "\(shown.output)\n---\n\(planned.output)")
      for arguments in [["--exit-code", file], [file, "--exit-code"], [file]] {
        let end = try await ToolProcess().run(
          ["plan", "show"] + arguments, environment: [:], folder: site.folder)
        #expect(end.status == (arguments.count == 2 ? 2 : 0), "\(arguments): \(end.output)")
      }
      let json = await site.run(["output": "json"]) {
        try $0.showPlan(file, exitCode: false, isMarkdown: false)
      }
      #expect(json.status == .success && json.output == bytes)
      let markdown = await site.run { try $0.showPlan(file, exitCode: false, isMarkdown: true) }
      #expect(markdown.output.contains("<code>Policy operators</code>"), "\(markdown.output)")
      #expect(markdown.output.contains("+  - action: Allow") || markdown.output.contains("```diff"))
    }
  }

  @Test("A delete agrees with label, owner and contents at the moment of deletion")
  func deletes() async throws {
    let changes: [(String, ToolStatus, @Sendable (JSONValue) -> JSONValue)] = [
      ("the status", .success, { $0.with(["status", "phase"], "Realizing") }),
      (
        "protect", .failed,
        { $0.with(["metadata", "annotations", "nsx-antrea.io/protect"], "true") }
      ),
      ("owner", .failed, { $0.with(["metadata", "labels", "nsx-antrea.io/owner"], "ff") }),
      ("managed-by", .failed, { $0.with(["metadata", "labels"], [:]) }),
      ("uid", .failed, { $0.with(["metadata", "uid"], "another") }),
      ("spec", .failed, { $0.with(["spec", "priority"], 77) }),
    ]
    for (word, status, change) in changes {
      try await withPlan(deletes: true) { site, file in
        let name = try await name(site, "operators-")
        site.clusterServer.faults.set([
          FaultScript.Rule(
            method: "DELETE", pathPrefix: "/apis/crd.antrea.io/v1beta1/clusternetworkpolicies",
            action: { await site.cluster.edit(Self.policies, name: name, change) })
        ])
        let applied = await apply(site, file)
        #expect(applied.status == status, "\(word): \(applied.talk)")
        let count = await site.livePolicies().count
        #expect(count == (status == .success ? 1 : 2), "\(word)")
        let groups = await site.cluster.objects(Self.groups).compactMap {
          $0["metadata"]?["name"]?.string
        }
        #expect(groups.contains { $0.hasPrefix("ops-") } == (status != .success), "\(word)")
      }
    }
  }

  @Test("A group that a foreign policy uses by now is not deleted")
  func newlyUsed() async throws {
    try await withPlan(deletes: true) { site, file in
      let stale = try #require(
        await site.cluster.objects(Self.groups).compactMap { $0["metadata"]?["name"]?.string }
          .first { $0.hasPrefix("ops-") })
      let policy: JSONValue = [
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
        "metadata": ["name": "foreign"],
        "spec": [
          "priority": 1, "appliedTo": [["group": .string(stale)]],
          "ingress": [["action": "Drop"]],
        ],
      ]
      #expect(await site.create(policy))
      let applied = await apply(site, file)
      #expect(applied.status == .refused, "\(applied.talk)")
      #expect(applied.talk.contains("still used by ClusterNetworkPolicy/foreign"))
    }
  }
}

extension JSONValue {
  /// The value with a member below objects changed.
  func with(_ path: [String], _ value: JSONValue) -> JSONValue {
    guard let key = path.first else { return value }
    var object = self.object ?? JSONObject()
    object[key] = (object[key] ?? .null).with(Array(path.dropFirst()), value)
    return .object(object)
  }
}
