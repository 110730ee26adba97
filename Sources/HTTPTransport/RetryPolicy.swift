/// Decides whether a request is sent again, and when. A pure value: clock and
/// chance are passed in.
public struct RetryPolicy: Sendable, Hashable {
  /// How an attempt ended.
  public enum Outcome: Sendable, Hashable {
    /// A whole answer came, with the wait that its `Retry-After` asks for.
    case answer(status: Int, retryAfter: Duration?)
    /// None came.
    case failure(TransportError)
  }

  /// Everything that the decision depends on.
  public struct Situation: Sendable, Hashable {
    /// The attempt that ended, 1 for the first.
    public var attempt: Int
    /// How it ended.
    public var outcome: Outcome
    /// Whether the server has served this client before.
    public var hasServed: Bool
    /// Whether sending twice has the effect of sending once.
    public var isIdempotent: Bool
    /// Since the first attempt began.
    public var elapsed: Duration
    /// The limit of ``elapsed``, or `nil` for none.
    public var deadline: Duration?
    /// Chance, in 0..<1.
    public var random: Double

    /// Describes the end of an attempt.
    public init(
      attempt: Int, outcome: Outcome, hasServed: Bool = false, isIdempotent: Bool,
      elapsed: Duration, deadline: Duration?, random: Double
    ) {
      self.attempt = attempt
      self.outcome = outcome
      self.hasServed = hasServed
      self.isIdempotent = isIdempotent
      self.elapsed = elapsed
      self.deadline = deadline
      self.random = random
    }
  }

  /// What to do.
  public enum Decision: Sendable, Hashable {
    /// Send again after a wait.
    case retry(after: Duration)
    /// Give the caller what there is.
    case giveUp
  }

  /// Attempts in all, the first one included.
  public var maximumAttempts: Int = 5
  /// Attempts in all where the server has served this client before: one that
  /// restarts is worth waiting for, one that was never there is not.
  public var maximumAttemptsOnceServed: Int = 5
  /// The upper bound of the wait before the second attempt; it doubles with
  /// each further one.
  public var baseDelay: Duration = .milliseconds(250)
  /// The upper bound of all waits.
  public var maximumDelay: Duration = .seconds(20)
  /// `Retry-After` is obeyed up to here.
  public var maximumRetryAfter: Duration = .seconds(60)
  /// Statuses after which an idempotent request is sent again. 500 is not
  /// among them: NSX answers it to requests that will never succeed.
  public var statuses: Set<Int> = [429, 502, 503, 504]
  /// Statuses that may pass or may stay for good: after them an idempotent request
  /// is sent again, but only until there were ``maximumDoubtfulAttempts``.
  public var doubtfulStatuses: Set<Int> = []
  /// Attempts in all after ``doubtfulStatuses``.
  public var maximumDoubtfulAttempts: Int = 3
  /// Statuses that say that the request was not processed, so that it may be
  /// sent again even if it is not idempotent.
  public var statusesOfUnprocessed: Set<Int> = [429]

  /// The default policy; its fields can be changed.
  public init() {}

  /// A policy that never sends twice.
  public static var never: RetryPolicy {
    var policy = RetryPolicy()
    policy.maximumAttempts = 1
    policy.maximumAttemptsOnceServed = 1
    return policy
  }

  /// Whether an attempt is the last one, however it ends.
  func isLast(_ attempt: Int, hasServed: Bool) -> Bool {
    attempt >= (hasServed ? maximumAttemptsOnceServed : maximumAttempts)
  }

  /// Decides what follows the end of an attempt.
  public func decide(_ situation: Situation) -> Decision {
    guard !isLast(situation.attempt, hasServed: situation.hasServed) else { return .giveUp }
    var delay = jitter(situation)
    switch situation.outcome {
    case .answer(let status, let retryAfter):
      guard isRetried(status: status, situation) else { return .giveUp }
      if let retryAfter { delay = max(delay, min(retryAfter, maximumRetryAfter)) }
    case .failure(let error):
      guard error.reason.isTransient else { return .giveUp }
      if error.requestMayHaveBeenSent, !situation.isIdempotent { return .giveUp }
    }
    if let deadline = situation.deadline, situation.elapsed + delay >= deadline { return .giveUp }
    return .retry(after: delay)
  }

  private func isRetried(status: Int, _ situation: Situation) -> Bool {
    // Wrong or insufficient credentials stay so, and repeating them locks accounts.
    if status == 401 || status == 403 { return false }
    if statusesOfUnprocessed.contains(status) { return true }
    guard situation.isIdempotent else { return false }
    if doubtfulStatuses.contains(status) { return situation.attempt < maximumDoubtfulAttempts }
    return statuses.contains(status)
  }

  /// Full jitter: anything between zero and the exponential bound, so that the
  /// clients of a recovering server do not come back together.
  private func jitter(_ situation: Situation) -> Duration {
    let doublings = min(max(situation.attempt - 1, 0), 20)
    let bound = min(maximumDelay, baseDelay * (1 << doublings))
    return bound * min(max(situation.random, 0), 1)
  }
}

extension TransportError.Reason {
  /// Whether another attempt can end differently. Certificates, pins and what
  /// a person has to correct cannot.
  var isTransient: Bool {
    switch self {
    case .connectionFailed, .timedOut, .truncated, .unknownHost: true
    case .proxyFailed, .untrustedCertificate, .pinMismatch, .clientCertificateRefused, .tlsFailed,
      .malformed, .redirected:
      false
    }
  }
}
