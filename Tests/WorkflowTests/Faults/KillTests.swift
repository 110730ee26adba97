import ChildProcesses
import Foundation
import Glibc
import Sandbox
import Synchronization
import Testing
import Workflow

/// A run that is killed or stopped at any request: the next one ends where an
/// undisturbed one does (law 4), and no moment in between allows what both states
/// deny or denies what both allow (law 5).
///
/// `NSX_ANTREA_KILL_CHANGES=200` makes a larger change, for a sweep by hand.
@Suite("Killed at every request")
struct KillTests {
  private static let changes =
    Int(
      ProcessInfo.processInfo.environment["NSX_ANTREA_KILL_CHANGES"] ?? "") ?? 3

  @Test("kill -9: the repository is whole, and the next run converges")
  func killed() async throws {
    try await sweep(SIGKILL, every: 1) { end, name in
      #expect(end.status == 0 || end.signal == SIGKILL, "\(name): \(end.output)")
    }
    try FaultDocument.check(.kill, "killed; git, cluster as far as it got")
  }

  @Test(
    "SIGTERM and SIGINT: a clean end within 5 s, the Lease given back",
    arguments: [SIGTERM, SIGINT])
  func stopped(signal: Int32) async throws {
    try await sweep(signal, every: 4) { end, name in
      // A run may be over, or past its last write, when the signal comes.
      #expect(end.status == 0 || end.status == 128 + signal, "\(name): \(end)")
    }
    try FaultDocument.check(
      signal == SIGTERM ? .terminate : .interrupt,
      "\(128 + signal) git, cluster as far as it got; the Lease is given back")
  }

  /// Sends a signal at every so many requests of a sync, in both directions of a
  /// change.
  private func sweep(
    _ signal: Int32, every stride: Int, check: (ToolProcess.End, Comment) -> Void
  ) async throws {
    try await withSite { site in
      var faults = FaultSite(site, changes: Self.changes)
      var ends: [Bool: [String: String]] = [:]
      var verdicts: [Bool: SiteVerdicts] = [:]
      var counts = (nsx: 0, cluster: 0)
      for _ in 1...3 {
        await faults.change()
        site.managerServer.log.clear()
        site.clusterServer.log.clear()
        let end = try await Self.sync(site)
        try #require(end.status == 0, "\(end.output)")
        ends[faults.isChanged] = await faults.live()
        verdicts[faults.isChanged] = await SiteVerdicts(of: site)
        counts = (site.managerServer.log.all.count, site.clusterServer.log.all.count)
      }
      let (left, right) = (try #require(verdicts[false]), try #require(verdicts[true]))
      #expect(left.differences(to: right) > 0 && left.allowed > 0)
      let places =
        (1...counts.nsx).map { (site.managerServer, $0, "NSX") }
        + (1...counts.cluster).map { (site.clusterServer, $0, "the cluster") }
      var hits = 0
      for (index, place) in places.enumerated() where index % stride == 0 {
        let (server, number, words) = place
        let name: Comment = "signal \(signal) at request \(number) to \(words)"
        await faults.change()
        let before = ends[!faults.isChanged] ?? [:]
        let wanted = ends[faults.isChanged] ?? [:]
        let tool = ToolProcess()
        server.faults.set([.init(occurrence: number, action: { await tool.signal(signal) })])
        let begin = ContinuousClock.now
        let end = try await Self.sync(site, tool)
        server.faults.set([])
        check(end, name)
        if end.status != 0 { hits += 1 }
        // Far more than 5 s is a run that did not stop.
        #expect(ContinuousClock.now - begin < .seconds(60), name)
        for (key, spec) in await faults.live() {
          #expect(spec == before[key] || spec == wanted[key], name)
        }
        let gap = await SiteVerdicts(of: site).gap(between: left, and: right)
        #expect(gap == nil, name)
        try Self.checkRepository(site, name)
        if signal != SIGKILL {
          for lease in await site.cluster.objects("leases.coordination.k8s.io") {
            let holder = lease["spec"]?["holderIdentity"]?.string ?? ""
            #expect(holder.isEmpty, name)
          }
        }

        let next = try await Self.sync(site)
        #expect(next.status == 0, "\(name): \(next.output)")
        #expect(await faults.live() == wanted, name)
      }
      // Signals came in time, or nothing was tested.
      #expect(hits > places.count / stride / 3, "\(hits)")
    }
  }

  @Test("at every request of a sync, what is in force lets no flow through or down")
  func between() async throws {
    try await withSite { site in
      var faults = FaultSite(site, changes: Self.changes)
      var ends: [SiteVerdicts] = []
      for _ in 1...3 {
        await faults.change()
        #expect(try await Self.sync(site).status == 0)
        ends.append(await SiteVerdicts(of: site))
      }
      // There and back again, watched at each request.
      for _ in 1...2 {
        await faults.change()
        let seen = Mutex<(count: Int, gaps: [String])>((0, []))
        let (old, new) = (ends[1], ends[2])
        site.clusterServer.faults.set([
          .init(
            method: nil, count: nil,
            action: {
              let gap = await SiteVerdicts(of: site).gap(between: old, and: new)
              seen.withLock { state in
                state.count += 1
                if let gap { state.gaps.append(gap) }
              }
            })
        ])
        let end = try await Self.sync(site)
        site.clusterServer.faults.set([])
        #expect(end.status == 0, "\(end.output)")
        let found = seen.withLock { $0 }
        #expect(found.count > 20, "\(found.count)")
        #expect(found.gaps == [])
      }
      // The search would find one: without the rule that denies the rest.
      let last = try #require(
        await site.livePolicies().compactMap { $0["metadata"]?["name"]?.string }
          .first { $0.hasPrefix("guard-") })
      await site.cluster.edit("clusternetworkpolicies.crd.antrea.io", name: last) { _ in nil }
      #expect(await SiteVerdicts(of: site).gap(between: ends[1], and: ends[2]) != nil)
    }
  }

  private static func sync(
    _ site: TestSite, _ tool: ToolProcess = ToolProcess()
  ) async throws -> ToolProcess.End {
    try await tool.run(
      ["sync", "--config", "nsx-antrea.yaml", "--set", "apply.maxDeletes=100%"],
      environment: site.test.environment,
      folder: site.folder)
  }

  /// Holds the repository against git's own check, where git is installed.
  private static func checkRepository(_ site: TestSite, _ name: Comment) throws {
    #expect(site.commit != nil, name)
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/git") else { return }
    let check = try ProgramRun.blocking([
      "/usr/bin/git", "-C", "\(site.folder)/policies.git", "fsck", "--full", "--strict",
    ])
    #expect(check.status == 0, name)
  }
}
