import Documents
import Glibc
import Sandbox
import Synchronization
import Testing
import Workflow

/// Interrupted at any point, no Traceflow object is left in the cluster.
@Suite("Traceflows are cleaned up")
struct TraceCleanupTests {
  private static let question = TraceQuestion(from: "web-1", to: "db-1", port: "5432", timeout: 2)

  /// How many requests a whole run sends to the cluster.
  private func requests(_ site: TestSite) async -> Int {
    site.clusterServer.log.clear()
    let whole = await site.trace(Self.question)
    #expect(whole.status == .success, "\(whole.talk)")
    return site.clusterServer.log.all.count
  }

  @Test("a fault at any request")
  func faults() async throws {
    try await withTraceSite { site in
      let count = await requests(site)
      #expect(count > 10)
      for number in 1...count {
        for fault in [SandboxResponse.Fault.closeBeforeAnswer, .truncateBody(after: 10), .garbage] {
          site.clusterServer.faults.set([.init(occurrence: number, fault: fault)])
          let run = await site.trace(Self.question)
          site.clusterServer.faults.set([])
          #expect(await site.traceflows() == [], "\(fault) at request \(number): \(run.talk)")
        }
      }
    }
  }

  @Test("a run that is cancelled at any request")
  func cancelled() async throws {
    try await withTraceSite { site in
      let count = await requests(site)
      var cancelled = 0
      for number in 1...count {
        let work = Mutex<Task<ToolStatus, any Error>?>(nil)
        site.clusterServer.faults.set([
          .init(occurrence: number, action: { work.withLock { $0?.cancel() } })
        ])
        let run = await site.run { run in
          let task = Task { try await run.traceflow(Self.question, source: DesiredSource()) }
          work.withLock { $0 = task }
          return try await task.value
        }
        site.clusterServer.faults.set([])
        if run.status != .success { cancelled += 1 }
        #expect(await site.traceflows() == [], "request \(number): \(run.talk)")
      }
      #expect(cancelled > count / 2)
    }
  }

  @Test("a run of many checks that is cancelled in the middle")
  func cancelledChecks() async throws {
    try await withTraceSite { site in
      try site.write(
        "checks.yaml",
        "checks:\n- {name: a, from: [web-1, web-2, job-1], to: [db-1, web-1], port: [80, 81, 5432], expect: allow}\n"
      )
      for number in [1, 3, 6, 10, 17, 25] {
        let work = Mutex<Task<ToolStatus, any Error>?>(nil)
        site.clusterServer.faults.set([
          .init(
            pathPrefix: "/apis/crd.antrea.io/v1beta1/traceflows", occurrence: number,
            action: { work.withLock { $0?.cancel() } })
        ])
        _ = await site.run { run in
          let task = Task {
            try await run.traceChecks(
              "\(site.folder)/checks.yaml", TraceCheckOptions(timeout: 2), source: DesiredSource())
          }
          work.withLock { $0 = task }
          return try await task.value
        }
        site.clusterServer.faults.set([])
        #expect(await site.traceflows() == [], "request \(number)")
      }
    }
  }

  @Test("SIGINT and SIGTERM at any request", arguments: [SIGINT, SIGTERM])
  func signals(_ signal: Int32) async throws {
    try await withTraceSite { site in
      let count = await requests(site)
      var hits = 0
      for number in 1...count {
        let tool = ToolProcess()
        site.clusterServer.faults.set([
          .init(occurrence: number, action: { await tool.signal(signal) })
        ])
        let end = try await tool.run(
          [
            "traceflow", "--config", "nsx-antrea.yaml", "--from", "web-1", "--to", "db-1",
            "--port", "5432",
          ], environment: site.test.environment, folder: site.folder)
        site.clusterServer.faults.set([])
        if end.status == 128 + signal { hits += 1 }
        #expect([0, 128 + signal].contains(end.status), "\(end)")
        #expect(await site.traceflows() == [], "request \(number): \(end.output)")
      }
      // Signals came in time, or nothing was tested.
      #expect(hits > count / 3, "\(hits) of \(count)")
    }
  }

  @Test("an object that comes into being after its deletion found nothing")
  func late() async throws {
    try await withTraceSite { site in
      let name = "nsx-antrea-web-1-to-db-1-0000000000000007"
      let path = "/apis/crd.antrea.io/v1beta1/traceflows"
      site.clusterServer.faults.set([
        .init(method: "POST", pathPrefix: path, fault: .closeBeforeAnswer),
        .init(
          method: "DELETE", pathPrefix: path, occurrence: 3,
          action: {
            let body: JSONValue = [
              "apiVersion": "crd.antrea.io/v1beta1", "kind": "Traceflow",
              "metadata": ["name": .string(name)],
              "spec": [
                "source": ["namespace": "shop", "pod": "web-1"],
                "destination": ["namespace": "shop", "pod": "db-1"],
              ],
            ]
            let answer = await site.cluster.respond(
              to: SandboxRequest(
                method: "POST", target: path,
                headers: [
                  (name: "Content-Type", value: "application/json"),
                  (name: "Authorization", value: "Bearer test-token"),
                ], body: JSONWriter.compact(body)))
            #expect(answer.status == 201)
          }),
      ])
      let answer = await site.run { run in
        var context = run.context
        context.random = { 7 }
        return try await Run(context: context, settings: run.settings)
          .traceflow(Self.question, source: DesiredSource())
      }
      #expect(answer.status == .unreachable, "\(answer.talk)")
      #expect(answer.talk.contains("kubectl delete traceflow \(name)"), "\(answer.talk)")
      #expect(await site.traceflows() == [])
    }
  }

  @Test("what a lost answer may have left is told where it cannot be deleted")
  func lost() async throws {
    let denial = KubernetesOptions.Denial(
      verb: "delete", group: "crd.antrea.io", resource: "traceflows")
    try await withTraceSite(denials: [denial]) { site in
      site.clusterServer.faults.set([
        .init(
          method: "POST", pathPrefix: "/apis/crd.antrea.io/v1beta1/traceflows",
          fault: .truncateBody(after: 10))
      ])
      let answer = await site.trace(Self.question)
      #expect(answer.status != .success)
      let name = try #require(await site.traceflows().first)
      #expect(answer.talk.contains("Traceflow/\(name): was not deleted"), "\(answer.talk)")
    }
  }

  @Test("what a killed run left goes with the next one, what others have stays")
  func leftovers() async throws {
    func trace(_ name: String, _ labels: JSONValue, _ created: String) -> JSONValue {
      [
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "Traceflow",
        "metadata": [
          "name": .string(name), "labels": labels, "creationTimestamp": .string(created),
          "annotations": ["nsx-antrea.io/holder": .string("holder-of-\(name)")],
        ],
        "spec": [
          "source": ["namespace": "shop", "pod": "web-1"],
          "destination": ["namespace": "shop", "pod": "db-1"],
        ],
      ]
    }
    let ours: JSONValue = ["app.kubernetes.io/managed-by": "nsx-antrea"]
    let objects = [
      trace("old", ours, "2026-01-05T08:00:00Z"), trace("young", ours, "2099-01-05T08:00:00Z"),
      trace("killed", ours, "2099-01-05T08:00:00Z"), trace("foreign", [:], "2026-01-05T08:00:00Z"),
    ]
    try await withSite(kubernetes: TraceEstate.objects + objects) { site in
      site.clock = ManualClock(isHasty: true).clock
      let answer = await site.run { run in
        var context = run.context
        context.isGone = { $0 == "holder-of-killed" }
        return try await Run(context: context, settings: run.settings)
          .traceflow(Self.question, source: DesiredSource())
      }
      #expect(answer.status == .success, "\(answer.talk)")
      #expect(await site.traceflows().sorted() == ["foreign", "young"])
      #expect(answer.talk.contains("deleted Traceflow/old, which an earlier run left"))
    }
  }

  @Test("an object that cannot be deleted is told, and the run ends with 4")
  func stuck() async throws {
    let denial = KubernetesOptions.Denial(
      verb: "delete", group: "crd.antrea.io", resource: "traceflows")
    try await withSite(kubernetes: TraceEstate.objects, denials: [denial]) { site in
      site.clock = ManualClock(isHasty: true).clock
      let answer = await site.trace(Self.question)
      #expect(answer.status == .partial, "\(answer.talk)")
      let name = try #require(await site.traceflows().first)
      #expect(answer.talk.contains("kubectl delete traceflow \(name)"), "\(answer.talk)")
    }
  }
}
