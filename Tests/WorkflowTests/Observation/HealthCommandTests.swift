import Documents
import Failures
import Foundation
import Sandbox
import Testing
import Workflow

@Suite("Health of the clusters")
struct HealthCommandTests {
  private func health(
    _ site: TestSite, exitCode: Bool = true, isPrometheus: Bool = false,
    _ flags: [String: String] = ["output": "json"]
  ) async -> (status: ToolStatus, output: String, talk: String) {
    await site.run(flags) {
      try await $0.health(HealthQuestion(exitCode: exitCode, isPrometheus: isPrometheus))
    }
  }

  private func cluster(_ output: String) throws -> JSONValue {
    try #require(try JSONValue(json: Array(output.utf8))["clusters"]?.array?.first)
  }

  private var now: Int64 { Int64(Date().timeIntervalSince1970) }

  @Test("after a sync a cluster is healthy, and asking changes nothing")
  func healthy() async throws {
    try await withSite { site in
      let before = try cluster(await health(site).output)
      #expect(before["status"] == "UNKNOWN", "the tool has never run: \(before)")
      _ = await site.run { try await $0.sync(DesiredSource()) }
      site.clusterServer.log.clear()
      let result = await health(site)
      #expect(result.status == .success, "\(result.output)\(result.talk)")
      let found = try cluster(result.output)
      #expect(found["status"] == "HEALTHY" && found["reasons"] == [])
      #expect(found[path: "agentCounts", "healthy"] == 1)
      #expect(found[path: "controller", "version"] == "v2.4.1")
      let run = found["tool"]?.array?.first?["lastRun"]
      #expect(run?["command"] == "sync" && run?["exitCode"] == 0)
      #expect(run?["digest"]?.string?.hasPrefix("sha256:") == true)
      #expect(site.allClusterWrites == [])
      let text = await health(site, [:])
      #expect(text.output.contains("1 of 1 healthy"), "\(text.output)")
    }
  }

  @Test("agents and controller: each condition, and silence")
  func conditions() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      await site.cluster.setCondition(of: "node-1", "ControllerConnectionUp", "False")
      let cut = await health(site)
      #expect(cut.status == .differences)
      let found = try cluster(cut.output)
      #expect(found["status"] == "DEGRADED" && found[path: "agentCounts", "degraded"] == 1)
      #expect(await health(site, exitCode: false).status == .success)
      await site.cluster.setCondition(
        of: "node-1", "OVSDBConnectionUp", "False", reason: "Broken", message: "no socket")
      let failed = try cluster(await health(site).output)
      #expect(failed["status"] == "FAILED")
      #expect(
        failed["reasons"]?.array?.contains {
          $0.string?.contains("OVSDBConnectionUp is False (Broken: no socket)") == true
        } == true, "\(failed)")
      await site.cluster.setCondition(of: "node-1", "OVSDBConnectionUp", "True")
      await site.cluster.setCondition(of: "node-1", "ControllerConnectionUp", "True")
      #expect(await health(site).status == .success, "and well again")
      await site.cluster.silence("antrea-controller", since: now - 400)
      let silent = try cluster(await health(site).output)
      #expect(silent["status"] == "UNKNOWN" && silent[path: "controller", "status"] == "UNKNOWN")
      let relaxed = await site.run([
        "output": "json", "health.heartbeatInterval": "1h",
      ]) { try await $0.health(HealthQuestion()) }
      #expect(try cluster(relaxed.output)["status"] == "HEALTHY")
    }
  }

  @Test(
    "a run that failed is remembered, one that fails again in the same way is not written twice")
  func failedRun() async throws {
    try await withSite { site in
      await site.managerServer.stop()
      for _ in 0..<2 {
        _ = await site.run(["nsx.requestTimeout": "1s"]) { try await $0.sync(DesiredSource()) }
      }
      let found = try cluster(await health(site).output)
      #expect(found["status"] == "DEGRADED", "\(found)")
      let run = found["tool"]?.array?.first?["lastRun"]
      #expect(run?["exitCode"] == 69 && run?["digest"] == .null)
      let writes = site.allClusterWrites.filter { $0.contains("configmaps/nsx-antrea-last-run") }
      #expect(writes.count == 1, "\(site.allClusterWrites)")
      #expect(!"\(await site.cluster.objects("configmaps"))".contains(TestSite.password))
    }
  }

  @Test(
    "runs are not recorded where that is switched off, and a right that is missing fails no run")
  func records() async throws {
    try await withSite { site in
      try site.configure("health:\n  recordRuns: false")
      _ = await site.run { try await $0.sync(DesiredSource()) }
      #expect(!site.allClusterWrites.contains { $0.contains("last-run") })
    }
    try await withSite { site in
      // Only the record is refused; the ApplySet's parent stands beside it.
      site.clusterServer.faults.add(
        FaultScript.Rule(
          method: "PATCH",
          pathPrefix: "/api/v1/namespaces/kube-system/configmaps/nsx-antrea-last-run", count: nil,
          response: .json(
            403,
            [
              "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Forbidden",
              "message": "may not", "code": 403,
            ])))
      let result = await site.run { try await $0.sync(DesiredSource()) }
      #expect(result.status == .success && result.talk.contains("is not recorded there"))
      let found = try cluster(await health(site).output)
      #expect(found["status"] == "UNKNOWN")
    }
    try await withSite(denials: [.init(verb: "get", group: "", resource: "configmaps")]) { site in
      let found = try cluster(await health(site).output)
      #expect(found["status"] == "HEALTHY")
      #expect(found["reasons"]?.array?.first?.string?.contains("may not be read") == true)
    }
  }

  @Test("one of three clusters away: UNKNOWN with the reason, and exit 4")
  func fleet() async throws {
    try await withFleet(["east", "north", "west"]) { fleet in
      _ = await fleet.site.run { try await $0.sync(DesiredSource()) }
      await fleet["north"]?.server.stop()
      let result = await health(fleet.site)
      #expect(result.status == .partial, "\(result.talk)")
      let clusters = try JSONValue(json: Array(result.output.utf8))["clusters"]?.array ?? []
      #expect(clusters.map { $0["status"] } == ["HEALTHY", "UNKNOWN", "HEALTHY"])
      let text = await health(fleet.site, isPrometheus: true, [:]).output
      #expect(text.contains(#"nsx_antrea_health{cluster="north",status="UNKNOWN"} 1"#), "\(text)")
      #expect(text.contains(#"nsx_antrea_last_run_exit_code{cluster="east",part="policies"} 0"#))
    }
  }

  @Test("without Antrea, and without the right to look")
  func errors() async throws {
    var options = KubernetesOptions()
    options.missingGroups = ["crd.antrea.io"]
    try await withSite(options: options) { site in
      let result = await health(site)
      #expect(result.status == .failed && result.talk.contains("AntreaAgentInfo"))
    }
    try await withSite(denials: [.init(resource: "antreaagentinfos")]) { site in
      #expect(await health(site).status == .permissionDenied)
    }
  }
}
