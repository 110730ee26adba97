import Failures
import Foundation
import Synchronization
import Testing

@testable import Workflow

@Suite("Clusters side by side")
struct FanOutTests {
  private func run(_ flags: [String: String], _ test: TestContext) throws -> Run {
    Run(
      context: test.context,
      settings: try Settings(document: nil, file: nil, environment: [:], flags: flags))
  }

  /// How many are worked on at the same time.
  private final class Load: Sendable {
    let state = Mutex((now: 0, most: 0))
    func enter() {
      state.withLock { state in
        state.now += 1
        state.most = max(state.most, state.now)
      }
    }
    func leave() { state.withLock { $0.now -= 1 } }
  }

  @Test("no more than allowed at a time, all of them, and results in order", arguments: [1, 3, 8])
  func bounded(limit: Int) async throws {
    let load = Load()
    let names = (0..<40).map { "cluster-\($0)" }
    let results = try await run(["parallel": "\(limit)"], TestContext())
      .eachCluster(names, name: { $0 }) { _, name in
        load.enter()
        for _ in 0..<20 { await Task.yield() }
        load.leave()
        return name.count
      }
    #expect(results.map(\.name) == names)
    #expect(results.map(\.value) == names.map(\.count))
    let most = load.state.withLock { $0.most }
    #expect(most <= limit && most > 0)
  }

  @Test("one that fails is a failure of its own, and prints in its turn")
  func isolated() async throws {
    let test = TestContext()
    let results = try await run([:], test).eachCluster(["a", "b", "c"], name: { $0 }) { run, name in
      run.talk("\(name) begins")
      if name == "b" { throw Failure(.unreachable, subject: "https://b", cause: "refused") }
      // The others end later than it.
      for _ in 0..<50 { await Task.yield() }
      run.talk("\(name) ends")
      return name
    }
    #expect(results.map(\.value) == ["a", nil, "c"])
    #expect(results[1].failure?.kind == .unreachable)
    #expect(test.talk == "a begins\na ends\nb begins\nc begins\nc ends\n")
  }

  @Test("the status of all: partial where some succeeded or something changed")
  func statuses() {
    func failure(_ kind: Failure.Kind) -> Failure { Failure(kind, subject: "x", cause: "y") }
    #expect(Run.status(of: [nil, nil], changed: true) == .success)
    #expect(Run.status(of: [nil, failure(.refused)], changed: false) == .partial)
    #expect(Run.status(of: [failure(.refused), failure(.refused)], changed: false) == .refused)
    #expect(Run.status(of: [failure(.refused)], changed: true) == .partial)
    #expect(
      Run.status(of: [failure(.refused), failure(.unreachable)], changed: false) == .failed)
    #expect(Run.status(of: [], changed: false) == .success)
  }
}
