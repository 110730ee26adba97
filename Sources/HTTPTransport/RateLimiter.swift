/// Limits requests in flight and per second, and adapts both to what the
/// server can bear: additive increase, multiplicative decrease. A pure value:
/// the time is passed in, counted from any fixed moment.
public struct RateLimiter: Sendable, Hashable {
  /// The limits.
  public struct Limits: Sendable, Hashable {
    /// Requests in flight at most.
    public var inFlight: Int
    /// Requests per second at most, or `nil` for no limit.
    public var perSecond: Double?
    /// Requests that may start together after a pause.
    public var burst: Int

    /// Creates limits.
    public init(inFlight: Int, perSecond: Double?, burst: Int = 1) {
      self.inFlight = max(1, inFlight)
      self.perSecond = perSecond
      self.burst = max(1, burst)
    }

    /// What one run may ask of all NSX managers together: well under the 40 in
    /// flight and 100 a second after which a manager refuses.
    public static let nsx = Limits(inFlight: 32, perSecond: 80, burst: 8)
    /// What one run may ask of one cluster's API server, whose own priority
    /// and fairness does the rest.
    public static let kubernetes = Limits(inFlight: 16, perSecond: nil)
  }

  /// Whether the next request may start.
  public enum Admission: Sendable, Hashable {
    /// It has started; ``RateLimiter/finish(_:_:at:)`` must follow.
    case admitted(Ticket)
    /// Ask again after so long.
    case wait(Duration)
    /// Ask again when a request has ended.
    case full
  }

  /// A request in flight.
  public struct Ticket: Sendable, Hashable {
    fileprivate var start: Duration
  }

  /// How a request ended, as far as the limits care.
  public enum Outcome: Sendable, Hashable {
    /// The server answered.
    case served
    /// The server answered 429 or 503, with the wait that it asked for.
    case overloaded(retryAfter: Duration?)
    /// There was no answer, which says nothing about load.
    case lost
  }

  /// The limits that are never exceeded.
  public let limits: Limits
  /// The part of the limits that is used now, 1/32...1.
  public private(set) var factor: Double = 1
  /// Requests that have started and not ended.
  public private(set) var inFlight = 0

  private var tokens: Double
  private var lastRefill: Duration?
  private var lastDecrease: Duration?
  private var pausedUntil: Duration?

  private static let floor = 1.0 / 32
  /// The gain of one served request. At 80 a second, half the rate is won back
  /// in some 30 seconds.
  private static let gain = 1.0 / 4096
  private static let maximumPause: Duration = .seconds(60)

  /// Starts with all of the limits usable.
  public init(_ limits: Limits) {
    self.limits = limits
    tokens = Double(limits.burst)
  }

  /// The requests in flight that are allowed now.
  public var currentInFlight: Int { max(1, Int(Double(limits.inFlight) * factor)) }

  /// The requests per second that are allowed now.
  public var currentPerSecond: Double? { limits.perSecond.map { $0 * factor } }

  /// Starts the next request if it may.
  public mutating func admit(at now: Duration) -> Admission {
    if let pausedUntil {
      if now < pausedUntil { return .wait(pausedUntil - now) }
      self.pausedUntil = nil
    }
    guard inFlight < currentInFlight else { return .full }
    refill(at: now)
    if let rate = currentPerSecond {
      guard tokens >= 1 else {
        // Rounded up, so that the token is there when the wait is over.
        return .wait(.seconds((1 - tokens) / rate) + .microseconds(1))
      }
      tokens -= 1
    }
    inFlight += 1
    return .admitted(Ticket(start: now))
  }

  /// Ends a request.
  ///
  /// Of the requests that were in flight together when the server became
  /// overloaded only the first to say so halves the limits: they are one event.
  /// None of them raises the limits, so that decrease beats increase.
  public mutating func finish(_ ticket: Ticket, _ outcome: Outcome, at now: Duration) {
    inFlight = max(0, inFlight - 1)
    let startedBeforeDecrease = lastDecrease.map { ticket.start <= $0 } ?? false
    switch outcome {
    case .served:
      if !startedBeforeDecrease { factor = min(1, factor + Self.gain) }
    case .overloaded(let retryAfter):
      if let retryAfter {
        let until = now + min(retryAfter, Self.maximumPause)
        pausedUntil = max(pausedUntil ?? until, until)
      }
      if startedBeforeDecrease { return }
      refill(at: now)
      factor = max(Self.floor, factor / 2)
      tokens = min(tokens, 1)
      lastDecrease = now
    case .lost:
      break
    }
  }

  private mutating func refill(at now: Duration) {
    defer { lastRefill = now }
    guard let rate = currentPerSecond, let lastRefill, now > lastRefill else { return }
    tokens = min(Double(limits.burst), tokens + (now - lastRefill).seconds * rate)
  }
}

extension Duration {
  /// Seconds with their fraction.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }

  /// Whole milliseconds, rounded up, at least 1.
  var millisecondsRoundedUp: Int {
    let whole = components.seconds.multipliedReportingOverflow(by: 1000)
    guard !whole.overflow else { return Int.max / 2 }
    let (part, rest) = components.attoseconds.quotientAndRemainder(
      dividingBy: 1_000_000_000_000_000)
    return max(1, Int(whole.partialValue + part + (rest > 0 ? 1 : 0)))
  }
}
