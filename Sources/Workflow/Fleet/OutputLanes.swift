import Synchronization

/// Keeps what several clusters print at the same time apart: the first one that
/// is not over prints as it goes, those behind it into memory until their turn.
final class OutputLanes: Sendable {
  /// Where text goes.
  enum Stream: Sendable {
    /// Standard output.
    case output
    /// Standard error.
    case talk
  }

  private struct State {
    var current = 0
    var waiting: [[(stream: Stream, text: String)]]
    var isOver: [Bool]
  }

  private let state: Mutex<State>
  private let write: @Sendable (Stream, String) -> Void

  /// Creates lanes, in the order in which they are printed.
  init(_ count: Int, write: @escaping @Sendable (Stream, String) -> Void) {
    state = Mutex(
      State(
        waiting: Array(repeating: [], count: count), isOver: Array(repeating: false, count: count)))
    self.write = write
  }

  /// Prints in one lane.
  func print(_ text: String, to stream: Stream, lane: Int) {
    // Written under the lock, so that nobody gets between.
    state.withLock { state in
      if lane == state.current {
        write(stream, text)
      } else {
        state.waiting[lane].append((stream, text))
      }
    }
  }

  /// Prints what is worth nothing later: only where it is this lane's turn.
  func printNow(_ text: String, lane: Int) {
    state.withLock { state in
      if lane == state.current { write(.talk, text) }
    }
  }

  /// Ends a lane, and prints what those behind it have to say.
  func end(_ lane: Int) {
    state.withLock { state in
      state.isOver[lane] = true
      while state.current < state.isOver.count, state.isOver[state.current] {
        state.current += 1
        guard state.current < state.isOver.count else { return }
        for part in state.waiting[state.current] { write(part.stream, part.text) }
        state.waiting[state.current] = []
      }
    }
  }
}
