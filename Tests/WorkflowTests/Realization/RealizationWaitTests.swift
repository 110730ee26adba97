import Documents
import Failures
import Foundation
import Sandbox
import Testing
import Workflow

@Suite("Waiting for realization")
struct RealizationWaitTests {
  private func options(_ reads: Int) -> KubernetesOptions {
    var options = KubernetesOptions()
    options.readsUntilRealized = reads
    return options
  }

  private func apply(
    _ site: TestSite, _ flags: [String: String] = [:], terminal: Bool = false
  ) async -> (status: ToolStatus, output: String, talk: String) {
    site.test.isTerminal = terminal
    // The keeper of the lock would pass time as well.
    return await site.run(flags.merging(["apply.lock": "false"]) { $1 }) {
      try await $0.apply(DesiredSource(), planFile: nil, approved: true, wait: true)
    }
  }

  private func statusReads(_ site: TestSite) -> [String] {
    let log = site.clusterServer.log.all
    // Behind the wait only the record of the run is written.
    let last =
      log.lastIndex { $0.method == "PATCH" && !$0.path.hasSuffix("/nsx-antrea-last-run") }
      ?? log.startIndex
    return log[last...].map(\.path).filter { $0.contains("/clusternetworkpolicies") }
  }

  @Test("it ends as soon as all nodes have reported, and says what concerns no node")
  func realized() async throws {
    try await withSite(options: options(3)) { site in
      let clock = ManualClock(isHasty: true)
      site.clock = clock.clock
      let result = await apply(site)
      #expect(result.status == .success, "\(result.talk)")
      #expect(
        result.talk.contains("2 of 2 policies and 4 of 4 groups realized"), "\(result.talk)")
      #expect((3...8).contains(statusReads(site).count), "\(statusReads(site))")
      #expect(clock.now < .seconds(10))
    }
  }

  @Test("what is not realized at the deadline is named by its NSX name, with nodes; exit 4")
  func deadline() async throws {
    try await withSite(options: options(10_000)) { site in
      let clock = ManualClock(isHasty: true)
      site.clock = clock.clock
      let result = await apply(site, ["apply.waitTimeout": "60s"])
      #expect(result.status == .partial, "\(result.talk)")
      #expect(
        result.talk.contains("not realized: policy \"Policy shop\" (ClusterNetworkPolicy/shop-"),
        "\(result.talk)")
      #expect(result.talk.contains("realizing, 0 of 1 nodes"), "\(result.talk)")
      #expect(result.talk.contains("were not realized within 60s"), "\(result.talk)")
      // A heartbeat every ten seconds, on no terminal.
      let beats = result.talk.split(separator: "\n").filter { $0.hasSuffix(" of 60 s") }
      #expect((4...6).contains(beats.count), "\(beats)")
      #expect(clock.now >= .seconds(60) && clock.now < .seconds(66), "\(clock.now)")
      // It looks soon and then less often.
      #expect(statusReads(site).count < 40, "\(statusReads(site).count)")

      let again = await apply(site, ["apply.waitTimeout": "20s", "output": "json"])
      #expect(again.status == .failed, "nothing was changed: \(again.talk)")
      let document = try JSONValue(json: Array(again.output.utf8))
      let realization = try #require(document["clusters"]?.array?.first?["realization"])
      #expect(realization["notRealized"]?.array?.count == 2)
      #expect(realization[path: "policies", "pending"] == 2)
    }
  }

  @Test("on a terminal one line changes, and goes away at the end")
  func terminal() async throws {
    try await withSite(options: options(5)) { site in
      site.clock = ManualClock(isHasty: true).clock
      let result = await apply(site, terminal: true)
      #expect(result.status == .success, "\(result.talk)")
      #expect(result.talk.contains("\r\u{1B}[Kcluster shop-prod: 0 of 2 policies"))
      #expect(result.talk.contains("\r\u{1B}[Kcluster shop-prod: 2 of 2 policies"))
    }
  }

  @Test("a node that is not ready is named as what keeps policies from being realized")
  func deadNode() async throws {
    let node = TestSite.object(
      "v1", "Node", nil, "node-2",
      ["status": ["conditions": [["type": "Ready", "status": "Unknown"]]]])
    try await withSite(kubernetes: TestSite.kubernetes + [node], options: options(10_000)) {
      site in
      site.clock = ManualClock(isHasty: true).clock
      let result = await apply(site)
      #expect(result.talk.contains("not ready: node node-2"), "\(result.talk)")
    }
  }

  @Test("an API server that is away in between is waited for")
  func restart() async throws {
    try await withSite(options: options(4)) { site in
      site.clock = ManualClock(isHasty: true).clock
      site.clusterServer.faults.add(
        FaultScript.Rule(
          method: "GET", pathPrefix: "/apis/crd.antrea.io/v1beta1/clusternetworkpolicies/",
          occurrence: 2, count: 2,
          response: SandboxResponse.json(
            500,
            [
              "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 500,
              "reason": "InternalError", "message": "etcdserver: leader changed",
            ])))
      let result = await apply(site)
      #expect(result.status == .success, "\(result.talk)")
    }
  }
}
