import Documents
import Foundation
import Sandbox
import Testing
import Workflow

@Suite("Bad input gives one clear error and changes nothing")
struct BadInputTests {
  /// A sync that must fail with a status and words, and leave no trace.
  private func expectFailure(
    _ site: TestSite, _ status: ToolStatus, _ words: String, flags: [String: String] = [:],
    environment: [String: String] = [:], source: DesiredSource = DesiredSource()
  ) async throws {
    let result = await site.run(flags, environment: environment) { try await $0.sync(source) }
    #expect(result.status == status, "\(result.talk)")
    #expect(result.talk.contains(words), "\(result.talk)")
    #expect(!result.talk.contains(TestSite.password))
    #expect(site.commit == nil)
    #expect(site.clusterWrites == [])
  }

  @Test("wrong password: 77, one login")
  func wrongPassword() async throws {
    try await withSite { site in
      try await expectFailure(
        site, .permissionDenied, "hint", environment: ["NSX_ANTREA_NSX_PASSWORD": "wrong"])
      #expect(site.managerServer.log.count("POST", prefix: "/api/session/create") == 1)
    }
  }

  @Test("expired certificate: 69")
  func expired() async throws {
    try await withSite(expiredCertificate: true) { site in
      try await expectFailure(site, .unreachable, "certificate")
    }
  }

  @Test("a pinned thumbprint that is another's: 69; the right one works")
  func pin() async throws {
    try await withSite { site in
      try await expectFailure(
        site, .unreachable, "hint", flags: ["nsx.thumbprints": String(repeating: "ab", count: 32)])
      let right = await site.run(
        ["nsx.thumbprints": site.managerServer.identity.sha256, "nsx.caFile": ""]
      ) { try await $0.doctor(clusters: []) }
      // The run with the wrong one is the last that there was, and counts.
      #expect(right.output.contains("ok       nsx-rights"), "\(right.output)")
    }
  }

  @Test(
    "NSX goes down in mid-read: 69",
    arguments: [SandboxResponse.Fault.closeBeforeAnswer, .truncateBody(after: 20), .garbage])
  func midRead(fault: SandboxResponse.Fault) async throws {
    try await withSite { site in
      site.managerServer.faults.set([
        FaultScript.Rule(
          method: "GET", pathPrefix: "/policy/api/v1/infra/domains/default/groups", count: nil,
          fault: fault)
      ])
      try await expectFailure(site, .unreachable, "error", flags: ["nsx.requestTimeout": "3s"])
    }
  }

  @Test(
    "half a JSON page and an HTML page: 69, never an empty list",
    arguments: [#"{"results":[{"id":"web""#, "<html>maintenance</html>"])
  func halfPage(body: String) async throws {
    try await withSite { site in
      let page = SandboxResponse(
        status: 200, headers: [(name: "Content-Type", value: "application/json")],
        body: Array(body.utf8))
      site.managerServer.faults.set([
        FaultScript.Rule(
          method: "GET", pathPrefix: "/policy/api/v1/infra/services", count: nil, response: page)
      ])
      try await expectFailure(site, .unreachable, "error")
    }
  }

  @Test("a snapshot that is not complete: 65")
  func incomplete() async throws {
    try await withSite { site in
      let document: JSONValue = [
        "format": "nsx-snapshot/1", "manager": "https://nsx", "complete": false,
        "objects": .array(TestSite.estate), "memberIPs": [:],
      ]
      try site.write("incomplete.json", "\(document)")
      try await expectFailure(
        site, .invalidInput, "not read whole",
        source: DesiredSource(snapshot: "\(site.folder)/incomplete.json"))
    }
  }

  @Test("a repository that is not one: 65; an unknown cluster and an unreadable configuration: 64")
  func repositoryAndConfiguration() async throws {
    try await withSite { site in
      try site.write("plain.txt", "x")
      let folder = site.folder
      let notOne = await site.run {
        try await $0.render(
          DesiredSource(repository: folder), commit: true, initialize: false, push: false)
      }
      #expect(notOne.status == .invalidInput, "\(notOne.talk)")
      #expect(notOne.talk.contains("--init"))
      let unknown = await site.run { try await $0.sync(DesiredSource(clusters: ["nope"])) }
      #expect(unknown.status == .usage, "\(unknown.talk)")
      try site.write("nsx-antrea.yaml", "nsx: [")
      let broken = await site.run { try await $0.sync(DesiredSource()) }
      #expect(broken.status == .usage, "\(broken.talk)")
      #expect(broken.talk.contains("nsx-antrea.yaml"))
    }
  }

  @Test("a place that cannot be written: an error that names it, and no half tree")
  func readOnly() async throws {
    try await withSite { site in
      let result = await site.run {
        try await $0.render(
          DesiredSource(repository: "/proc/nsx-antrea"), commit: false, initialize: false,
          push: false)
      }
      #expect(
        result.status != .success && result.talk.contains("/proc/nsx-antrea"), "\(result.talk)")
      let commit = await site.run {
        try await $0.render(
          DesiredSource(repository: "/proc/nsx-antrea"), commit: true, initialize: true, push: false
        )
      }
      #expect(
        commit.status != .success && commit.talk.contains("/proc/nsx-antrea"), "\(commit.talk)")
    }
  }

  @Test("a rule that cannot be translated stops the sync: 65, with its finding")
  func unsupported() async throws {
    var rule = TestSite.rule("scheduled", 1020, from: "web", at: "db").object ?? JSONObject()
    rule["action"] = "JUMP_TO_APPLICATION"
    let objects = TestSite.estate + TestSite.policy("jump", sequence: 30, rules: [.object(rule)])
    try await withSite(objects: objects) { site in
      try await expectFailure(site, .invalidInput, "error: ")
    }
  }

  @Test("an unreachable cluster: 69, and the others are told")
  func clusterDown() async throws {
    try await withSite { site in
      await site.clusterServer.stop()
      let result = await site.run { try await $0.sync(DesiredSource()) }
      #expect([.unreachable, .partial].contains(result.status), "\(result.talk)")
    }
  }

  @Test("a plan with refused rules is shown, and refused by apply: 65")
  func planOfRefused() async throws {
    var rule = TestSite.rule("jump", 1020, from: "web", at: "db").object ?? JSONObject()
    rule["action"] = "JUMP_TO_APPLICATION"
    let objects = TestSite.estate + TestSite.policy("jump", sequence: 30, rules: [.object(rule)])
    try await withSite(objects: objects) { site in
      let out = "\(site.folder)/plan.json"
      let plan = await site.run {
        try await $0.plan(
          DesiredSource(), clusterObjects: nil, out: out, exitCode: false, verify: .local)
      }
      #expect(plan.status == .invalidInput, "\(plan.talk)")
      let applied = await site.run {
        try await $0.apply(DesiredSource(), planFile: out, approved: true, wait: false)
      }
      #expect(applied.status == .invalidInput, "\(applied.talk)")
      #expect(site.clusterWrites == [])
    }
  }
}
