import Documents
import Foundation
import GitRepository
import Testing
import Workflow

@Suite("doctor")
struct DoctorTests {
  /// One result in JSON.
  private struct Found {
    var check: String
    var state: String
    var message: String
    var hint: String?

    init(_ value: JSONValue) {
      check = value["check"]?.string ?? ""
      state = value["state"]?.string ?? ""
      message = value["message"]?.string ?? ""
      hint = value["hint"]?.string
    }
  }

  private static let order = ["ok", "skipped", "warning", "failed"]

  private func look(
    _ scenario: DoctorScenario
  ) async throws -> (status: ToolStatus, found: [Found], output: String) {
    try await withSite(
      kubernetes: scenario.kubernetes, denials: scenario.denials, options: scenario.options,
      servers: scenario.servers
    ) { site in
      try await scenario.prepare(site)
      var flags = scenario.flags
      flags["output"] = "json"
      flags["nsx.requestTimeout"] = "5s"
      flags["kubernetes.requestTimeout"] = "5s"
      let result = await site.run(flags, environment: scenario.environment) {
        try await $0.doctor(clusters: [], maxAge: scenario.maxAge)
      }
      let document = try JSONValue(json: result.output)
      return (result.status, (document["checks"]?.array ?? []).map(Found.init), result.output)
    }
  }

  @Test("finds nothing at a healthy site, and makes every check")
  func healthy() async throws {
    let result = try await look(
      DoctorScenario("ok").after { try await DoctorScenario.sync($0) })
    #expect(result.status == .success)
    for found in result.found where !["repository-read", "repository-push"].contains(found.check) {
      #expect(found.state == "ok", "\(found.check): \(found.message)")
    }
    #expect(Set(result.found.map(\.check)) == Set(DoctorCheck.allCases.map(\.rawValue)))
  }

  @Test("every check fails for the right reason, and no other one", arguments: DoctorCheck.allCases)
  func fails(_ check: DoctorCheck) async throws {
    let scenarios = DoctorScenario.of(check)
    #expect(!scenarios.isEmpty, "nothing makes \(check.rawValue) fail")
    for scenario in scenarios {
      let result = try await look(scenario)
      let own = result.found.filter { $0.check == check.rawValue }
      let worst = own.map(\.state).max {
        (Self.order.firstIndex(of: $0) ?? 0) < (Self.order.firstIndex(of: $1) ?? 0)
      }
      #expect(worst == scenario.state, "\(scenario.words): \(own)")
      let told = own.filter { $0.state == scenario.state }
      for word in scenario.words {
        #expect(told.contains { $0.message.contains(word) }, "\(word): \(told)")
      }
      #expect(scenario.state == "ok" || told.allSatisfy { $0.hint != nil }, "no way out: \(told)")
      let expected = Set((scenario.along + [check]).map(\.rawValue))
      for found in result.found where found.state == "failed" {
        #expect(expected.contains(found.check), "\(found) fails along with \(check)")
      }
      #expect((result.status == .success) == !result.found.contains { $0.state == "failed" })
    }
  }

  @Test("warnings count with --strict")
  func strict() async throws {
    try await withSite(kubernetes: DoctorScenario.healthyKubernetes()) { site in
      for (strict, status) in [(false, ToolStatus.success), (true, .failed)] {
        let result = await site.run(environment: ["NSX_ANTREA_TYPO": "1"]) {
          try await $0.doctor(clusters: [], strict: strict)
        }
        #expect(result.status == status, "\(result.output)")
      }
    }
  }

  @Test("a missing right is told with the rule that grants it")
  func missingRight() async throws {
    let result = try await look(
      DoctorScenario("warning") {
        $0.denials = [.init(verb: "patch", resource: "clusternetworkpolicies")]
      })
    let hint = result.found.first { $0.check == "cluster-rights" }?.hint ?? ""
    #expect(
      hint.contains(
        "{apiGroups: [crd.antrea.io], resources: [clusternetworkpolicies], verbs: [patch]}"))
    #expect(hint.contains("nsx-antrea-apply of examples/rbac.yaml"))
  }

  @Test("for people, checks that were not made for one reason are one line")
  func merged() async throws {
    try await withSite(kubernetes: DoctorScenario.healthyKubernetes()) { site in
      await site.clusterServer.stop()
      let result = await site.run(["kubernetes.requestTimeout": "2s"]) {
        try await $0.doctor(clusters: [])
      }
      #expect(result.status == .unreachable, "\(result.talk)")
      let lines = result.output.split(separator: "\n").filter {
        $0.contains("the cluster does not answer us")
      }
      #expect(lines.count == 1 && lines[0].contains("skipped  16 checks"), "\(lines)")
    }
  }

  @Test("a tier's priority that is taken is told with those that are free")
  func freePriorities() async throws {
    let result = try await look(
      DoctorScenario("failed") {
        $0.kubernetes.append(
          TestSite.object(
            "crd.antrea.io/v1beta1", "Tier", nil, "theirs",
            ["spec": ["priority": 14, "description": ""]]))
      })
    let hint = result.found.first { $0.check == "tiers" }?.hint ?? ""
    #expect(hint.contains("to a free one: 5 to 13, 15 to 49"), "\(hint)")
  }

  @Test("a push that could not be tried is none that is granted")
  func untriedPush() async throws {
    try await withSite(kubernetes: DoctorScenario.healthyKubernetes()) { site in
      for name in ["remote.git", "policies.git"] {
        _ = try GitRepository.initialize(at: "\(site.folder)/\(name)", bare: true)
      }
      let flags = ["repository.remote": "\(site.folder)/remote.git", "output": "json"]
      let result = await site.run(flags) { try await $0.doctor(clusters: []) }
      let checks = try JSONValue(json: result.output)["checks"]?.array ?? []
      let push = checks.first { $0["check"] == "repository-push" }
      #expect(push?["state"] == "skipped", "\(push ?? .null)")
      #expect(push?["message"]?.string?.contains("before there is a commit") == true)
    }
  }

  @Test("a part that could not be looked at is never a part of what is well")
  func unseen() async throws {
    // Of each right to read, what doctor says without it.
    let rights: [(verb: String, resource: String, checks: Set<String>)] = [
      ("list", "antreaagentinfos", ["antrea-agents", "antrea-version"]),
      (
        "get", "antreacontrollerinfos", ["antrea-controller", "antrea-version", "antrea-agents"]
      ),
      ("get", "configmaps", ["antrea-gates", "last-run"]),
      ("get", "customresourcedefinitions", ["antrea-definitions"]),
      ("list", "validatingwebhookconfigurations", ["antrea-webhooks"]),
      ("get", "endpoints", ["antrea-webhooks"]),
      ("list", "clusternetworkpolicies", ["tiers", "field-managers", "lease", "leftovers"]),
      ("get", "leases", ["lease"]), ("list", "traceflows", ["leftovers"]),
      ("list", "supportbundlecollections", ["leftovers"]), ("get", "secrets", ["leftovers"]),
      ("list", "pods", ["vendor-adapter"]), ("list", "nodes", ["antrea-agents"]),
    ]
    for right in rights {
      let result = try await look(
        DoctorScenario("skipped") {
          $0.denials = [.init(verb: right.verb, resource: right.resource)]
        })
      for check in right.checks {
        let own = result.found.filter { $0.check == check }
        #expect(
          own.contains { $0.state != "ok" },
          "\(check) without \(right.verb) \(right.resource): \(own)")
      }
    }
  }

  @Test("no credential is shown, whatever fails")
  func secrets() async throws {
    let result = try await look(
      DoctorScenario("failed") { $0.environment = ["NSX_ANTREA_NSX_PASSWORD": "hunter2-wrong"] })
    #expect(!result.output.contains("hunter2"))
    #expect(!result.output.contains("test-token"))
  }
}
