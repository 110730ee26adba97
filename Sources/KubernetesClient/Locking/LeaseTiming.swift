/// How long things take with a Lease, and how time passes.
public struct LeaseTiming: Sendable {
  /// After how many seconds without renewal others may take it.
  public var duration: Int64 = 30
  /// How long to wait for a Lease that another run holds.
  public var timeout: Duration = .zero
  /// The limit of any request to the cluster.
  public var requestTimeout: Duration = .seconds(60)
  /// How often a Lease of another run is looked at.
  public var pollInterval: Duration = .seconds(2)
  /// The time since some fixed moment: what decides, because it never jumps.
  public var now: @Sendable () -> Duration
  /// Waits.
  public var sleep: @Sendable (Duration) async throws -> Void
  /// Seconds since 1970: what is written into a Lease for others to read.
  public var wallClock: @Sendable () -> Int64

  /// Creates a timing.
  public init(
    now: @escaping @Sendable () -> Duration,
    sleep: @escaping @Sendable (Duration) async throws -> Void,
    wallClock: @escaping @Sendable () -> Int64
  ) {
    self.now = now
    self.sleep = sleep
    self.wallClock = wallClock
  }

  /// How often the holder renews it.
  public var renewInterval: Duration { .seconds(duration) / 3 }
  /// After how long without renewal the holder must not begin anything more until
  /// it has renewed it. What has begun then has the rest of the duration to end.
  public var renewDeadline: Duration { .seconds(duration) * 2 / 3 }
  /// How long a renewal may take with all its attempts, so that another one can
  /// follow before others may take the Lease.
  public var renewTimeout: Duration { min(.seconds(duration) / 2, requestTimeout) }
  /// After how long without renewal the holder gives up: an API server that
  /// restarts is back by then.
  public var giveUp: Duration { .seconds(duration) * 4 }
}
