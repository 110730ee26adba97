import Foundation
import GitRepository
import Testing
import Workflow

/// What goes wrong with the repository of a sync: the exit code, what may have
/// changed, and that the next run ends where an undisturbed one does. Faults of
/// single files and of transports are tested with `GitRepository`.
@Suite("Faults of the repository")
struct GitFaultTests {
  /// A fault, and how it is made; what that gives is kept until it is over.
  struct Fault: Sendable {
    let name: String
    let make: @Sendable (TestSite) throws -> GitRepository?
    let end: @Sendable (TestSite) throws -> Void

    static let all: [Fault] = [
      Fault(
        name: "another run holds the repository",
        make: { site in
          let other = try GitRepository.open(at: "\(site.folder)/policies.git")
          try other.lockForWriting(holder: "elsewhere-1")
          return other
        }, end: { _ in }),
      file("the branch is locked by git", "policies.git/refs/heads/main.lock"),
      Fault(
        name: "the remote is away",
        make: { site in
          try move(site, "remote.git", "gone.git")
          return nil
        }, end: { try move($0, "gone.git", "remote.git") }),
      file("the remote's branch is locked", "remote.git/refs/heads/main.lock"),
    ]

    /// A file that is in the way.
    private static func file(_ name: String, _ path: String) -> Fault {
      Fault(
        name: name,
        make: { site in
          try "".write(toFile: "\(site.folder)/\(path)", atomically: false, encoding: .utf8)
          return nil
        }, end: { try FileManager.default.removeItem(atPath: "\($0.folder)/\(path)") })
    }

    private static func move(_ site: TestSite, _ from: String, _ to: String) throws {
      try FileManager.default.moveItem(
        atPath: "\(site.folder)/\(from)", toPath: "\(site.folder)/\(to)")
    }
  }

  @Test("no fault of the repository loses anything, and the next run converges")
  func faults() async throws {
    try await withSite { site in
      _ = try GitRepository.initialize(at: "\(site.folder)/remote.git", bare: true)
      let text = try String(contentsOfFile: "\(site.folder)/nsx-antrea.yaml", encoding: .utf8)
      try site.write(
        "nsx-antrea.yaml",
        text.replacing(
          "path: policies.git",
          with: "path: policies.git\n  remote: file://\(site.folder)/remote.git"))
      var faults = FaultSite(site)
      var ends: [Bool: [String: String]] = [:]
      for _ in 1...3 {
        await faults.change()
        let run = await site.run { try await $0.sync(DesiredSource()) }
        #expect(run.status == .success, "\(run.talk)")
        ends[faults.isChanged] = await faults.live()
      }
      var lines = ["| fault | exit code | what had changed |", "|---|---|---|"]
      for fault in Fault.all {
        let name = Comment(rawValue: fault.name)
        let before = await faults.live()
        let (commit, pushed) = (site.commit, Self.tip(site))
        await faults.change()
        let hurt = try await Self.disturbed(site, by: fault)
        let isChanged = await faults.live() != before
        let changes = [
          site.commit != commit ? "git" : nil, Self.tip(site) != pushed ? "remote" : nil,
          isChanged ? "cluster" : nil,
        ].compactMap(\.self)
        // Nothing gets into a cluster that is not in the remote.
        #expect(!isChanged || Self.tip(site) == site.commit, name)
        #expect(hurt.status != .success, name)
        if hurt.status != .partial { #expect(changes.isEmpty, "\(fault.name): \(changes)") }
        #expect(hurt.talk.contains("error: "), "\(fault.name): \(hurt.talk)")
        lines.append(
          "| \(fault.name) | \(hurt.status.rawValue) | "
            + (changes.isEmpty ? "–" : changes.joined(separator: ", ")) + " |")
        let next = await site.run { try await $0.sync(DesiredSource()) }
        #expect(next.status == .success, "\(fault.name): \(next.talk)")
        #expect(await faults.live() == ends[faults.isChanged], name)
        #expect(Self.tip(site) == site.commit, name)
      }
      try FaultDocument.check(lines, between: "git faults")
    }
  }

  private static func disturbed(
    _ site: TestSite, by fault: Fault
  ) async throws -> (status: ToolStatus, output: String, talk: String) {
    let held = try fault.make(site)
    let hurt = await site.run { try await $0.sync(DesiredSource()) }
    withExtendedLifetime(held) {}
    try fault.end(site)
    return hurt
  }

  private static func tip(_ site: TestSite) -> String? {
    (try? GitRepository.open(at: "\(site.folder)/remote.git").tip())??.hex
  }
}
