import Synchronization

/// Where requests wait for a ``RateLimiter``: first come, first served, also
/// between several clients that share the gate.
public final class RequestGate: Sendable {
  /// Why a request was not let in.
  public enum Refusal: Error, Sendable, Hashable {
    /// Its deadline passed while it waited.
    case deadlinePassed
  }

  private struct Waiter {
    var id: UInt64
    var deadline: Duration?
    var continuation: CheckedContinuation<RateLimiter.Ticket, any Error>
  }

  private struct State {
    var limiter: RateLimiter
    var waiting: [Waiter] = []
    var nextID: UInt64 = 0
    var alarm: Duration?
  }

  private let state: Mutex<State>
  private let now: @Sendable () -> Duration
  private let sleep: @Sendable (Duration) async throws -> Void

  /// Opens a gate.
  ///
  /// - Parameters:
  ///   - limits: What is let through.
  ///   - now: The time since any fixed moment; the system's clock by default.
  ///   - sleep: How to wait, for tests.
  public init(
    _ limits: RateLimiter.Limits, now: (@Sendable () -> Duration)? = nil,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    state = Mutex(State(limiter: RateLimiter(limits)))
    let start = ContinuousClock.now
    self.now = now ?? { ContinuousClock.now - start }
    self.sleep = sleep
  }

  /// The limiter as it is now, for diagnostics.
  public var limiter: RateLimiter { state.withLock { $0.limiter } }

  /// Requests that wait.
  public var waitingCount: Int { state.withLock { $0.waiting.count } }

  /// Waits until a request may start.
  ///
  /// - Parameter timeout: The longest wait, or `nil` for any.
  /// - Returns: The ticket to give back with ``leave(_:_:)``.
  /// - Throws: ``Refusal`` or `CancellationError`.
  public func enter(timeout: Duration? = nil) async throws -> RateLimiter.Ticket {
    try Task.checkCancellation()
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    let deadline = timeout.map { now() + $0 }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let waiter = Waiter(id: id, deadline: deadline, continuation: continuation)
        state.withLock { $0.waiting.append(waiter) }
        // A cancellation that came before the waiter was there found nothing.
        if Task.isCancelled { cancel(id) }
        pump()
      }
    } onCancel: {
      cancel(id)
    }
  }

  /// Ends a request that ``enter(timeout:)`` let in.
  public func leave(_ ticket: RateLimiter.Ticket, _ outcome: RateLimiter.Outcome) {
    let moment = now()
    state.withLock { $0.limiter.finish(ticket, outcome, at: moment) }
    pump()
  }

  private func cancel(_ id: UInt64) {
    let waiter = state.withLock { state -> Waiter? in
      guard let index = state.waiting.firstIndex(where: { $0.id == id }) else { return nil }
      return state.waiting.remove(at: index)
    }
    waiter?.continuation.resume(throwing: CancellationError())
  }

  /// Lets in whom the limiter admits, and sets the alarm for the others.
  private func pump() {
    let moment = now()
    var admitted: [(Waiter, RateLimiter.Ticket)] = []
    var expired: [Waiter] = []
    let alarm = state.withLock { state -> Duration? in
      if state.alarm.map({ $0 <= moment }) ?? false { state.alarm = nil }
      expired = state.waiting.filter { $0.deadline.map { $0 <= moment } ?? false }
      if !expired.isEmpty {
        state.waiting.removeAll { $0.deadline.map { $0 <= moment } ?? false }
      }
      var next = state.waiting.compactMap(\.deadline).min()
      var served = 0
      admission: while served < state.waiting.count {
        switch state.limiter.admit(at: moment) {
        case .admitted(let ticket):
          admitted.append((state.waiting[served], ticket))
          served += 1
        case .wait(let pause):
          next = min(next ?? moment + pause, moment + pause)
          break admission
        case .full:
          break admission
        }
      }
      state.waiting.removeFirst(served)
      guard !state.waiting.isEmpty, let next else { return nil }
      if let set = state.alarm, set <= next { return nil }
      state.alarm = next
      return next
    }
    for waiter in expired { waiter.continuation.resume(throwing: Refusal.deadlinePassed) }
    for (waiter, ticket) in admitted { waiter.continuation.resume(returning: ticket) }
    if let alarm { wake(at: alarm, after: alarm - moment) }
  }

  private func wake(at alarm: Duration, after pause: Duration) {
    Task { [weak self, sleep] in
      try? await sleep(pause)
      guard let self else { return }
      state.withLock { state in
        if state.alarm == alarm { state.alarm = nil }
      }
      pump()
    }
  }
}
