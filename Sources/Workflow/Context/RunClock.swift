/// How time passes for a run: tests pass it without waiting.
public struct RunClock: Sendable {
  /// The time since some fixed moment; never goes back, whatever the calendar
  /// does.
  public var now: @Sendable () -> Duration
  /// Waits.
  ///
  /// - Throws: `CancellationError`.
  public var sleep: @Sendable (Duration) async throws -> Void

  /// Creates a clock.
  public init(
    now: @escaping @Sendable () -> Duration,
    sleep: @escaping @Sendable (Duration) async throws -> Void
  ) {
    self.now = now
    self.sleep = sleep
  }

  /// The machine's clock.
  public static let system: RunClock = {
    let start = ContinuousClock.now
    return RunClock(
      now: { ContinuousClock.now - start }, sleep: { try await Task.sleep(for: $0) })
  }()
}
