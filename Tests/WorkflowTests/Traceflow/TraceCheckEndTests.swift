import Documents
import Foundation
import Glibc
import Sandbox
import Synchronization
import Testing
import Workflow

/// However a run of checks ends, its JUnit file is whole, and what was not run is
/// an error in it.
@Suite("traceflow --file --junit, ended early")
struct TraceCheckEndTests {
  private static let checks = """
    checks:
      - {name: first, from: web-1, to: db-1, port: 5432, expect: allow}
      - {name: second, from: web-2, to: db-1, port: 5432, expect: allow}
      - {name: third, from: job-1, to: db-1, port: 5432, expect: deny}
    """

  private func junit(_ site: TestSite) throws -> String {
    let xml = try String(contentsOfFile: "\(site.folder)/junit.xml", encoding: .utf8)
    #expect(xml.hasPrefix("<?xml version=") && xml.hasSuffix("</testsuites>\n"), "\(xml)")
    return xml
  }

  /// How many cases have a result, by their elements.
  private func errors(_ xml: String) -> Int { xml.components(separatedBy: "<error ").count - 1 }

  private func run(
    _ site: TestSite, _ text: String?, _ change: (inout TraceCheckOptions) -> Void = { _ in }
  ) async throws -> (status: ToolStatus, output: String, talk: String) {
    var options = TraceCheckOptions(parallel: 1, junit: "\(site.folder)/junit.xml")
    change(&options)
    let given = options
    try site.write("junit.xml", "<old/>")
    if let text { try site.write("checks.yaml", text) }
    return await site.run {
      try await $0.traceChecks("\(site.folder)/checks.yaml", given, source: DesiredSource())
    }
  }

  @Test("files and options that are wrong: one error, with the cause")
  func wrong() async throws {
    try await withSite { site in
      let missing = try await run(site, nil)
      #expect(missing.status == .invalidInput, "\(missing.talk)")
      var xml = try junit(site)
      #expect(xml.contains("tests=\"1\" failures=\"0\" errors=\"1\""), "\(xml)")
      #expect(xml.contains("cannot be read"), "\(xml)")
      let bad = try await run(site, "checks:\n  - from: a\n    to: b\n")
      #expect(bad.status == .invalidInput)
      xml = try junit(site)
      #expect(xml.contains("errors=\"1\"") && xml.contains("line 2: "), "\(xml)")
      let many = try await run(site, Self.checks) { $0.parallel = 99 }
      #expect(many.status == .usage)
      xml = try junit(site)
      #expect(xml.contains("errors=\"1\"") && xml.contains("--parallel 99"), "\(xml)")
      #expect(site.clusterServer.log.all.isEmpty)
    }
  }

  @Test("a cluster that cannot be read: each check is an error, with the cause")
  func unreadable() async throws {
    let denial = KubernetesOptions.Denial(verb: "list", group: "", resource: "pods")
    try await withSite(kubernetes: TraceEstate.objects, denials: [denial]) { site in
      let run = try await run(site, Self.checks)
      #expect(run.status == .invalidInput, "\(run.talk)")
      let xml = try junit(site)
      #expect(xml.contains("tests=\"3\" failures=\"0\" errors=\"3\""), "\(xml)")
      #expect(errors(xml) == 3 && xml.contains("pods"), "\(xml)")
    }
  }

  @Test("a run that is stopped at any trace: no check passes that was not run")
  func stopped() async throws {
    try await withTraceSite { site in
      for number in 1...3 {
        let work = Mutex<Task<ToolStatus, any Error>?>(nil)
        site.clusterServer.faults.set([
          .init(
            method: "POST", pathPrefix: "/apis/crd.antrea.io/v1beta1/traceflows",
            occurrence: number, action: { work.withLock { $0?.cancel() } })
        ])
        try site.write("junit.xml", "<old/>")
        try site.write("checks.yaml", Self.checks)
        let run = await site.run { run in
          let task = Task {
            try await run.traceChecks(
              "\(site.folder)/checks.yaml",
              TraceCheckOptions(parallel: 1, junit: "\(site.folder)/junit.xml"),
              source: DesiredSource())
          }
          work.withLock { $0 = task }
          return try await task.value
        }
        site.clusterServer.faults.set([])
        #expect(run.status != .success, "\(number): \(run.talk)")
        let xml = try junit(site)
        #expect(xml.contains("tests=\"3\" failures=\"0\" errors=\"\(4 - number)\""), "\(xml)")
        #expect(errors(xml) == 4 - number, "\(xml)")
        #expect(await site.traceflows() == [])
      }
    }
  }

  @Test("SIGTERM", arguments: [SIGTERM])
  func signal(_ signal: Int32) async throws {
    try await withTraceSite { site in
      try site.write("junit.xml", "<old/>")
      try site.write("checks.yaml", Self.checks)
      let tool = ToolProcess()
      site.clusterServer.faults.set([
        .init(
          method: "POST", pathPrefix: "/apis/crd.antrea.io/v1beta1/traceflows", occurrence: 2,
          action: { await tool.signal(signal) })
      ])
      let end = try await tool.run(
        [
          "traceflow", "--config", "nsx-antrea.yaml", "--file", "checks.yaml", "--junit",
          "junit.xml", "--parallel", "1",
        ], environment: site.test.environment, folder: site.folder)
      #expect(end.status == 128 + signal, "\(end)")
      let xml = try junit(site)
      #expect(xml.contains("tests=\"3\"") && errors(xml) >= 1, "\(xml)")
      #expect(!xml.contains("<old/>"))
      #expect(await site.traceflows() == [])
    }
  }

  @Test("--junit - puts the XML alone on standard output, once")
  func standardOutput() async throws {
    try await withTraceSite { site in
      try site.write("checks.yaml", Self.checks)
      let tool = ToolProcess()
      let end = try await tool.run(
        [
          "traceflow", "--config", "nsx-antrea.yaml", "--file", "checks.yaml", "--predict",
          "--junit", "-",
        ], environment: site.test.environment, folder: site.folder)
      #expect(end.status == 0, "\(end)")
      #expect(end.output.components(separatedBy: "<testsuites").count == 2, "\(end.output)")
      #expect(!end.output.contains("3 checks"), "\(end.output)")
    }
  }
}
