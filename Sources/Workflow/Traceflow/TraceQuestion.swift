import AntreaModel

/// What `traceflow` is asked to trace.
public struct TraceQuestion: Sendable, Hashable {
  /// `--from`; `nil` for live traffic of anybody.
  public var from: String?
  /// `--to`; `nil` for live traffic to anybody.
  public var to: String?
  /// `--port`, for example `443/tcp`.
  public var port: String?
  /// `--protocol`.
  public var protocolName: String?
  /// `--source-port`; `nil` for one by chance.
  public var sourcePort: Int?
  /// `--tcp-flags`, for example `syn` or `syn,ack`.
  public var tcpFlags: String?
  /// `--ipv6`: between IPv6 addresses where both ends have them.
  public var isIPv6: Bool
  /// `--live`: wait for a packet of others and send none.
  public var isLive: Bool
  /// `--dropped-only`.
  public var isDroppedOnly: Bool
  /// `--trace-timeout`, in seconds.
  public var timeout: Int
  /// `--expect`.
  public var expectation: ReachQuestion.Expectation?

  /// Creates a question.
  public init(
    from: String? = nil, to: String? = nil, port: String? = nil, protocolName: String? = nil,
    sourcePort: Int? = nil, tcpFlags: String? = nil, isIPv6: Bool = false, isLive: Bool = false,
    isDroppedOnly: Bool = false, timeout: Int = TraceflowSpec.defaultTimeout,
    expectation: ReachQuestion.Expectation? = nil
  ) {
    self.from = from
    self.to = to
    self.port = port
    self.protocolName = protocolName
    self.sourcePort = sourcePort
    self.tcpFlags = tcpFlags
    self.isIPv6 = isIPv6
    self.isLive = isLive
    self.isDroppedOnly = isDroppedOnly
    self.timeout = timeout
    self.expectation = expectation
  }
}
