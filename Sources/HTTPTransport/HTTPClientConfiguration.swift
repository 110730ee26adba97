/// Everything that makes one client differ from another.
public struct HTTPClientConfiguration: Sendable {
  /// The versions that are offered to a server.
  public enum Version: Sendable, Hashable {
    /// HTTP/1.1 with kept connections: safe with every server.
    case http1
    /// HTTP/2 where the server has it. Some servers count streams that the
    /// library resets after their end, and close the connection over it; such
    /// requests are sent again if they are idempotent.
    case http2
  }

  /// What to do with a 3xx answer.
  public enum Redirects: Sendable, Hashable {
    /// It is an answer like any other.
    case returned
    /// GET follows up to so many on the same scheme, host and port; one to
    /// elsewhere is an error, since credentials would go along.
    case sameOrigin(maximum: Int)
  }

  /// How servers are recognised.
  public var tls: TLSSettings
  /// The way out.
  public var proxy: ProxySettings
  /// The version.
  public var version: Version = .http1
  /// What is done with redirects.
  public var redirects: Redirects = .returned
  /// Limit for name, connection, proxy and TLS together.
  public var connectTimeout: Duration = .seconds(10)
  /// A transfer without a byte for so long is ended; whole seconds. `nil` for
  /// answers that may rest, such as followed logs.
  public var idleTimeout: Duration? = .seconds(60)
  /// The least time that an attempt at an idempotent request is given until its
  /// answer begins, where another attempt can follow: see ``SilenceLimit``.
  public var shortestSilence: Duration = .seconds(3)
  /// Limit of a request with its retries where it sets none itself.
  public var requestTimeout: Duration = .seconds(300)
  /// The end of the whole run: no request goes on after it.
  public var overallDeadline: ContinuousClock.Instant?
  /// Connections to one scheme, host and port. More requests wait in line.
  public var maximumConnectionsPerHost: Int = 16
  /// Requests at once on an HTTP/2 connection.
  public var maximumStreamsPerHost: Int = 64
  /// The `User-Agent` field.
  public var userAgent: String = "nsx-antrea"
  /// Whether answers tell the server's certificate.
  public var keepsCertificate = false
  /// Which attempts are followed by another.
  public var retry: RetryPolicy
  /// Limits rate and concurrency, also together with other clients.
  public var gate: RequestGate?
  /// Is told of every attempt. Called on any thread; must not block.
  public var trace: (@Sendable (HTTPTraceEvent) -> Void)?
  /// Clock and chance, to be replaced in tests.
  public var timing: HTTPTiming

  /// Creates a configuration; what is not named here has a default.
  public init(
    tls: TLSSettings = TLSSettings(), proxy: ProxySettings = .direct,
    retry: RetryPolicy = RetryPolicy(), gate: RequestGate? = nil,
    timing: HTTPTiming = .system, trace: (@Sendable (HTTPTraceEvent) -> Void)? = nil
  ) {
    self.tls = tls
    self.proxy = proxy
    self.retry = retry
    self.gate = gate
    self.timing = timing
    self.trace = trace
  }
}

/// Waiting, chance and the calendar, as one value that tests replace.
public struct HTTPTiming: Sendable {
  /// Waits between two attempts; throws when the task is cancelled.
  public var sleep: @Sendable (Duration) async throws -> Void
  /// A number in 0..<1 for the jitter.
  public var random: @Sendable () -> Double
  /// Seconds since 1970, for a `Retry-After` that names a date.
  public var secondsSince1970: @Sendable () -> Int

  /// Creates timing.
  public init(
    sleep: @escaping @Sendable (Duration) async throws -> Void,
    random: @escaping @Sendable () -> Double,
    secondsSince1970: @escaping @Sendable () -> Int
  ) {
    self.sleep = sleep
    self.random = random
    self.secondsSince1970 = secondsSince1970
  }
}
