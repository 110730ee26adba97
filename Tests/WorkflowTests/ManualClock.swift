import Synchronization
import Workflow

/// A clock whose time passes when a test says so.
final class ManualClock: Sendable {
  private struct Sleeper {
    var id: Int
    var end: Duration
    var continuation: CheckedContinuation<Void, any Error>
  }
  private struct State {
    var now: Duration = .zero
    var nextID = 0
    var sleepers: [Sleeper] = []
    var cancelled: Set<Int> = []
    var isRunning = false
  }
  private let state = Mutex(State())
  /// Whether every sleep passes its time by itself, at once.
  private let isHasty: Bool

  init(isHasty: Bool = false) { self.isHasty = isHasty }

  var now: Duration { state.withLock { $0.now } }

  var clock: RunClock { RunClock(now: { self.now }, sleep: { try await self.sleep($0) }) }

  func advance(by duration: Duration) {
    let due = state.withLock { state -> [Sleeper] in
      state.now += duration
      let due = state.sleepers.filter { $0.end <= state.now }
      state.sleepers.removeAll { $0.end <= state.now }
      return due
    }
    for sleeper in due { sleeper.continuation.resume() }
  }

  /// Passes time for those who sleep, until ``stop()``.
  func run() {
    state.withLock { $0.isRunning = true }
    Task {
      while state.withLock({ $0.isRunning }) {
        if state.withLock({ !$0.sleepers.isEmpty }) { advance(by: .milliseconds(100)) }
        await Task.yield()
      }
    }
  }

  /// Ends ``run()``.
  func stop() { state.withLock { $0.isRunning = false } }

  private func sleep(_ duration: Duration) async throws {
    try Task.checkCancellation()
    if isHasty {
      advance(by: duration)
      await Task.yield()
      return
    }
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isCancelled = state.withLock { state in
          if state.cancelled.contains(id) { return true }
          state.sleepers.append(
            Sleeper(id: id, end: state.now + duration, continuation: continuation))
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      let sleeper = state.withLock { state -> Sleeper? in
        state.cancelled.insert(id)
        guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else { return nil }
        return state.sleepers.remove(at: index)
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }
}
