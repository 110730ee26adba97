/// How long the attempts at an idempotent request wait for an answer to begin.
///
/// A server or a way to it that died without a word looks like one that is slow.
/// So the first attempts are given a part of the request's time each, twice as
/// much every time, and are followed by one on a new connection; the last one
/// has all the time that is left. An answer that has begun is not cut.
struct SilenceLimit: Sendable, Hashable {
  private var next: Duration

  /// - Parameters:
  ///   - whole: The time of the request with all its attempts.
  ///   - shortest: The least that an attempt is given.
  init(whole: Duration, shortest: Duration) {
    next = max(shortest, min(whole / 4, .seconds(15)))
  }

  /// The limit of the next attempt.
  ///
  /// - Parameter remaining: What is left of the request's time.
  /// - Returns: `nil` where the attempt has all of it.
  func limit(remaining: Duration) -> Duration? { remaining >= next * 2 ? next : nil }

  /// An attempt has ended without an answer in its time.
  mutating func lengthen() { next = next * 2 }
}
