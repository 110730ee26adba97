import Archive
import Documents
import Failures
import Foundation
import Sandbox
import Synchronization
import Testing
import Workflow

@Suite("logs")
struct LogsTests {
  /// The names of the object and the rule that NSX's rule 1003 became.
  static func rendered(_ site: TestSite) async throws -> (policy: String, rule: String) {
    let result = await site.run {
      try await $0.render(DesiredSource(), commit: true, initialize: true, push: false)
    }
    #expect(result.status == .success, "\(result.talk)")
    let explained = await site.run(["output": "json"]) {
      try await $0.explain("1003", source: DesiredSource())
    }
    let match = try #require(try JSONValue(json: explained.output)["matches"]?.array?.first)
    let object = try #require(match["object"]?.string)
    let rule = try #require(match["rules"]?.array?.first?["name"]?.string)
    return (String(object.split(separator: "/")[1]), rule)
  }

  static func line(
    _ minute: Int, _ policy: String, _ rule: String, action: String = "Drop",
    from: String = "10.1.0.9"
  ) -> String {
    let two = minute < 10 ? "0\(minute)" : "\(minute)"
    return
      "2026/02/03 04:\(two):06.000000 AntreaPolicyIngressRule AntreaClusterNetworkPolicy:\(policy) \(rule) Ingress \(action) 14500 shop/db-1 \(from) 40000 10.1.0.2 5432 TCP 60 <nil>\n"
  }

  private static let pods: [JSONValue] = [
    ("antrea-controller-0", "antrea-controller", "node-1", ["antrea-controller"]),
    ("antrea-agent-a", "antrea-agent", "node-1", ["antrea-agent", "antrea-ovs"]),
    ("antrea-agent-b", "antrea-agent", "node-2", ["antrea-agent", "antrea-ovs"]),
  ].map { name, component, node, containers in
    [
      "apiVersion": "v1", "kind": "Pod",
      "metadata": [
        "name": .string(name), "namespace": "kube-system",
        "labels": ["app": "antrea", "component": .string(component)],
      ],
      "spec": [
        "nodeName": .string(node),
        "containers": .array(containers.map { ["name": .string($0)] }),
      ],
      "status": ["phase": "Running"],
    ]
  }

  /// 2026-02-03 04:05:00 in nanoseconds.
  private static let start: Int64 = 1_770_091_500_000_000_000

  private func withLogs(
    _ body: (TestSite) async throws -> Void
  ) async throws {
    try await withSite(kubernetes: TestSite.kubernetes + Self.pods) { site in
      for (pod, container) in [
        ("antrea-controller-0", "antrea-controller"), ("antrea-agent-a", "antrea-agent"),
        ("antrea-agent-b", "antrea-agent"),
      ] {
        await site.cluster.addLog(
          namespace: "kube-system", pod: pod, container: container,
          (0..<3).map { (Self.start + $0 * 60_000_000_000, "I0203 line \($0) of \(pod)") })
      }
      try await body(site)
    }
  }

  private func ask(
    _ change: (inout LogsQuestion) -> Void
  ) -> LogsQuestion {
    var question = LogsQuestion(DesiredSource())
    change(&question)
    return question
  }

  @Test("a file's lines come with the NSX rules that they are about")
  func files() async throws {
    try await withSite { site in
      let (policy, rule) = try await Self.rendered(site)
      try site.write(
        "np.log",
        Self.line(1, policy, rule) + "noise\n" + Self.line(2, "other", "x", action: "Allow"))
      let question = ask { $0.files = ["\(site.folder)/np.log"] }
      let text = await site.run { try await $0.logs(question) }
      #expect(text.status == .success, "\(text.talk)")
      #expect(text.output.contains("Drop Ingress TCP 10.1.0.9:40000 -> 10.1.0.2:5432"))
      #expect(text.output.contains("by Policy shop: Rule deny (rule 1003)"), "\(text.output)")
      #expect(text.output.contains("by AntreaClusterNetworkPolicy:other rule x"))
      let json = await site.run(["output": "json"]) { try await $0.logs(question) }
      let lines = try #require(try JSONValue(json: json.output)["lines"]?.array)
      #expect(lines.count == 2)
      #expect(lines[0]["nsx"]?["ruleId"] == 1003)
      #expect(
        lines[0]["nsx"]?["path"] == "/infra/domains/default/security-policies/shop/rules/deny")
      #expect(lines[1]["nsx"] == .null)
    }
  }

  @Test("a filter by NSX policy or rule, in any of its names")
  func filters() async throws {
    try await withSite { site in
      let (policy, rule) = try await Self.rendered(site)
      try site.write(
        "np.log",
        Self.line(1, policy, rule) + Self.line(2, policy, "other") + Self.line(3, "x", rule))
      func count(_ change: (inout LogsQuestion) -> Void) async throws -> Int {
        var question = ask(change)
        question.files = ["\(site.folder)/np.log"]
        let asked = question
        let result = await site.run(["output": "ndjson"]) { try await $0.logs(asked) }
        #expect(result.status == .success, "\(result.talk)")
        return result.output.split(separator: "\n").count
      }
      let path = "/infra/domains/default/security-policies/shop"
      for name in ["shop", path, "Policy shop", policy] {
        #expect(try await count { $0.policies = [name] } == 2, "\(name)")
      }
      for name in ["1003", "deny", "\(path)/rules/deny", "Rule deny", rule] {
        #expect(try await count { $0.rules = [name] } == 1, "\(name)")
      }
      #expect(try await count { $0.setActions(["allow"]) } == 0)
      #expect(try await count { $0.since = 1_770_091_300 } == 2)
      let unknown = ask {
        $0.files = ["\(site.folder)/np.log"]
        $0.rules = ["4711"]
      }
      let result = await site.run { try await $0.logs(unknown) }
      #expect(result.status == .invalidInput && result.talk.contains("4711"))
    }
  }

  @Test("a summary names what was denied most")
  func summary() async throws {
    try await withSite { site in
      let (policy, rule) = try await Self.rendered(site)
      let many = (0..<50).map { _ in Self.line(1, policy, rule) }.joined()
      try site.write("np.log", many + Self.line(2, policy, rule, from: "10.1.0.8"))
      let question = ask {
        $0.files = ["\(site.folder)/np.log"]
        $0.summary = true
      }
      let json = await site.run(["output": "json"]) { try await $0.logs(question) }
      let found = try JSONValue(json: json.output)
      #expect(found["counted"] == 51 && found["uncertainty"] == 0)
      let denied = try #require(found["denied"]?.array)
      #expect(denied.map { $0["packets"] } == [50, 1])
      #expect(denied[0]["from"] == "10.1.0.9" && denied[0]["nsx"]?["ruleId"] == 1003)
      #expect(found["rules"]?.array?.first?["packets"] == 51)
      let text = await site.run { try await $0.logs(question) }
      #expect(text.output.contains("Policy shop: Rule deny (rule 1003)"))
    }
  }

  @Test("compressed logs and archives in archives are read as they are")
  func archives() async throws {
    try await withSite { site in
      func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        var output: [UInt8] = []
        let writer = try GzipWriter { output += $0 }
        try writer.add(bytes)
        try writer.finish()
        return output
      }
      func tar(_ files: [(String, [UInt8])]) throws -> [UInt8] {
        var output: [UInt8] = []
        let writer = TarWriter { output += $0 }
        for (name, bytes) in files { try writer.add(name, bytes, time: 0) }
        try writer.finish()
        return output
      }
      let log = Array(Self.line(1, "p", "r").utf8)
      let agent = try gzip(
        try tar([
          ("logs/networkpolicy/np.log", log),
          ("logs/networkpolicy/np-2026-02-02.log.gz", try gzip(log)),
          ("logs/antrea-agent.log", log),
        ]))
      let bundle = try gzip(try tar([("agents/node-1.tar.gz", agent), ("manifest.json", log)]))
      try Data(bundle).write(to: URL(fileURLWithPath: "\(site.folder)/bundle.tar.gz"))
      try Data(try gzip(log)).write(to: URL(fileURLWithPath: "\(site.folder)/np.log.gz"))
      for (file, count) in [("bundle.tar.gz", 2), ("np.log.gz", 1)] {
        let question = ask { $0.files = ["\(site.folder)/\(file)"] }
        let result = await site.run(["output": "ndjson"]) { try await $0.logs(question) }
        #expect(result.output.split(separator: "\n").count == count, "\(file): \(result.output)")
      }
      try Data(bundle.dropLast(20)).write(to: URL(fileURLWithPath: "\(site.folder)/cut.tar.gz"))
      let cut = ask { $0.files = ["\(site.folder)/cut.tar.gz"] }
      #expect(await site.run { try await $0.logs(cut) }.status == .invalidInput)
      // One of several does not keep the others, and a document stays one.
      let names = ["cut.tar.gz", "np.log.gz"].map { "\(site.folder)/\($0)" }
      let both = await site.run(["output": "json"]) {
        try await $0.logs(ask { $0.files = names })
      }
      #expect(both.status == .partial, "\(both.talk)")
      #expect(both.talk.contains("cut.tar.gz is passed over from there on"), "\(both.talk)")
      #expect((try? JSONValue(json: both.output)) != nil, "\(both.output)")
      let alone = await site.run(["output": "json"]) { try await $0.logs(cut) }
      #expect((try? JSONValue(json: alone.output)) != nil, "\(alone.output)")
    }
  }

  @Test("a damaged archive within another is told and passed over, and depth has an end: 4")
  func damaged() async throws {
    try await withSite { site in
      func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        var output: [UInt8] = []
        let writer = try GzipWriter { output += $0 }
        try writer.add(bytes)
        try writer.finish()
        return output
      }
      func tar(_ files: [(String, [UInt8])]) throws -> [UInt8] {
        var output: [UInt8] = []
        let writer = TarWriter { output += $0 }
        for (name, bytes) in files { try writer.add(name, bytes, time: 0) }
        try writer.finish()
        return output
      }
      let log = Array(Self.line(1, "p", "r").utf8)
      let whole = try gzip(try tar([("np.log", log)]))
      var deep = log
      for _ in 0..<20 { deep = try gzip(deep) }
      let bundle = try tar([
        ("agents/node-1.tar.gz", Array(whole.dropLast(9))), ("agents/np.log.gz", deep),
        ("agents/node-2.tar.gz", [0x1f, 0x8b] + Array("no gzip".utf8)),
        ("agents/node-3.tar.gz", whole),
      ])
      try Data(bundle).write(to: URL(fileURLWithPath: "\(site.folder)/bundle.tar"))
      let question = ask { $0.files = ["\(site.folder)/bundle.tar"] }
      let result = await site.run(["output": "ndjson"]) { try await $0.logs(question) }
      #expect(result.status == .partial)
      #expect(result.talk.contains("node-1") && result.talk.contains("node-2"))
      let lines = try result.output.split(separator: "\n").map {
        try JSONValue(json: Array($0.utf8))
      }
      // The end of the first was cut, not its line.
      #expect(lines.count == 2 && lines.last?["source"]?.string?.contains("node-3") == true)
    }
  }

  @Test("containers' logs by node, component and time, each line once")
  func containers() async throws {
    try await withLogs { site in
      func lines(_ change: (inout LogsQuestion) -> Void) async -> [String] {
        let question = ask(change)
        let result = await site.run { try await $0.logs(question) }
        #expect(result.status == .success, "\(result.talk)")
        return result.output.split(separator: "\n").map(String.init)
      }
      let all = await lines { _ in }
      #expect(all.count == 9)
      #expect(
        all[0]
          == "node-1/antrea-controller-0/antrea-controller: I0203 line 0 of antrea-controller-0")
      #expect(await lines { $0.component = .controller }.count == 3)
      #expect(await lines { $0.nodes = ["node-2"] }.count == 3)
      #expect(await lines { $0.tail = 1 }.count == 3)
      let start = Self.start / 1_000_000_000
      #expect(await lines { $0.since = start + 60 }.count == 6)
      #expect(await lines { $0.until = start + 59 }.count == 3)
    }
  }

  @Test("a container that cannot be read is told, and the rest is shown: 4")
  func partial() async throws {
    try await withLogs { site in
      site.clusterServer.faults.set([
        FaultScript.Rule(
          method: "GET", pathPrefix: "/api/v1/namespaces/kube-system/pods/antrea-agent-b/log",
          count: nil,
          response: .json(
            400,
            [
              "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 400,
              "reason": "BadRequest", "message": "container is waiting to start",
            ]))
      ])
      let question = ask { _ in }
      let result = await site.run { try await $0.logs(question) }
      #expect(result.status == .partial, "\(result.talk)")
      #expect(result.talk.contains("waiting to start"))
      #expect(result.output.split(separator: "\n").count == 6)
    }
  }

  @Test("following goes on with what is appended, and repeats nothing")
  func follow() async throws {
    try await withLogs { site in
      let rounds = Rounds()
      site.clock = RunClock(
        now: { .zero },
        sleep: { _ in
          switch rounds.next() {
          case 1...3:
            await site.cluster.addLog(
              namespace: "kube-system", pod: "antrea-controller-0", container: "antrea-controller",
              [(Self.start + 130_000_000_000 + Int64(rounds.count), "more")])
          case 4...6: break
          default: throw CancellationError()
          }
        })
      let question = ask {
        $0.follow = true
        $0.component = .controller
      }
      let result = await site.run { try await $0.logs(question) }
      let lines = result.output.split(separator: "\n")
      #expect(lines.count == 6, "\(result.output)")
      #expect(lines.filter { $0.hasSuffix("more") }.count == 3)
    }
  }

  @Test("times are moments or ages")
  func moments() {
    let now: Int64 = 1_770_091_500
    #expect(LogsQuestion.moment("90s", now: now) == now - 90)
    #expect(LogsQuestion.moment("3d", now: now) == now - 3 * 86_400)
    #expect(LogsQuestion.moment("2026-02-03T04:05:00Z", now: now) == now)
    #expect(LogsQuestion.moment("2026-02-03T06:05:00+02:00", now: now) == now)
    #expect(LogsQuestion.moment("yesterday", now: now) == nil)
  }
}

/// Counts calls.
final class Rounds: Sendable {
  private let state = Mutex(0)
  var count: Int { state.withLock { $0 } }
  func next() -> Int {
    state.withLock {
      $0 += 1
      return $0
    }
  }
}
