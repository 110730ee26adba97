import Documents
import Failures
import Foundation
import Sandbox
import Testing
import Workflow

@Suite("The lock of a cluster")
struct ClusterLockTests {
  private let resource = "leases.coordination.k8s.io"

  /// The tree is there, and the cluster is empty.
  private func render(_ site: TestSite) async {
    let result = await site.run {
      try await $0.render(DesiredSource(), commit: true, initialize: true, push: false)
    }
    #expect(result.status == .success, "\(result.talk)")
  }

  private func apply(
    _ site: TestSite, _ flags: [String: String] = [:]
  ) async -> (status: ToolStatus, output: String, talk: String) {
    await site.run(flags) {
      try await $0.apply(DesiredSource(), planFile: nil, approved: true, wait: false)
    }
  }

  private func holder(_ site: TestSite) async -> JSONValue? {
    await site.cluster.objects(resource).first?[path: "spec", "holderIdentity"]
  }

  /// Gives the Lease to another run.
  private static func take(_ lease: JSONValue) -> JSONValue? {
    guard var object = lease.object else { return lease }
    object.update("spec") { spec in
      var members = spec.object ?? JSONObject()
      members["holderIdentity"] = "elsewhere/7/abc-1"
      spec = .object(members)
    }
    return .object(object)
  }

  private func takeLease(_ site: TestSite) async {
    for lease in await site.cluster.objects(resource) {
      await site.cluster.edit(
        resource, namespace: "kube-system", name: lease[path: "metadata", "name"]?.string ?? "",
        Self.take)
    }
  }

  @Test("it is held while writing and given back at the end")
  func released() async throws {
    try await withSite { site in
      await render(site)
      #expect(await apply(site).status == .success)
      #expect(await holder(site) == "")
    }
  }

  @Test("where another run has it nothing is written, and it is named with the way out")
  func held() async throws {
    try await withSite { site in
      await render(site)
      #expect(await apply(site).status == .success)
      await takeLease(site)
      let lease = try #require(await site.cluster.objects(resource).first)
      let name = try #require(lease[path: "metadata", "name"]?.string)
      let time = ISO8601DateFormatter().string(from: Date())
      await site.cluster.edit(resource, namespace: "kube-system", name: name) { lease in
        guard var object = lease.object else { return lease }
        object.update("spec") { spec in
          var members = spec.object ?? JSONObject()
          members["leaseDurationSeconds"] = 3600
          members["renewTime"] = .string(time)
          spec = .object(members)
        }
        return .object(object)
      }
      await site.manager.put(
        TestSite.policy(
          "operators", sequence: 20,
          rules: [TestSite.rule("vms-to-web", 1011, from: "vms", at: "web")]))
      await render(site)
      site.clusterServer.log.clear()
      let result = await apply(site)
      #expect(result.status == .lockHeld, "\(result.talk)")
      #expect(result.talk.contains("elsewhere/7/abc-1 holds it since"), "\(result.talk)")
      #expect(result.talk.contains("delete lease \(name)"), "\(result.talk)")
      #expect(site.clusterWrites == [])
    }
  }

  @Test("when it is taken before the first step nothing is begun")
  func lostBefore() async throws {
    try await withSite { site in
      await render(site)
      let clock = ManualClock()
      // The ApplySet's parent is written first.
      site.clusterServer.faults.add(
        FaultScript.Rule(method: "PATCH", pathPrefix: "/api/v1/namespaces/kube-system/configmaps") {
          await takeLease(site)
          clock.advance(by: .seconds(60))
          clock.run()
        })
      site.clock = clock.clock
      let result = await apply(site)
      clock.stop()
      #expect(result.status != .success, "\(result.talk)")
      let writes = site.clusterWrites.filter { $0.contains("crd.antrea.io") }
      #expect(writes == [], "\(writes)")
    }
  }

  @Test("when it is taken in the middle, what has begun ends and nothing more begins")
  func lost() async throws {
    try await withSite { site in
      await render(site)
      let total = await site.run(["output": "json"]) {
        try await $0.plan(
          DesiredSource(), clusterObjects: nil, out: nil, exitCode: false, verify: .local)
      }
      #expect(total.status == .success)
      let clock = ManualClock()
      // The tier is the first step, alone.
      site.clusterServer.faults.add(
        FaultScript.Rule(method: "PATCH", pathPrefix: "/apis/crd.antrea.io/v1beta1/tiers") {
          await takeLease(site)
          clock.advance(by: .seconds(60))
          clock.run()
        })
      site.clock = clock.clock
      let result = await apply(site)
      clock.stop()
      #expect(result.status == .partial, "\(result.talk)")
      #expect(result.talk.contains("stopped writing"), "\(result.talk)")
      let writes = site.clusterWrites.filter { $0.contains("crd.antrea.io") }
      #expect(writes.count == 1, "\(writes)")
      #expect(await holder(site) == "elsewhere/7/abc-1", "what is lost is not given back")
    }
  }

  @Test("while it may have expired, no write is sent again")
  func doubtful() async throws {
    try await withSite { site in
      await render(site)
      let clock = ManualClock()
      let server = site.clusterServer
      server.faults.add(
        FaultScript.Rule(
          method: "PATCH", pathPrefix: "/apis/crd.antrea.io/v1beta1/tiers", count: nil,
          response: SandboxResponse.json(503, ["message": "a fault on purpose"])
        ) {
          // Two thirds of the Lease's time, and no renewal gets through.
          server.faults.add(
            FaultScript.Rule(
              method: "PUT", pathPrefix: "/apis/coordination.k8s.io", count: nil,
              fault: .closeBeforeAnswer))
          clock.advance(by: .seconds(25))
          clock.run()
        })
      site.clock = clock.clock
      let result = await apply(site, ["kubernetes.requestTimeout": "3s"])
      clock.stop()
      #expect(result.status != .success)
      let tiers = site.clusterWrites.filter { $0.contains("/tiers/") }
      #expect(tiers.count == 1, "\(tiers)")
    }
  }

  @Test("a write that was lost is sent again once the Lease has been renewed")
  func renewed() async throws {
    try await withSite { site in
      await render(site)
      let clock = ManualClock()
      let server = site.clusterServer
      server.faults.add(
        FaultScript.Rule(
          method: "PATCH", pathPrefix: "/apis/crd.antrea.io/v1beta1/tiers",
          response: SandboxResponse.json(503, ["message": "a fault on purpose"])
        ) {
          // The server is away: the renewal gets through when the write's next attempt
          // would have long been due.
          server.faults.add(
            FaultScript.Rule(
              method: "PUT", pathPrefix: "/apis/coordination.k8s.io", count: 4,
              fault: .closeBeforeAnswer))
          clock.advance(by: .seconds(25))
          Task {
            while clock.now < .seconds(60) {
              try await Task.sleep(for: .milliseconds(50))
              clock.advance(by: .milliseconds(200))
            }
          }
        })
      site.clock = clock.clock
      let result = await apply(site)
      #expect(result.status == .success, "\(result.talk)")
      let log = server.log.all
      let writes = log.indices.filter {
        log[$0].path.contains("/tiers/") && log[$0].method == "PATCH"
      }
      let renewals = log.indices.filter {
        log[$0].path.contains("/leases/") && log[$0].method == "PUT" && log[$0].status == 200
      }
      #expect(writes.count == 2, "\(writes)")
      let (first, second) = (try #require(writes.first), try #require(writes.last))
      #expect(renewals.contains { $0 > first && $0 < second }, "\(renewals)")
    }
  }

  @Test("what has begun when a run is stopped is finished under a Lease that is renewed")
  func stoppedAndRenewed() async throws {
    try await withSite { site in
      await render(site)
      let clock = ManualClock()
      let (stops, stop) = AsyncStream.makeStream(of: Void.self)
      let (goes, go) = AsyncStream.makeStream(of: Void.self)
      site.clusterServer.faults.add(
        FaultScript.Rule(method: "PATCH", pathPrefix: "/apis/crd.antrea.io/v1beta1/tiers") {
          stop.finish()
          for await _ in goes {}
        })
      var context = site.test.context
      context.clock = clock.clock
      let run = Run(
        context: context,
        settings: try Settings.load(
          file: "\(site.folder)/nsx-antrea.yaml", environment: site.test.environment))
      let work = Task {
        try await run.apply(DesiredSource(), planFile: nil, approved: true, wait: false)
      }
      for await _ in stops {}
      work.cancel()
      func renewals() -> Int {
        site.clusterServer.log.all.filter {
          $0.path.contains("/leases/") && $0.method == "PUT" && $0.status == 200
        }.count
      }
      let before = renewals()
      for _ in 0..<400 where renewals() < before + 2 {
        clock.advance(by: .seconds(1))
        try await Task.sleep(for: .milliseconds(25))
      }
      #expect(renewals() >= before + 2)
      clock.run()
      go.finish()
      #expect(try await work.value == .partial, "\(site.test.talk)")
      clock.stop()
      #expect(await holder(site) == "")
    }
  }

  @Test("a run that is stopped gives it back")
  func stopped() async throws {
    try await withSite { site in
      await render(site)
      let (stops, stop) = AsyncStream.makeStream(of: Void.self)
      let (goes, go) = AsyncStream.makeStream(of: Void.self)
      site.clusterServer.faults.add(
        FaultScript.Rule(method: "PATCH", pathPrefix: "/apis/crd.antrea.io/v1beta1/tiers") {
          stop.finish()
          for await _ in goes {}
        })
      let run = Run(
        context: site.test.context,
        settings: try Settings.load(
          file: "\(site.folder)/nsx-antrea.yaml", environment: site.test.environment))
      let work = Task {
        try await run.apply(DesiredSource(), planFile: nil, approved: true, wait: false)
      }
      for await _ in stops {}
      work.cancel()
      go.finish()
      #expect(try await work.value == .partial, "\(site.test.talk)")
      #expect(site.clusterWrites.filter { $0.contains("crd.antrea.io") }.count == 1)
      #expect(await holder(site) == "")
    }
  }
}
