import Documents
import Foundation
import Sandbox
import Testing
import Workflow

@Suite("Validate over HTTPS and from files")
struct ValidateTests {
  /// The estate with a rule that never decides.
  private static let shadowed =
    TestSite.estate
    + TestSite.policy(
      "late", sequence: 30, rules: [TestSite.rule("late", 1020, from: "web", at: "db", "DROP")])

  private static let file = DesiredSource(snapshot: nil)

  @Test("findings of the hygiene are warnings; --fail-on decides about the status")
  func failOn() async throws {
    try await withSite(objects: Self.shadowed) { site in
      let quiet = await site.run { try await $0.validate(Self.file) }
      #expect(quiet.status == .success, "\(quiet.talk)")
      #expect(quiet.output.contains("warning shadowed-rule"), "\(quiet.output)")
      #expect(quiet.output.contains("Findings: 1 warning"), "\(quiet.output)")
      for (threshold, status) in [
        (ValidateOptions.Threshold.error, ToolStatus.success), (.warning, .invalidInput),
        (.info, .invalidInput), (.never, .success),
      ] {
        let result = await site.run {
          try await $0.validate(Self.file, options: ValidateOptions(failOn: threshold))
        }
        #expect(result.status == status, "\(threshold)")
      }
      // The tree is a function of the NSX objects alone.
      _ = await site.run {
        try await $0.render(
          DesiredSource(repository: "\(site.folder)/tree"), commit: false, initialize: false,
          push: false)
      }
      let findings = try String(
        contentsOfFile: "\(site.folder)/tree/clusters/\(TestSite.cluster)/findings.json",
        encoding: .utf8)
      #expect(findings == "[]\n")
      #expect(site.clusterServer.log.all.isEmpty)
    }
  }

  @Test("a finding of some of the clusters names them")
  func clusters() async throws {
    try await withSite { site in
      let plane = TestSite.plane.replacingOccurrences(of: "shop-prod", with: "edge")
      let shop = "/infra/domains/default/security-policies/shop"
      let unused = TestSite.group("unused", [TestSite.pods("shop", "none")])
      let snapshot: JSONValue = [
        "format": "nsx-snapshot/1", "manager": "https://nsx.example.com", "complete": true,
        "memberIPs": ["/infra/domains/default/groups/vms": ["10.7.0.1"]],
        "objects": .array(
          Self.shadowed + [
            unused,
            [
              "resource_type": "ClusterControlPlane", "id": "edge", "path": .string(plane),
              "node_type": "ANTREA_NODE",
            ],
            [
              "resource_type": "SecurityPolicyContainerCluster", "parent_path": .string(shop),
              "path": .string("\(shop)/container-cluster-span/e"),
              "container_cluster_path": .string(plane),
            ],
          ]),
      ]
      try site.write("nsx.json", snapshot.description)
      let result = await site.run(["output": "ndjson"]) {
        try await $0.validate(
          DesiredSource(
            snapshot: "\(site.folder)/nsx.json", clusters: ["edge", TestSite.cluster]))
      }
      let lines = try result.output.split(separator: "\n").map {
        try JSONValue(json: Array($0.utf8))
      }
      #expect(lines.map { $0["code"]?.string } == ["unused-group", "shadowed-rule"])
      #expect(lines[0]["message"]?.string?.contains("in cluster") == false)
      #expect(lines[1]["message"]?.string?.hasSuffix(" (in cluster shop-prod)") == true)
    }
  }

  @Test("--live finds labels that differ by case alone, and reads nothing twice")
  func live() async throws {
    try await withSite { site in
      await site.cluster.edit("pods", namespace: "shop", name: "db-1") { pod in
        var pod = pod
        if case .object(var object) = pod {
          object.update("metadata") { metadata in
            guard case .object(var inner) = metadata else { return }
            inner["labels"] = ["app": "DB"]
            metadata = .object(inner)
          }
          pod = .object(object)
        }
        return pod
      }
      let result = await site.run(["output": "json"]) {
        try await $0.validate(Self.file, options: ValidateOptions(isLive: true))
      }
      #expect(result.status == .invalidInput)
      let document = try JSONValue(json: Array(result.output.utf8))
      let found = try #require(
        document["findings"]?.array?.first { $0["code"] == "label-case" })
      #expect(found["path"] == "/infra/domains/default/groups/db")
      #expect(
        found["message"]?.string?.contains(
          "NSX matches 1 pod labelled app=DB, the selector does not: shop/db-1"
        )
          == true, "\(found)")
      let paths = site.clusterServer.log.all.map(\.path)
      #expect(paths.count == 4, "\(paths)")
    }
  }

  @Test("--cluster-objects takes pods and definitions from a file")
  func objects() async throws {
    try await withSite { site in
      let definition: JSONValue = [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": ["name": "clusternetworkpolicies.crd.antrea.io"],
        "spec": [
          "group": "crd.antrea.io", "names": ["kind": "ClusterNetworkPolicy"],
          "versions": [
            [
              "name": "v1beta1", "served": true,
              "schema": [
                "openAPIV3Schema": [
                  "type": "object",
                  "properties": ["spec": ["type": "object", "properties": ["tier": [:]]]],
                ]
              ],
            ]
          ],
        ],
      ]
      let list: JSONValue = [
        "apiVersion": "v1", "kind": "List",
        "items": .array(TestSite.kubernetes + [definition]),
      ]
      try site.write("objects.json", list.description)
      let options = ValidateOptions(clusterObjects: "\(site.folder)/objects.json")
      let result = await site.run { try await $0.validate(Self.file, options: options) }
      #expect(result.status == .invalidInput)
      #expect(
        result.output.contains("uses spec.ingress; the cluster"), "\(result.output)")
      #expect(site.clusterServer.log.all.isEmpty)
      // `plan` refuses the same.
      let plan = await site.run {
        try await $0.plan(
          DesiredSource(), clusterObjects: "\(site.folder)/objects.json", out: nil,
          exitCode: false, verify: .local)
      }
      #expect(plan.status == .refused)
      #expect(plan.talk.contains("uses spec.ingress"), "\(plan.talk)")
      let both = await site.run {
        try await $0.validate(
          Self.file, options: ValidateOptions(clusterObjects: "x", isLive: true))
      }
      #expect(both.status == .usage)
    }
  }

  @Test("SARIF points at the rendered rule")
  func sarif() async throws {
    try await withSite(objects: Self.shadowed) { site in
      let result = await site.run(["output": "json"]) {
        try await $0.validate(Self.file, options: ValidateOptions(isSARIF: true))
      }
      #expect(result.status == .success)
      let run = try #require(
        try JSONValue(json: Array(result.output.utf8))["runs"]?.array?.first)
      let found = try #require(run["results"]?.array?.first)
      #expect(found["ruleId"] == "shadowed-rule")
      let place = try #require(found["locations"]?.array?.first?["physicalLocation"])
      _ = await site.run {
        try await $0.render(
          DesiredSource(repository: "\(site.folder)/tree"), commit: false, initialize: false,
          push: false)
      }
      let file = try #require(place[path: "artifactLocation", "uri"]?.string)
      let lines = try String(contentsOfFile: "\(site.folder)/tree/\(file)", encoding: .utf8)
        .split(separator: "\n", omittingEmptySubsequences: false)
      let line = try #require(place[path: "region", "startLine"]?.integer)
      #expect(lines[Int(line) - 1].hasSuffix("name: late-1020"))
      let inner = await site.run(["output": "json", "repository.folder": "deploy"]) {
        try await $0.validate(Self.file, options: ValidateOptions(isSARIF: true))
      }
      #expect(inner.output.contains("\"deploy/\(file)\""), "\(inner.output)")
    }
  }

  private static var oldAntrea: KubernetesOptions {
    var options = KubernetesOptions()
    options.missingFields = [
      "clusternetworkpolicies.crd.antrea.io": ["spec.ingress[].from[].group"]
    ]
    return options
  }

  @Test("what the cluster's Antrea would drop is refused before anything is written")
  func pruned() async throws {
    try await withSite(options: Self.oldAntrea) { site in
      let validated = await site.run {
        try await $0.validate(Self.file, options: ValidateOptions(isLive: true))
      }
      #expect(validated.status == .invalidInput)
      #expect(
        validated.output.contains("uses spec.ingress[].from[].group; the cluster (Antrea v2.4.1)"),
        "\(validated.output)")
      let synced = await site.run { try await $0.sync(DesiredSource()) }
      #expect(synced.status == .refused, "\(synced.talk)")
      #expect(synced.talk.contains("spec.ingress[].from[].group"), "\(synced.talk)")
      #expect(site.commit == nil)
      #expect(site.clusterWrites == [])
    }
  }

  @Test("a plan that was approved elsewhere is held against the schema as well")
  func approved() async throws {
    try await withSite { site in
      let plan = "\(site.folder)/plan.json"
      let planned = await site.run {
        try await $0.plan(
          DesiredSource(), clusterObjects: nil, out: plan, exitCode: false, verify: .local)
      }
      #expect(planned.status == .success, "\(planned.talk)")
      let text = try String(contentsOfFile: plan, encoding: .utf8)
      try await withSite(options: Self.oldAntrea) { old in
        let document = try JSONValue(json: Array(text.utf8))
        // The other site's cluster has another UID, which is checked first.
        #expect(document["clusters"]?.array?.first?[path: "plan", "bindings", "clusterUID"] == nil)
        try old.write("plan.json", text)
        let applied = await old.run {
          try await $0.apply(
            DesiredSource(), planFile: "\(old.folder)/plan.json", approved: true, wait: false)
        }
        #expect(applied.status == .refused, "\(applied.talk)")
        #expect(applied.talk.contains("spec.ingress[].from[].group"), "\(applied.talk)")
        #expect(old.clusterWrites == [])
      }
    }
  }

  @Test(
    "where schemas cannot be read, strict validation has to do; a server without it is refused",
    arguments: [("v1.32.4", ToolStatus.success), ("v1.24.9", .refused)])
  func unreadable(version: String, status: ToolStatus) async throws {
    var options = KubernetesOptions()
    options.servesOpenAPI = false
    options.denials = [.init(group: "apiextensions.k8s.io")]
    options.kubernetesVersion = version
    try await withSite(options: options) { site in
      let plan = await site.run {
        try await $0.plan(
          DesiredSource(), clusterObjects: nil, out: nil, exitCode: false, verify: .local)
      }
      #expect(plan.status == status, "\(plan.talk)")
      #expect(plan.talk.contains("CustomResourceDefinitions"), "\(plan.talk)")
    }
  }
}
