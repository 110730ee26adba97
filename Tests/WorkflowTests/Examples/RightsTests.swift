import Documents
import Foundation
import Sandbox
import Testing
import Workflow

@Suite("The rights of examples/rbac.yaml")
struct RightsTests {
  /// The role that is not the tool's.
  private static let antreas = "nsx-antrea-support-bundle-secret"

  /// What runs of one kind asked for.
  private struct Asked {
    var reading: Set<AccessRequest> = []
    var writing: Set<AccessRequest> = []
    var inventory: Set<AccessRequest> = []
    var troubleshooting: Set<AccessRequest> = []
    var tracing: Set<AccessRequest> = []
  }

  private func requests(_ site: TestSite) -> Set<AccessRequest> {
    defer { site.clusterServer.log.clear() }
    // Without the right to make a group, doctor goes without the webhooks' answer.
    return Set(
      site.clusterServer.log.all.filter {
        !($0.method == "POST" && $0.query.contains("dryRun=All"))
      }.flatMap(AccessRequest.of))
  }

  /// Commands that write nothing.
  private func read(_ site: TestSite) async throws -> Set<AccessRequest> {
    site.clusterServer.log.clear()
    _ = await site.run {
      try await $0.plan(
        DesiredSource(), clusterObjects: nil, out: nil, exitCode: false, verify: .local)
    }
    _ = await site.run { try await $0.status(StatusQuestion(DesiredSource())) }
    _ = await site.run {
      try await $0.diff(
        DesiredSource(), againstRepository: false, clusterObjects: nil, exitCode: false)
    }
    _ = await site.run {
      try await $0.reach(
        ReachQuestion(port: "5432", matrix: .namespaces), source: DesiredSource())
    }
    _ = await site.run { try await $0.health(HealthQuestion()) }
    return requests(site)
  }

  /// A site whose every kind of object is created, updated, taken over and deleted.
  private func ordinary() async throws -> Asked {
    var asked = Asked()
    var options = KubernetesOptions()
    options.bundles.collectsBundles = true
    try await withSite(kubernetes: BundleTests.objects, options: options) { site in
      let first = await site.run { try await $0.sync(DesiredSource()) }
      #expect(first.status == .success, "\(first.talk)")
      asked.writing.formUnion(requests(site))
      asked.reading.formUnion(try await read(site))
      _ = await site.run { try await $0.doctor(clusters: []) }
      _ = await site.run { try await $0.logs(LogsQuestion(DesiredSource())) }
      var audit = LogsQuestion(DesiredSource())
      audit.audit = true
      let lines = audit
      _ = await site.run { try await $0.logs(lines) }
      for flags in [[:], BundleTests.fileServer] {
        var bundle = BundleQuestion(DesiredSource())
        bundle.out = "\(site.folder)/bundle.tar.gz"
        let question = bundle
        _ = await site.run(flags, environment: BundleTests.password) {
          try await $0.supportBundle(question)
        }
        await site.cluster.edit("configmaps", namespace: "kube-system", name: "antrea-config") {
          BundleTests.collecting($0)
        }
      }
      asked.troubleshooting = requests(site)
      // Others add fields to everything that is ours, which only a replacement
      // takes away, and write to it in the middle of a run.
      for kind in ["tiers", "clustergroups", "clusternetworkpolicies"] {
        for object in await site.cluster.objects("\(kind).crd.antrea.io") {
          guard object[path: "metadata", "labels", "nsx-antrea.io/owner"] != nil,
            let name = object[path: "metadata", "name"]?.string
          else { continue }
          await site.cluster.edit("\(kind).crd.antrea.io", name: name) { Self.extended($0) }
        }
      }
      site.clusterServer.faults.add(
        FaultScript.Rule(method: "PATCH", pathPrefix: "/apis/crd.antrea.io/v1beta1/tiers/") {
          await site.cluster.edit("tiers.crd.antrea.io", name: "nsx-application") { tier in
            var object = tier.object ?? JSONObject()
            object.update("metadata") { value in
              var metadata = value.object ?? JSONObject()
              var annotations = metadata["annotations"]?.object ?? JSONObject()
              annotations["theirs"] = "now"
              metadata["annotations"] = .object(annotations)
              value = .object(metadata)
            }
            return .object(object)
          }
        })
      let taken = await site.run(["apply.forceConflicts": "true"]) {
        try await $0.sync(DesiredSource())
      }
      #expect(taken.status == .success, "\(taken.output) \(taken.talk)")
      // Another category has a tier of its own, which goes with its last policy.
      let urgent = TestSite.policy(
        "urgent", sequence: 5, rules: [TestSite.rule("ops", 1020, from: "ops", at: "web")]
      ).map { object -> JSONValue in
        guard object["category"] != nil, var policy = object.object else { return object }
        policy["category"] = "Emergency"
        return .object(policy)
      }
      await site.manager.put(urgent)
      _ = await site.run { try await $0.sync(DesiredSource()) }
      await site.manager.delete("/infra/domains/default/security-policies/urgent")
      _ = await site.run { try await $0.sync(DesiredSource()) }
      await site.manager.delete("/infra/domains/default/security-policies/operators")
      _ = await site.run { try await $0.sync(DesiredSource()) }
      asked.writing.formUnion(requests(site))
      _ = await site.run(["inventory.takeOwnership": "true"]) {
        try await $0.report(ReportRequest(Set(ReportPart.allCases)))
      }
      asked.inventory = requests(site)
    }
    return asked
  }

  /// An object with a field that is not ours.
  private static func extended(_ object: JSONValue) -> JSONValue? {
    guard var result = object.object else { return object }
    result.update("spec") { value in
      guard var spec = value.object else { return }
      switch object["kind"]?.string {
      case "Tier": spec["description"] = "theirs"
      case "ClusterGroup": spec["externalEntitySelector"] = ["matchLabels": ["a": "b"]]
      default: spec["egress"] = [["name": "theirs", "action": "Drop"]]
      }
      value = .object(spec)
    }
    return .object(result)
  }

  /// A cluster without OpenAPI and with an older Antrea, and policies that need a
  /// feature gate.
  private func old() async throws -> Set<AccessRequest> {
    var options = KubernetesOptions()
    options.servesOpenAPI = false
    return try await withSite(options: options) { site in
      let tree = "\(site.folder)/tree"
      _ = await site.run {
        try await $0.render(
          DesiredSource(repository: tree), commit: false, initialize: false, push: false)
      }
      let folder = "\(tree)/clusters/\(TestSite.cluster)/policies/application"
      for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
        let path = "\(folder)/\(file)"
        let text = try String(contentsOfFile: path, encoding: .utf8)
          .replacingOccurrences(
            of: "  - action: Allow\n", with: "  - action: Allow\n    l7Protocols:\n    - http: {}\n"
          )
        try text.write(toFile: path, atomically: true, encoding: .utf8)
      }
      site.clusterServer.log.clear()
      _ = await site.run {
        try await $0.plan(
          DesiredSource(repository: tree), clusterObjects: nil, out: nil, exitCode: false,
          verify: .local)
      }
      return requests(site)
    }
  }

  /// Traces with and without a result.
  private func traces() async throws -> Set<AccessRequest> {
    var asked: Set<AccessRequest> = []
    for behaviour in [TraceflowBehaviour.normal, .idle, .silent] {
      var options = KubernetesOptions()
      options.traceflows = behaviour
      try await withTraceSite(options: options) { site in
        site.clusterServer.log.clear()
        _ = await site.trace(TraceQuestion(from: "web-1", to: "db-1", timeout: 1))
        asked.formUnion(requests(site))
      }
    }
    return asked
  }

  /// A cluster with policies of its own, which are counted when asked for.
  private func counting() async throws -> Set<AccessRequest> {
    let policies = [
      TestSite.object(
        "networking.k8s.io/v1", "NetworkPolicy", "shop", "own",
        ["spec": ["podSelector": [:], "policyTypes": ["Ingress"]]]),
      TestSite.object(
        "crd.antrea.io/v1beta1", "NetworkPolicy", "shop", "own",
        ["spec": ["priority": 5, "appliedTo": [["podSelector": [:]]]]]),
    ]
    return try await withSite(kubernetes: TestSite.kubernetes + policies) { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      site.clusterServer.log.clear()
      let result = await site.run { try await $0.statistics(StatisticsQuestion(all: true)) }
      #expect(result.status == .success, "\(result.talk)")
      return requests(site)
    }
  }

  @Test("are what runs ask for, no more and no less, role by role")
  func exact() async throws {
    let rights = try Right.read("rbac.yaml") + Right.read("rbac-troubleshoot.yaml")
    func of(_ roles: String...) -> [Right] { rights.filter { roles.contains($0.role) } }
    var asked = try await ordinary()
    asked.reading.formUnion(try await old())
    asked.tracing = try await traces()
    asked.reading.formUnion(try await counting())
    func check(_ requests: Set<AccessRequest>, _ rights: [Right], _ what: String) {
      for request in requests where !rights.contains(where: { $0.allows(request) }) {
        Issue.record("\(what) needs \(request), and has no right to it")
      }
    }
    check(asked.reading, of("nsx-antrea-read"), "reading")
    check(
      asked.writing, of("nsx-antrea-read", "nsx-antrea-apply", "nsx-antrea-lock"), "writing")
    check(asked.inventory, of("nsx-antrea-read", "nsx-antrea-inventory"), "the inventory")
    check(
      asked.troubleshooting.union(asked.tracing),
      of("nsx-antrea-read", "nsx-antrea-troubleshoot", "nsx-antrea-audit-logs"),
      "troubleshooting")
    let all = asked.reading.union(asked.writing).union(asked.inventory)
      .union(asked.troubleshooting).union(asked.tracing)
    // Listed only where the cluster has them, which the sandbox has not.
    let rare = "policy.networking.k8s.io"
    for right in rights where !all.contains(where: right.allows) {
      if "\(right)".contains(rare) || right.role == Self.antreas { continue }
      Issue.record("\(right): nothing needs it")
    }
  }

  @Test("are what doctor asks about, right by right")
  func reviewed() throws {
    let settings = try Settings(
      document: ["inventory": ["enabled": true]], file: "test", environment: [:], flags: [:])
    let reviewed = Set(NeededRight.all(settings, antreaNamespace: "kube-system"))
    for file in ["rbac.yaml", "rbac-troubleshoot.yaml"] {
      let rights = try Right.read(file)
      for right in rights
      where !"\(right)".contains("policy.networking.k8s.io") && right.role != Self.antreas {
        #expect(
          reviewed.contains { $0.file == file && right.allows(AccessRequest($0)) },
          "doctor does not ask about \(right)")
      }
      for need in reviewed where need.file == file {
        #expect(
          rights.contains { $0.role == need.role && $0.allows(AccessRequest(need)) },
          "no role of \(file) has \(need.text)")
      }
    }
  }

  @Test("are bound to accounts", arguments: ["rbac.yaml", "rbac-troubleshoot.yaml"])
  func bound(file: String) throws {
    let documents = try examples(file)
    func names(_ kind: String, _ documents: [JSONValue]) -> Set<String> {
      Set(
        documents.filter { $0["kind"]?.string == kind }
          .compactMap { $0[path: "metadata", "name"]?.string })
    }
    var bound: Set<String> = []
    for kind in ["Role", "ClusterRole"] {
      let bindings = documents.filter { $0[path: "roleRef", "kind"]?.string == kind }
      let roles = Set(bindings.compactMap { $0[path: "roleRef", "name"]?.string })
      #expect(roles.isSuperset(of: names(kind, documents)))
      #expect(roles.isSubset(of: names(kind, documents + (try examples("rbac.yaml")))))
      for binding in bindings {
        #expect(binding["kind"]?.string == "\(kind)Binding")
        let subject = binding["subjects"]?.array?.first?["name"]?.string ?? ""
        let isAntreas = binding[path: "roleRef", "name"]?.string == Self.antreas
        #expect(
          isAntreas
            ? subject == "antrea-controller"
            : names("ServiceAccount", documents).contains(subject))
        let name = "\(kind)/\(binding[path: "metadata", "name"]?.string ?? "")"
        #expect(bound.insert(name).inserted, "\(name) is there twice")
      }
    }
  }

  @Test("let antrea-controller read the credentials that agents upload with, and no more")
  func uploading() throws {
    let rights = try Right.read("rbac-troubleshoot.yaml").filter { $0.role == Self.antreas }
    #expect(
      rights == [
        Right(
          role: Self.antreas, namespace: "kube-system", verb: "get", group: "",
          resource: "secrets", name: "nsx-antrea-support-bundle")
      ])
  }

  @Test("are the rights of the account that the jobs run as")
  func jobs() throws {
    let accounts = try examples("rbac.yaml").filter { $0["kind"] == "ServiceAccount" }
    let job = try #require(try examples("cronjob.yaml").first)
    let pod = job[path: "spec", "jobTemplate", "spec", "template", "spec"]
    #expect(
      accounts.contains { $0[path: "metadata", "name"] == pod?["serviceAccountName"] })
  }
}
