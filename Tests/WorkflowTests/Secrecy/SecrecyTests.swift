import Documents
import Foundation
import Sandbox
import Testing
import Workflow

/// No password, token or key is in anything that the tool prints or writes, at the
/// most verbose level (law 9).
///
/// Every test site searches all its output and files at its end, and every tool
/// that runs as a process its arguments; so this is about the whole suite. Here is
/// what no other test prints, and that the search finds something.
@Suite("No credential in any output")
struct SecrecyTests {
  @Test("the search finds what leaks")
  func finds() async throws {
    let header = "Authorization: Bearer test-token"
    #expect(Secrets.leaks(in: "a\n\(header)\nb") == [header])
    #expect(Secrets.leaks(in: "GET https://admin:\(TestSite.password)@nsx/").count == 1)
    #expect(Secrets.leaks(in: "Basic YWRtaW46U2FuZGJveCEyMDI2").count == 1)
    #expect(Secrets.leaks(in: "a token, a password and a private key are missing").isEmpty)
    try await withTemporaryFolder { folder in
      try "x test-token y".write(
        toFile: "\(folder)/plan.json", atomically: true, encoding: .utf8)
      #expect(try Secrets.leaks(below: folder, except: []).count == 1)
      #expect(try Secrets.leaks(below: folder, except: ["plan.json"]).isEmpty)
    }
  }

  @Test("a site keeps every line, also those that tests do not see")
  func keeps() async throws {
    try await withSite { site in
      let run = await site.run { try await $0.sync(DesiredSource()) }
      #expect(run.status == .success)
      let text = site.test.transcript
      // Requests to both servers are traced, with the login.
      #expect(text.contains("/api/session/create"), "\(text.prefix(2000))")
      #expect(text.contains("/apis/crd.antrea.io/v1beta1/clustergroups"))
      #expect(!run.talk.contains("/api/session/create"))
    }
  }

  @Test("all commands, as text and as JSON, right and wrong", arguments: ["text", "json"])
  func commands(format: String) async throws {
    try await withSite { site in
      let flags = ["output": format == "json" ? "json" : "text", "logFormat": format]
      let plan = "\(site.folder)/plan.json"
      func run(
        _ more: [String: String] = [:], _ body: @escaping @Sendable (Run) async throws -> ToolStatus
      ) async { _ = await site.run(flags.merging(more) { $1 }, body) }

      await run { try await $0.pull(to: "\(site.folder)/snapshot.json") }
      await run {
        try await $0.render(DesiredSource(), commit: true, initialize: true, push: false)
      }
      await run {
        try await $0.plan(
          DesiredSource(), clusterObjects: nil, out: plan, exitCode: true, verify: .server)
      }
      await run {
        try await $0.apply(DesiredSource(), planFile: plan, approved: true, wait: true)
      }
      await run { try await $0.sync(DesiredSource()) }
      await run {
        try await $0.diff(
          DesiredSource(), againstRepository: false, clusterObjects: nil, exitCode: true)
      }
      await run { try await $0.validate(DesiredSource(), options: .init(isLive: true)) }
      await run { try await $0.status(StatusQuestion(DesiredSource())) }
      await run { try await $0.doctor(clusters: []) }
      // What is refused may be told with what was sent.
      for status in [401, 403, 500] {
        site.managerServer.faults.set([
          .init(count: nil, response: .json(status, ["error_message": "no"]))
        ])
        await run { try await $0.pull(to: "\(site.folder)/snapshot.json") }
        site.managerServer.faults.set([])
        site.clusterServer.faults.set([
          .init(count: nil, response: .json(status, ["kind": "Status", "code": 1]))
        ])
        await run(["kubernetes.requestTimeout": "2s"]) { try await $0.sync(DesiredSource()) }
        site.clusterServer.faults.set([])
      }
      await run(["nsx.caFile": ""]) { try await $0.sync(DesiredSource()) }
      await run(["nsx.managers": "https://admin:\(TestSite.password)@127.0.0.1:9"]) {
        try await $0.pull(to: "\(site.folder)/snapshot.json")
      }
      let lines = site.test.transcript.split(separator: "\n").count
      #expect(lines > 200, "\(lines)")
    }
  }
}
