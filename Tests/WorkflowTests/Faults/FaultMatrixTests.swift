import Documents
import Foundation
import Sandbox
import Synchronization
import Testing
import Workflow

/// Every fault at every request of a sync: the exit code, what may have changed,
/// and that the next run ends where an undisturbed one does.
///
/// `docs/faults.md` is written from it with `UPDATE_DOCS=1`.
@Suite("The fault matrix")
struct FaultMatrixTests {
  /// What was seen in one cell.
  struct Cell: Sendable {
    var status: ToolStatus
    var committed: Bool
    var changed: Bool

    /// As it stands in the table.
    var text: String {
      let what = [committed ? "git" : nil, changed ? "cluster" : nil].compactMap { $0 }
      return status == .success
        ? "0" : "\(status.rawValue)" + (what.isEmpty ? "" : " " + what.joined(separator: ", "))
    }
  }

  @Test("no fault loses anything, and the next run converges")
  func matrix() async throws {
    let table = try await withThrowingTaskGroup(of: (FaultPhase, [String: Cell]).self) { group in
      for phase in FaultPhase.allCases { group.addTask { (phase, try await Self.column(phase)) } }
      return try await group.reduce(into: [FaultPhase: [String: Cell]]()) { $0[$1.0] = $1.1 }
    }
    try FaultDocument.check(table)
  }

  private static func column(_ phase: FaultPhase) async throws -> [String: Cell] {
    try await withSite { site in
      var faults = FaultSite(site)
      let first = await site.run(flags()) { try await $0.sync(DesiredSource()) }
      #expect(first.status == .success, "\(first.talk)")
      await faults.change()
      _ = await site.run(flags()) { try await $0.sync(DesiredSource()) }
      // The states at both ends, as undisturbed runs leave them.
      var ends: [Bool: [String: String]] = [faults.isChanged: await faults.live()]
      await faults.change()
      _ = await site.run(flags()) { try await $0.sync(DesiredSource()) }
      ends[faults.isChanged] = await faults.live()
      #expect(ends[true] != ends[false])

      var cells: [String: Cell] = [:]
      for fault in Fault.all where !(fault.isOutage && phase.isOfNSX) {
        cells[fault.name] = try await cell(phase, fault, &faults, ends)
      }
      return cells
    }
  }

  /// Requests that fail for good are given up soon; others have time also where
  /// the machine is slow.
  private static func flags(_ fault: Fault? = nil) -> [String: String] {
    let limit = fault?.limit ?? (fault != nil && fault?.count == nil ? "3s" : "60s")
    return [
      "nsx.requestTimeout": limit, "kubernetes.requestTimeout": limit, "timeout": "120s",
      "apply.waitTimeout": "10s",
    ]
  }

  private static func cell(
    _ phase: FaultPhase, _ fault: Fault, _ faults: inout FaultSite,
    _ ends: [Bool: [String: String]], attempt: Int = 1
  ) async throws -> Cell {
    let site = faults.site
    let name = Comment(rawValue: "\(phase.rawValue): \(fault.name)")
    let before = ends[faults.isChanged] ?? [:]
    #expect(await faults.live() == before, name)
    await faults.change()
    let wanted = ends[faults.isChanged] ?? [:]
    let commit = site.commit

    let server = phase.isOfNSX ? site.managerServer : site.clusterServer
    let (method, path, number) = phase.request
    let isHit = Mutex(false)
    server.faults.set([
      .init(
        method: method, pathPrefix: path, occurrence: number, count: fault.count,
        fault: fault.fault, response: fault.response,
        action: {
          isHit.withLock { $0 = true }
          if fault.isOutage {
            server.faults.set([.init(count: nil, fault: .closeBeforeAnswer)])
          }
        })
    ])
    let hurt = await site.run(flags(fault)) { try await $0.sync(DesiredSource()) }
    server.faults.set([])
    if !isHit.withLock({ $0 }), hurt.status != .success, attempt < 4 {
      // A machine that is busy may time a request out before the fault has its turn.
      let next = await site.run(flags()) { try await $0.sync(DesiredSource()) }
      #expect(next.status == .success, "\(name): \(next.talk)")
      return try await self.cell(phase, fault, &faults, ends, attempt: attempt + 1)
    }
    #expect(isHit.withLock { $0 }, "\(name): \(hurt.talk)")
    let during = await faults.live()
    let cell = Cell(
      status: hurt.status, committed: site.commit != commit,
      // Whether a step beside the one that is hit gets through is a race.
      changed: during != before || fault.isOutage && phase.isBesideWrites)

    // What is there is of the old or of the new state, object by object; what
    // both have never goes.
    for (key, spec) in during { #expect(spec == before[key] || spec == wanted[key], name) }
    for key in before.keys where wanted[key] != nil { #expect(during[key] != nil, name) }
    switch hurt.status {
    case .success: #expect(during == wanted, "\(name): \(hurt.talk)")
    case .partial: #expect(cell.committed || cell.changed, name)
    default: #expect(!cell.committed && !cell.changed, "\(name): \(hurt.status)\n\(hurt.talk)")
    }
    if hurt.status != .success {
      #expect(hurt.talk.contains("error: "), "\(name): \(hurt.talk)")
    }
    for secret in [TestSite.password, "test-token"] {
      #expect(!(hurt.talk + hurt.output).contains(secret), name)
    }

    let next = await site.run(flags()) { try await $0.sync(DesiredSource()) }
    #expect(next.status == .success, "\(name): \(next.talk)")
    #expect(await faults.live() == wanted, name)
    return cell
  }
}
