import AntreaModel
import Documents
import Observation
import Testing

/// How parts of a cluster are judged.
@Suite("Health")
struct HealthTests {
  private let now: Int64 = 1_780_000_000
  private let rules = HealthRules(heartbeat: 60, runInterval: 600)

  private func agent(
    _ node: String, age: Int64 = 30, _ states: [String: String] = [:], reports: Bool = true
  ) throws -> KubernetesObject {
    let types = [
      "AgentHealthy", "ControllerConnectionUp", "OVSDBConnectionUp", "OpenflowConnectionUp",
    ]
    let conditions: [JSONValue] = types.map {
      [
        "type": .string($0), "status": .string(states[$0] ?? "True"),
        "lastHeartbeatTime": .string(UTCTime.text(seconds: now - age)),
      ]
    }
    return try #require(
      KubernetesObject([
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "AntreaAgentInfo",
        "metadata": ["name": .string(node)], "version": reports ? "v2.4.1" : .null,
        "agentConditions": .array(reports ? conditions : []),
      ]))
  }

  private func controller(
    age: Int64 = 30, _ status: String = "True", connected: Int64 = 2
  ) throws -> KubernetesObject {
    try #require(
      KubernetesObject([
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "AntreaControllerInfo",
        "metadata": ["name": "antrea-controller"], "version": "v2.4.1",
        "connectedAgentNum": .integer(connected),
        "controllerConditions": [
          [
            "type": "ControllerHealthy", "status": .string(status),
            "lastHeartbeatTime": .string(UTCTime.text(seconds: now - age)),
          ]
        ],
      ]))
  }

  private func run(
    _ part: ToolRun.Part = .policies, age: Int64 = 60, exitCode: Int32 = 0
  ) -> ToolRun {
    ToolRun(
      part: part, command: "sync", time: now - age, exitCode: exitCode, outcome: "x",
      version: "1", digest: "sha256:1")
  }

  private func judge(
    _ agents: [KubernetesObject], _ controller: KubernetesObject?, _ runs: [ToolRun],
    missing: String? = nil
  ) -> ClusterHealth {
    ClusterHealth(
      .init(controller: controller, agents: agents, runs: runs, missingRuns: missing), now: now,
      rules: rules)
  }

  @Test("everything fresh and true is healthy, without reasons")
  func healthy() throws {
    let health = judge([try agent("a"), try agent("b")], try controller(), [run()])
    #expect(health.status == .healthy && health.reasons.isEmpty)
    #expect(health.count(.healthy) == 2)
  }

  @Test("three missed heartbeats are unknown, not one more second less")
  func heartbeats() throws {
    #expect(AgentHealth(try agent("a", age: 180), now: now, rules: rules).status == .healthy)
    let silent = AgentHealth(try agent("a", age: 181), now: now, rules: rules)
    #expect(
      silent.status == .unknown
        && silent.reasons.first?.contains(UTCTime.text(seconds: now - 181)) == true)
    #expect(AgentHealth(try agent("a", reports: false), now: now, rules: rules).status == .unknown)
    let lost = judge([try agent("a")], try controller(age: 181, connected: 1), [run()])
    #expect(lost.status == .unknown && lost.controller?.status == .unknown)
    #expect(judge([try agent("a")], nil, [run()]).status == .unknown)
  }

  @Test("each connection of an agent has its weight")
  func connections() throws {
    for (type, status) in [
      ("ControllerConnectionUp", HealthStatus.degraded), ("OVSDBConnectionUp", .failed),
      ("OpenflowConnectionUp", .failed),
    ] {
      let found = AgentHealth(try agent("a", [type: "False"]), now: now, rules: rules)
      #expect(found.status == status && found.reasons == ["\(type) is False"])
    }
    let unsure = AgentHealth(
      try agent("a", ["OVSDBConnectionUp": "Unknown"]), now: now, rules: rules)
    #expect(unsure.status == .degraded)
  }

  @Test("some agents that are not well degrade a cluster, all make it failed or unknown")
  func agents() throws {
    let down = try agent("b", ["OVSDBConnectionUp": "False"])
    let some = judge([try agent("a"), down], try controller(), [run()])
    #expect(some.status == .degraded)
    #expect(some.reasons.contains("node b: OVSDBConnectionUp is False"), "\(some.reasons)")
    #expect(judge([down], try controller(connected: 1), [run()]).status == .failed)
    let silent = try agent("a", age: 900)
    #expect(judge([silent], try controller(connected: 0), [run()]).status == .unknown)
    #expect(judge([], try controller(connected: 0), [run()]).status == .unknown)
  }

  @Test("a controller that counts fewer agents than say so degrades a cluster")
  func mismatch() throws {
    let health = judge([try agent("a"), try agent("b")], try controller(connected: 1), [run()])
    #expect(health.status == .degraded, "\(health.reasons)")
  }

  @Test("a controller that says that it is not healthy has failed")
  func controllerFailed() throws {
    #expect(judge([try agent("a")], try controller("False"), [run()]).status == .failed)
  }

  @Test(
    "the tool's own runs: failed degrades, overdue and missing are unknown, reports need not be")
  func tool() throws {
    func health(_ runs: [ToolRun], missing: String? = nil) throws -> ClusterHealth {
      judge([try agent("a")], try controller(connected: 1), runs, missing: missing)
    }
    #expect(try health([run(exitCode: 69)]).status == .degraded)
    #expect(try health([run(age: 1800)]).status == .healthy)
    #expect(try health([run(age: 1801)]).status == .unknown)
    #expect(try health([]).status == .unknown)
    #expect(try health([], missing: "may not be read").status == .healthy)
    #expect(try health([run(), run(.reporting, exitCode: 4)]).status == .degraded)
    let relaxed = HealthRules(heartbeat: 60, runInterval: 0)
    let old = ClusterHealth(
      .init(
        controller: try controller(connected: 1), agents: [try agent("a")],
        runs: [run(age: 1_000_000)]), now: now, rules: relaxed)
    #expect(old.status == .healthy)
  }

  @Test("a record keeps what it was, and one that says the same soon after is not needed")
  func records() throws {
    let record = run(exitCode: 4)
    let text = RunRecord.text(record)
    #expect(RunRecord.run(.policies, text) == record)
    #expect(RunRecord.run(.policies, "{}") == nil && RunRecord.run(.policies, "?") == nil)
    let data: JSONValue = ["east.policies": .string(text), "west.policies": "?"]
    for source in [nil, "0123456789abcdef"] {
      #expect(RunRecord.runs(in: data, cluster: "east", source: source) == [record])
      #expect(RunRecord.runs(in: data, cluster: "west", source: source).isEmpty)
    }
    var later = record
    later.time += 500
    later.command = "apply"
    #expect(later.isCovered(by: record, interval: 600))
    later.time += 100
    #expect(!later.isCovered(by: record, interval: 600))
    #expect(!run(exitCode: 0).isCovered(by: record, interval: 600))
  }

  @Test("each source of a cluster has a record of its own; who knows no source sees the worst")
  func sources() {
    let (a, b) = ("0123456789abcdef", "fedcba9876543210")
    #expect(RunRecord.key(.policies, cluster: "east", source: a) == "east.\(a).policies")
    var data = JSONObject()
    data[RunRecord.key(.policies, cluster: "east", source: a)] = .string(RunRecord.text(run()))
    data[RunRecord.key(.policies, cluster: "east", source: b)] = .string(
      RunRecord.text(run(exitCode: 69)))
    data[RunRecord.key(.policies, cluster: "east.west", source: b)] = .string(
      RunRecord.text(run(exitCode: 77)))
    func code(_ source: String?) -> Int32? {
      RunRecord.runs(in: .object(data), cluster: "east", source: source).first?.exitCode
    }
    #expect(code(a) == 0 && code(b) == 69)
    #expect(code(nil) == 69)
    #expect(code("aaaaaaaaaaaaaaaa") == nil)
  }
}
