import Documents
import Foundation
import Sandbox
import Synchronization
import Testing
import Workflow

/// Faults that are not of one request.
@Suite("Disturbances")
struct DisturbanceTests {
  @Test("an API server that restarts in the middle of an apply is waited for")
  func restart() async throws {
    try await withSite { site in
      var faults = FaultSite(site)
      _ = await site.run { try await $0.sync(DesiredSource()) }
      await faults.change()
      let server = site.clusterServer
      server.faults.set([
        .init(
          method: "PATCH", pathPrefix: "/apis/crd.antrea.io", fault: .closeBeforeAnswer,
          action: {
            server.faults.set([.init(count: nil, fault: .closeBeforeAnswer)])
            Task {
              try await Task.sleep(for: .seconds(30))
              server.faults.set([])
            }
          })
      ])
      let run = await site.run { try await $0.sync(DesiredSource()) }
      #expect(run.status == .success, "\(run.talk)")
      let lost = server.log.all.filter { $0.status == 0 }.count
      #expect(lost > 2, "\(lost)")
      try FaultDocument.check(.restart, "0")
    }
  }

  @Test("two processes that apply the same at once: one waits, and both end well")
  func together() async throws {
    try await withSite { site in
      var faults = FaultSite(site)
      _ = await site.run { try await $0.sync(DesiredSource()) }
      await faults.change()
      _ = await site.run {
        try await $0.render(DesiredSource(), commit: true, initialize: false, push: false)
      }
      site.clusterServer.log.clear()
      let (folder, environment) = (site.folder, site.test.environment)
      let ends = try await withThrowingTaskGroup(of: ToolProcess.End.self) { group in
        for _ in 1...2 {
          group.addTask {
            try await ToolProcess().run(
              [
                "apply", "--config", "nsx-antrea.yaml", "--yes", "--set",
                "apply.lockTimeout=60s", "--set", "apply.maxDeletes=100%",
              ], environment: environment, folder: folder)
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      for end in ends { #expect(end.status == 0, "\(end)") }
      // Each object was written by one of them.
      let writes = site.clusterServer.log.all.filter {
        ["PATCH", "DELETE"].contains($0.method) && $0.path.contains("crd.antrea.io")
      }
      let keys = writes.map { "\($0.method) \($0.path)" }
      #expect(Set(keys).count == keys.count, "\(keys)")
      let next = await site.run { try await $0.sync(DesiredSource()) }
      #expect(next.status == .success, "\(next.talk)")
    }
  }

  @Test("a step that became stale in the middle is not taken, and the rest goes on")
  func stale() async throws {
    try await withSite { site in
      var faults = FaultSite(site)
      _ = await site.run { try await $0.sync(DesiredSource()) }
      await faults.change()
      let resource = "clusternetworkpolicies.crd.antrea.io"
      let name = try #require(
        await site.livePolicies().compactMap { $0["metadata"]?["name"]?.string }
          .first { $0.hasPrefix("shop-") })
      // Groups come before policies; just then somebody edits the policy.
      site.clusterServer.faults.add(
        FaultScript.Rule(method: "PATCH", pathPrefix: "/apis/crd.antrea.io") {
          await site.cluster.edit(resource, name: name) { object in
            guard case .object(var policy) = object else { return object }
            policy.update("spec") { spec in
              guard case .object(var members) = spec else { return }
              members["priority"] = 77
              spec = .object(members)
            }
            return .object(policy)
          }
        })
      let run = await site.run { try await $0.sync(DesiredSource()) }
      #expect(run.status == .partial, "\(run.talk)")
      #expect(run.talk.contains("since it was planned"), "\(run.talk)")
      let edited = await site.livePolicies().first {
        $0["metadata"]?["name"]?.string == name
      }
      #expect(edited?[path: "spec", "priority"] == 77, "what somebody else wrote stays")
      // New objects are made, and nothing is deleted below a step that failed.
      let keys = await faults.live().keys
      #expect(keys.contains { $0.hasPrefix("clustergroups/night") }, "\(keys)")
      #expect(keys.contains { $0.hasPrefix("clusternetworkpolicies/operators") }, "\(keys)")
      // The next run plans from what is there now: somebody else's field.
      let next = await site.run { try await $0.sync(DesiredSource()) }
      #expect(next.status == .refused, "\(next.talk)")
      let forced = await site.run(["apply.forceConflicts": "true"]) {
        try await $0.sync(DesiredSource())
      }
      #expect(forced.status == .success, "\(forced.talk)")
      #expect(!(await faults.live().keys.contains { $0.contains("/operators") }))
      try FaultDocument.check(.stale, "4 git, cluster")
    }
  }

  @Test("what somebody edits before the Lease is taken keeps the plan from the cluster")
  func moved() async throws {
    try await withSite { site in
      var faults = FaultSite(site)
      _ = await site.run { try await $0.sync(DesiredSource()) }
      await faults.change()
      let name = try #require(
        await site.livePolicies().compactMap { $0["metadata"]?["name"]?.string }
          .first { $0.hasPrefix("shop-") })
      site.clusterServer.faults.add(
        FaultScript.Rule(method: "PUT", pathPrefix: "/apis/coordination.k8s.io") {
          await site.cluster.edit("clusternetworkpolicies.crd.antrea.io", name: name) {
            $0.with(["spec", "priority"], 77)
          }
        })
      let before = await faults.live().keys.sorted()
      let run = await site.run { try await $0.sync(DesiredSource()) }
      #expect(run.status == .partial, "\(run.talk)")
      #expect(run.talk.contains("spec.priority was"), "\(run.talk)")
      #expect(await faults.live().keys.sorted() == before)
      try FaultDocument.check(.moved, "4 git")
    }
  }

  @Test("an expired certificate of either side is named")
  func certificates() async throws {
    var servers = TestSite.Servers()
    servers.managerValidity = .seconds(-60)
    try await withSite(servers: servers) { site in
      let run = await site.run { try await $0.sync(DesiredSource()) }
      #expect(run.status == .unreachable && run.talk.contains("expired"), "\(run.talk)")
      #expect(site.commit == nil)
      try FaultDocument.check(.managerCertificate, "\(run.status.rawValue)")
    }
    servers = TestSite.Servers()
    servers.clusterValidity = .seconds(-60)
    try await withSite(servers: servers) { site in
      let run = await site.run { try await $0.sync(DesiredSource()) }
      #expect(run.status == .partial && run.talk.contains("expired"), "\(run.talk)")
      #expect(site.commit != nil)
      try FaultDocument.check(.clusterCertificate, "\(run.status.rawValue) git")
    }
  }

  @Test("an object whose status is written all the time is updated all the same")
  func busy() async throws {
    try await withSite { site in
      var faults = FaultSite(site)
      _ = await site.run { try await $0.sync(DesiredSource()) }
      await faults.change()
      let resource = "clusternetworkpolicies.crd.antrea.io"
      let name = try #require(
        await site.livePolicies().compactMap { $0["metadata"]?["name"]?.string }
          .first { $0.hasPrefix("shop-") })
      // Another version for each of the first looks.
      let writes = Mutex<Int64>(0)
      site.clusterServer.faults.add(
        FaultScript.Rule(
          method: "PATCH", pathPrefix: "/apis/crd.antrea.io/v1beta1/clusternetworkpolicies/\(name)",
          count: 7
        ) {
          let number = writes.withLock { writes -> Int64 in
            writes += 1
            return writes
          }
          await site.cluster.edit(resource, name: name) { object in
            guard case .object(var policy) = object else { return object }
            policy.update("status") { status in
              var members = status.object ?? JSONObject()
              members["desiredNodesRealized"] = .integer(number)
              status = .object(members)
            }
            return .object(policy)
          }
        })
      let run = await site.run { try await $0.sync(DesiredSource()) }
      #expect(run.status == .success, "\(run.talk)")
      #expect(writes.withLock { $0 } == 7)
    }
  }

  @Test("one manager of three is down")
  func failover() async throws {
    try await withSite { site in
      let text = try String(contentsOfFile: "\(site.folder)/nsx-antrea.yaml", encoding: .utf8)
      let up = site.managerServer.url
      try site.write(
        "nsx-antrea.yaml",
        text.replacing(
          "[\"\(up)\"]", with: "[\"https://127.0.0.1:9\", \"\(up)\", \"\(up)\"]"))
      let run = await site.run { try await $0.sync(DesiredSource()) }
      #expect(run.status == .success, "\(run.talk)")
      #expect(await site.livePolicies().count == 2)
      try FaultDocument.check(.manager, "\(run.status.rawValue)")
    }
  }

  @Test("an object that finalizers hold is told, and keeps nothing else from going")
  func finalizer() async throws {
    try await withSite { site in
      var faults = FaultSite(site)
      await faults.change()
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let name = try #require(
        await site.livePolicies().compactMap { $0["metadata"]?["name"]?.string }
          .first { $0.hasPrefix("night") })
      _ = await site.cluster.edit("clusternetworkpolicies.crd.antrea.io", name: name) { object in
        guard case .object(var outer) = object else { return object }
        outer.update("metadata") { metadata in
          guard case .object(var inner) = metadata else { return }
          inner["finalizers"] = ["example.com/hold"]
          metadata = .object(inner)
        }
        return .object(outer)
      }
      await faults.change()
      for _ in 1...2 {
        let held = await site.run { try await $0.sync(DesiredSource()) }
        #expect(held.status == .partial || held.status == .refused, "\(held)")
        #expect((held.output + held.talk).contains("example.com/hold"), "\(held)")
        // It is in force until it is gone, and with it what it uses.
        let live = await faults.live().keys
        #expect(live.contains { $0.hasPrefix("clustergroups/night") }, "\(live)")
        #expect(live.contains { $0.hasPrefix("clusternetworkpolicies/operators") }, "\(live)")
      }
      _ = await site.cluster.edit("clusternetworkpolicies.crd.antrea.io", name: name) { object in
        guard case .object(var outer) = object else { return object }
        outer.update("metadata") { metadata in
          guard case .object(var inner) = metadata else { return }
          inner["finalizers"] = nil
          metadata = .object(inner)
        }
        return .object(outer)
      }
      let free = await site.run { try await $0.sync(DesiredSource()) }
      #expect(free.status == .success, "\(free)")
      #expect(!(await faults.live().keys.contains { $0.contains("/night") }))
      try FaultDocument.check(
        .finalizer, "4 git, cluster, until the finalizer is gone; what the policy uses stays")
    }
  }

  @Test("without the right to delete the rest is applied: 4, and what is missing is said")
  func deniedDelete() async throws {
    let denials = [KubernetesOptions.Denial(verb: "delete", group: "crd.antrea.io", resource: nil)]
    try await withSite(denials: denials) { site in
      var faults = FaultSite(site)
      _ = await site.run { try await $0.sync(DesiredSource()) }
      await faults.change()
      let run = await site.run { try await $0.sync(DesiredSource()) }
      #expect(run.status == .partial, "\(run.talk)")
      #expect(run.talk.contains("cannot delete"), "\(run.talk)")
      let names = await faults.live().keys.sorted()
      #expect(
        names.contains { $0.contains("/night") } && names.contains { $0.contains("operators") })
      try FaultDocument.check(.denied, "4 git, cluster, as long as the right is missing")
    }
  }

  @Test("clocks that differ by five minutes change nothing", arguments: [-300, 300])
  func clockSkew(seconds: Int64) async throws {
    var options = KubernetesOptions()
    options.now = { Int64(Date().timeIntervalSince1970) + seconds }
    try await withSite(options: options) { site in
      var faults = FaultSite(site)
      for _ in 1...3 {
        let run = await site.run { try await $0.sync(DesiredSource()) }
        #expect(run.status == .success, "\(run.talk)")
        await faults.change()
      }
      try FaultDocument.check(seconds < 0 ? .behind : .ahead, "0")
    }
  }
}
