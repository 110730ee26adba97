import Archive
import Documents
import Failures
import Foundation
import Sandbox
import Synchronization
import Testing
import Workflow

@Suite("logs of nodes", .timeLimit(.minutes(5)))
struct NodeLogsTests {
  private static let folder = "antrea/networkpolicy"
  /// 2026-02-03T04:00:00Z.
  private static let hour: Int64 = 1_770_091_200

  /// Audit lines, one a second from some second of the hour on.
  private static func lines(_ seconds: Range<Int>, pod: String = "db-1") -> String {
    seconds.map { second in
      let time = [second / 3600 + 4, second / 60 % 60, second % 60].map {
        $0 < 10 ? "0\($0)" : "\($0)"
      }.joined(separator: ":")
      return
        "2026/02/03 \(time).000000 AntreaPolicyIngressRule AntreaClusterNetworkPolicy:p r Ingress Drop 14500 shop/\(pod) 10.1.0.9 \(second) 10.1.0.2 5432 TCP 60 <nil>\n"
    }.joined()
  }

  private static func gzip(_ text: String) throws -> [UInt8] {
    let output = Mutex<[UInt8]>([])
    let writer = try GzipWriter { bytes in output.withLock { $0 += bytes } }
    try writer.add(Array(text.utf8))
    try writer.finish()
    return output.withLock { $0 }
  }

  private static func write(_ site: TestSite, _ node: String, _ name: String, _ bytes: [UInt8]?)
    async
  {
    await site.cluster.changeFile(of: node, "\(folder)/\(name)") { _ in bytes }
  }

  private static func append(_ site: TestSite, _ text: String, node: String = "node-1") async {
    await site.cluster.changeFile(of: node, "\(folder)/np.log") { ($0 ?? []) + Array(text.utf8) }
  }

  private func withNodes(
    _ count: Int = 1, options: KubernetesOptions = KubernetesOptions(),
    denials: [KubernetesOptions.Denial] = [], _ body: (TestSite) async throws -> Void
  ) async throws {
    let more = (2..<max(count + 1, 2)).map { TestSite.object("v1", "Node", nil, "node-\($0)", [:]) }
    try await withSite(
      kubernetes: TestSite.kubernetes + more + (1...count).map { TestSite.agentPod("node-\($0)") },
      denials: denials, options: options, body)
  }

  private func ask(
    _ site: TestSite, _ flags: [String: String] = ["output": "ndjson"],
    _ change: (inout LogsQuestion) -> Void = { _ in }
  ) async -> (status: ToolStatus, lines: [JSONValue], output: String, talk: String) {
    var question = LogsQuestion(DesiredSource())
    question.audit = true
    change(&question)
    let asked = question
    let result = await site.run(flags) { try await $0.logs(asked) }
    let lines = result.output.split(separator: "\n").compactMap {
      try? JSONValue(json: Array($0.utf8))
    }
    return (result.status, lines, result.output, result.talk)
  }

  /// The source ports, which tell the lines apart.
  private func seconds(_ lines: [JSONValue]) -> [Int] {
    lines.compactMap { $0["fromPort"]?.string.flatMap(Int.init) }
  }

  @Test("each node's lines come with the NSX rules that they are about")
  func nodes() async throws {
    try await withNodes(2) { site in
      let (policy, rule) = try await LogsTests.rendered(site)
      await Self.append(site, LogsTests.line(1, policy, rule))
      await Self.append(site, LogsTests.line(2, policy, rule), node: "node-2")
      let all = await ask(site)
      #expect(all.status == .success, "\(all.talk)")
      #expect(all.lines.map { $0["source"] } == ["node-1", "node-2"])
      #expect(all.lines.allSatisfy { $0["nsx"]?["ruleId"] == 1003 })
      #expect(await ask(site) { $0.nodes = ["node-2"] }.lines.count == 1)
      let summary = await ask(site, ["output": "json"]) { $0.summary = true }
      let counted = try JSONValue(json: summary.output)["counted"]
      #expect(counted == 2)
      #expect(await ask(site) { $0.nodes = ["node-9"] }.status == .failed)
    }
  }

  @Test("logs that were put away come first, compressed or not, and only those of the window")
  func rotated() async throws {
    try await withNodes { site in
      for (name, bytes) in [
        ("np-2026-02-01T04-00-00.000.log.gz", try Self.gzip(Self.lines(0..<1))),
        ("np-2026-02-03T04-00-10.000.log", Array(Self.lines(1..<3).utf8)),
        // It is just being compressed.
        ("np-2026-02-03T04-00-20.000.log", Array(Self.lines(3..<5).utf8)),
        ("np-2026-02-03T04-00-20.000.log.gz", Array(try Self.gzip(Self.lines(3..<5)).prefix(12))),
        ("np.log", Array(Self.lines(5..<7).utf8)), ("other.log", Array("x".utf8)),
      ] { await Self.write(site, "node-1", name, bytes) }
      #expect(seconds(await ask(site).lines) == Array(0..<7))
      site.clusterServer.log.clear()
      let late = await ask(site) { $0.since = Self.hour + 2 }
      #expect(seconds(late.lines) == Array(2..<7))
      #expect(!site.clusterServer.log.all.contains { $0.path.contains("02-01") })
      let early = await ask(site) { $0.until = Self.hour + 3 }
      #expect(seconds(early.lines) == Array(0..<4))
    }
  }

  @Test("the window's start is found by halves, whatever it is")
  func window() async throws {
    try await withNodes { site in
      // An hour is 650 KB; what lies two hours before the window is not read.
      let count = 5 * 3600
      await Self.append(site, Self.lines(0..<count))
      for since in [0, 3600, 3 * 3600, 4 * 3600 + 17, count - 60, count] {
        let answer = await ask(site, ["output": "json"]) {
          $0.since = Self.hour + Int64(since)
          $0.summary = true
        }
        let summary = try JSONValue(json: answer.output)
        #expect(summary["counted"]?.integer == Int64(count - since), "since \(since)")
        let read = summary["lines"]?.integer ?? 0
        #expect(read <= min(count, count - since + 4 * 3600), "since \(since): \(read)")
      }
      let last = await ask(site) { $0.since = Self.hour + Int64(count) - 3 }
      #expect(seconds(last.lines) == Array(count - 3..<count))
    }
  }

  @Test("the last lines", arguments: [true, false])
  func tail(parts: Bool) async throws {
    var options = KubernetesOptions()
    options.kubelet.answersRanges = parts
    try await withNodes(options: options) { site in
      await Self.append(site, Self.lines(0..<500))
      for tail in [0, 1, 3, 499, 500, 1000] {
        let answer = await ask(site) { $0.tail = tail }
        #expect(seconds(answer.lines) == Array(max(0, 500 - tail)..<500), "\(tail)")
      }
      let summary = await ask(site, ["output": "json"]) {
        $0.tail = 3
        $0.summary = true
      }
      let lines = try JSONValue(json: summary.output)["lines"]
      #expect(lines == 3)
    }
  }

  @Test("without the right, one note names it, and the nodes that may be read are shown: 4")
  func forbidden() async throws {
    try await withNodes(3) { site in
      for node in ["node-1", "node-2", "node-3"] {
        await Self.append(site, Self.lines(0..<2), node: node)
      }
      let refusal: JSONValue = [
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 403,
        "reason": "Forbidden", "message": "nodes is forbidden",
      ]
      site.clusterServer.faults.set(
        ["node-1", "node-3"].map {
          .init(pathPrefix: "/api/v1/nodes/\($0)/proxy", count: nil, response: .json(403, refusal))
        })
      let some = await ask(site)
      #expect(some.status == .partial)
      #expect(some.lines.map { $0["source"] } == ["node-2", "node-2"])
      #expect(some.talk.contains("node-1, node-3"))
      #expect(
        some.talk.components(separatedBy: "resources: [nodes/proxy], verbs: [get]").count == 2)
    }
    try await withNodes(2, denials: [.init(verb: "get", resource: "nodes/proxy")]) { site in
      let none = await ask(site)
      #expect(none.status == .permissionDenied)
      #expect(none.talk.components(separatedBy: "nsx-antrea-audit-logs").count == 2, "\(none.talk)")
    }
  }

  @Test("a kubelet that gives no logs away, one that has none, one that is away")
  func gaps() async throws {
    var options = KubernetesOptions()
    options.kubelet.servesLogs = false
    try await withNodes(options: options) { site in
      let off = await ask(site)
      #expect(off.status == .failed)
      #expect(off.talk.contains("enableSystemLogHandler"), "\(off.talk)")
    }
    try await withNodes(2) { site in
      // The folder is there before the first line is.
      let empty = await ask(site)
      #expect(empty.status == .success && empty.talk.contains("no audit line"), "\(empty.talk)")
      for (status, words) in [(404, "knows no /var/log/antrea/networkpolicy"), (403, "refuses")] {
        site.clusterServer.faults.set([
          .init(
            pathPrefix: "/api/v1/nodes/node-2/proxy", count: nil,
            response: .init(status: status, body: Array("text\n".utf8)))
        ])
        let answer = await ask(site)
        #expect(answer.status == .partial && answer.talk.contains(words), "\(answer.talk)")
      }
      site.clusterServer.faults.set([
        .init(
          pathPrefix: "/api/v1/nodes/node-2/proxy", count: nil,
          response: .json(
            500,
            [
              "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 500,
              "reason": "InternalError", "message": "dial tcp: no route to host",
            ]))
      ])
      let away = await ask(site)
      #expect(away.status == .partial && away.talk.contains("no route to host"), "\(away.talk)")
    }
  }

  @Test(
    "following goes on over rotation, compression and lost answers, each line once",
    arguments: [true, false])
  func follow(parts: Bool) async throws {
    var options = KubernetesOptions()
    options.kubelet.answersRanges = parts
    try await withNodes(options: options) { site in
      let rounds = Rounds()
      await Self.append(site, Self.lines(0..<3))
      let old = try Self.gzip(Self.lines(3..<7))
      site.clock = RunClock(
        now: { .zero },
        sleep: { _ in
          switch rounds.next() {
          // A line comes in two halves.
          case 1: await Self.append(site, String(Self.lines(3..<4).prefix(70)))
          case 2:
            await Self.append(site, String(Self.lines(3..<4).dropFirst(70)) + Self.lines(4..<5))
          case 3:
            // Two more lines, and the log is put away and compressed before the next look.
            await Self.write(
              site, "node-1", "np-2026-02-03T05-00-00.000.log.gz",
              try Self.gzip(Self.lines(0..<3)) + old)
            await Self.write(site, "node-1", "np.log", Array(Self.lines(7..<8).utf8))
          case 4:
            site.clusterServer.faults.set([
              .init(
                pathPrefix: "/api/v1/nodes/node-1/proxy", count: 2,
                response: .json(500, ["kind": "Status", "apiVersion": "v1", "code": 500]))
            ])
            await Self.append(site, Self.lines(8..<9))
          case 5: await Self.append(site, Self.lines(9..<10))
          case 6:
            // Nothing is written: the log is not there until the next line.
            await Self.write(
              site, "node-1", "np-2026-02-03T06-00-00.000.log", Array(Self.lines(7..<10).utf8))
            await Self.write(site, "node-1", "np.log", nil)
          case 7: await Self.append(site, Self.lines(10..<11))
          case 8: break
          default: throw CancellationError()
          }
        })
      let answer = await ask(site) { $0.follow = true }
      #expect(seconds(answer.lines) == Array(0..<11), "\(answer.talk)")
    }
  }

  @Test("a follower ends where it may not read, and says so")
  func followForbidden() async throws {
    try await withNodes(denials: [.init(verb: "get", resource: "nodes/proxy")]) { site in
      let answer = await ask(site) { $0.follow = true }
      #expect(answer.status == .permissionDenied)
    }
  }

  @Test("following begins with the last lines, where only they are wanted")
  func followTail() async throws {
    try await withNodes { site in
      let rounds = Rounds()
      await Self.append(site, Self.lines(0..<50))
      site.clock = RunClock(
        now: { .zero },
        sleep: { _ in
          guard rounds.next() < 3 else { throw CancellationError() }
          await Self.append(site, Self.lines(48 + 2 * rounds.count..<50 + 2 * rounds.count))
        })
      let answer = await ask(site) {
        $0.follow = true
        $0.tail = 2
      }
      #expect(seconds(answer.lines) == Array(48..<54))
    }
  }
}
