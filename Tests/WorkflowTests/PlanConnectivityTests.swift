import Documents
import Foundation
import Sandbox
import Testing
import Workflow

@Suite("What a plan means for connectivity")
struct PlanConnectivityTests {
  /// The `connectivity` of the one cluster of a plan.
  private func connectivity(
    _ site: TestSite, _ source: DesiredSource = DesiredSource(), flags: [String: String] = [:]
  ) async throws -> JSONValue {
    let result = await plan(site, source, flags: flags.merging(["output": "json"]) { $1 })
    let document = try JSONValue(json: result.output)
    #expect(document["schemaVersion"] == 1)
    return try #require(document["clusters"]?.array?.first?["connectivity"], "\(result.talk)")
  }

  @Test("a plan proves that the policies are NSX's and tells what they change")
  func proved() async throws {
    try await withSite { site in
      let result = await plan(site)
      #expect(result.status == .success, "\(result.talk)")
      #expect(result.output.contains("Connectivity: proved: "), "\(result.output)")
      #expect(result.output.contains(" classes, 2 pods, all protocols and ports"))
      #expect(
        result.output.contains("newly blocked")
          && result.output.contains("by rule 1003 \"Rule deny\" (policy Policy shop)"),
        "\(result.output)")
      #expect(result.output.hasSuffix("0 blocked.\n"), "the line of counts is the last")

      let json = try await connectivity(site)
      #expect(json[path: "proof", "verdict"] == "equal")
      #expect(json[path: "proof", "space"]?["pods"] == 2)
      let entry = try #require(json[path: "change", "entries"]?.array?.first)
      #expect(entry["kind"] == "newly-blocked")
      #expect(entry["rule"]?["ruleId"]?.integer == 1003, "\(entry)")

      _ = await site.run { try await $0.sync(DesiredSource()) }
      let again = await plan(site)
      #expect(again.output.contains("nobody reaches more or less than now"), "\(again.output)")
    }
  }

  @Test("a tree that says something else than NSX is refused, with both rules by name")
  func tampered() async throws {
    try await withSite { site in
      let source = try await tree(site)
      let honest = await plan(site, source)
      #expect(honest.status == .success, "\(honest.talk)")
      #expect(honest.output.contains("proved: "), "\(honest.output)")

      let file = try policyFile(source)
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let altered = text.replacingOccurrences(of: "action: Drop", with: "action: Allow")
      #expect(altered != text)
      try altered.write(toFile: file, atomically: true, encoding: .utf8)
      site.clusterServer.log.clear()
      let refused = await plan(site, source)
      #expect(refused.status == .refused, "\(refused.output)")
      #expect(refused.output.contains("not what NSX says: "), "\(refused.output)")
      #expect(
        refused.output.contains("NSX out allow, no rule, in drop by rule 1003 \"Rule deny\""),
        "\(refused.output)")
      #expect(
        refused.output.contains("in allow by rule 1003 \"Rule deny\" (policy Policy shop)"),
        "\(refused.output)")

      let applied = await site.run {
        try await $0.apply(source, planFile: nil, approved: true, wait: false)
      }
      #expect(applied.status == .refused, "\(applied.talk)")
      #expect(site.clusterWrites == [])
    }
  }

  @Test("an approved plan that was refused stays refused")
  func refusedPlanFile() async throws {
    try await withSite { site in
      let source = try await tree(site)
      let file = try policyFile(source)
      let text = try String(contentsOfFile: file, encoding: .utf8)
      try text.replacingOccurrences(of: "action: Drop", with: "action: Allow")
        .write(toFile: file, atomically: true, encoding: .utf8)
      let out = "\(site.folder)/plan.json"
      let planned = await site.run {
        try await $0.plan(
          source, clusterObjects: nil, out: out, exitCode: false, verify: .local)
      }
      #expect(planned.status == .refused)
      let applied = await site.run {
        try await $0.apply(DesiredSource(), planFile: out, approved: true, wait: false)
      }
      #expect(applied.status == .refused, "\(applied.talk)")
      #expect(site.clusterWrites == [])
    }
  }

  @Test("labels that differ from NSX's conditions by case are told, and sync commits nothing")
  func byCase() async throws {
    var cluster = TestSite.kubernetes
    cluster.append(TestSite.pod("web-2", "Web", "10.1.0.3"))
    try await withSite(kubernetes: cluster) { site in
      let result = await site.run { try await $0.sync(DesiredSource()) }
      #expect(result.status == .refused, "\(result.output)")
      #expect(result.output.contains("NSX ignores case, labels do not"), "\(result.output)")
      #expect(site.commit == nil)
      #expect(site.clusterWrites == [])

      let sensitive = await plan(site, flags: ["translation.labelCase": "sensitive"])
      #expect(sensitive.status == .success, "\(sensitive.talk)")
      #expect(sensitive.output.contains("proved: "), "\(sensitive.output)")
    }
  }

  @Test("without the right to list pods a plan goes on and says so in one line")
  func forbidden() async throws {
    try await withSite(denials: [.init(verb: "list", group: "", resource: "pods")]) { site in
      let result = await plan(site)
      #expect(result.status == .success, "\(result.talk)")
      #expect(result.output.contains("not proved: pods may not be listed"), "\(result.output)")
      let synced = await site.run { try await $0.sync(DesiredSource()) }
      #expect(synced.status == .success, "\(synced.talk)")
    }
  }

  @Test("what else may not be listed is told, and the rest is judged")
  func partlyForbidden() async throws {
    try await withSite(denials: [.init(verb: "list", group: "networking.k8s.io")]) { site in
      let result = await plan(site)
      #expect(result.output.contains("proved: "), "\(result.output)")
      #expect(result.output.contains("without Kubernetes NetworkPolicies may not be listed"))
    }
  }

  @Test("switched off, nothing but policies is listed")
  func switchedOff() async throws {
    try await withSite { site in
      site.clusterServer.log.clear()
      let result = await plan(site, flags: ["plan.connectivity": "off"])
      #expect(result.status == .success)
      #expect(!result.output.contains("Connectivity"), "\(result.output)")
      #expect(!site.clusterServer.log.all.contains { $0.path.hasPrefix("/api/v1/pods") })
    }
  }

  @Test("objects without pods give a plan without a proof")
  func objectsWithoutPods() async throws {
    try await withSite { site in
      try site.writeList("live.json", [])
      let result = await plan(site, objects: "\(site.folder)/live.json")
      #expect(result.status == .success, "\(result.talk)")
      #expect(result.output.contains("not proved: pods are not in "), "\(result.output)")
      try site.writeList("live.json", TestSite.kubernetes)
      let judged = await plan(site, objects: "\(site.folder)/live.json")
      #expect(judged.output.contains("proved: "), "\(judged.output)")
    }
  }

  @Test("policies of others above ours, and NetworkPolicies below, are told")
  func interference() async throws {
    let foreign: [JSONValue] = [
      [
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "Tier", "metadata": ["name": "first"],
        "spec": ["priority": 5],
      ],
      [
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
        "metadata": ["name": "open"],
        "spec": [
          "tier": "first", "priority": 1,
          "appliedTo": [["podSelector": ["matchLabels": ["app": "db"]]]],
          "ingress": [["name": "everybody", "action": "Allow"]],
        ],
      ],
      TestSite.object(
        "networking.k8s.io/v1", "NetworkPolicy", "shop", "closed",
        ["spec": ["podSelector": [:], "policyTypes": ["Egress"]]]),
    ]
    try await withSite(kubernetes: TestSite.kubernetes + foreign) { site in
      let result = await plan(site)
      #expect(result.status == .success, "\(result.talk)")
      #expect(
        result.output.contains("warning: ClusterNetworkPolicy/open rule \"everybody\" lets "),
        "\(result.output)")
      #expect(result.output.contains("that NSX decides otherwise by rule 1003 \"Rule deny\""))
      #expect(
        result.output.contains("note: NetworkPolicy/shop/closed"), "\(result.output)")
      let list = try #require(try await connectivity(site)["interference"]?.array)
      #expect(list.first?["kind"] == "overrides")
      #expect(list.first?[path: "rule", "object"] == "ClusterNetworkPolicy/open")
      #expect((list.first?["pairs"]?.integer ?? 0) > 0)
      #expect(list.contains { $0["kind"] == "restricts" })
    }
  }

  @Test("what jumped in a policy that was left out is proved to stay out of later rules")
  func skippedJump() async throws {
    func environment(_ id: String, _ sequence: Int64, _ rules: [JSONValue]) -> [JSONValue] {
      TestSite.policy(id, sequence: sequence, rules: rules).map { object in
        guard object["category"] != nil, case .object(var policy) = object else { return object }
        policy["category"] = "Environment"
        return .object(policy)
      }
    }
    var broken = TestSite.rule("broken", 2002, from: "ANY", at: "web").object ?? JSONObject()
    broken["services"] = ["/infra/services/gone"]
    let objects =
      TestSite.estate
      + environment(
        "jumps", 1,
        [
          TestSite.rule("jump", 2001, from: "ANY", at: "db", "JUMP_TO_APPLICATION"),
          .object(broken),
        ])
      + environment("drops", 2, [TestSite.rule("drop", 2003, from: "ANY", at: "db", "DROP")])
    try await withSite(objects: objects) { site in
      let plan = await site.run(["translation.onUnsupported": "skip-policy"]) {
        try await $0.sync(DesiredSource())
      }
      #expect(plan.status == .success, "\(plan.output)\(plan.talk)")
      #expect(plan.output.contains("proved"), "\(plan.output)")
    }
  }

  @Test("policies of an API that is not judged are told by name")
  func notJudged() async throws {
    try await withSite { site in
      let other = TestSite.object(
        "policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", nil, "gate",
        ["spec": ["priority": 1]])
      try site.writeList("live.json", TestSite.kubernetes + [other])
      let result = await plan(site, objects: "\(site.folder)/live.json")
      #expect(result.status == .success, "\(result.talk)")
      #expect(result.output.contains("without AdminNetworkPolicy/gate"), "\(result.output)")
    }
  }
}
