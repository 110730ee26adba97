/// One attempt at a request, as a trace shows it. Nothing in it is a
/// credential: URLs and header fields are redacted when the event is made, and
/// bodies are only counted.
public struct HTTPTraceEvent: Sendable, Hashable {
  /// The method.
  public var method: String
  /// The URL without userinfo, sensitive query values hidden.
  public var url: String
  /// Header fields of the request, values of sensitive ones hidden.
  public var requestHeaders: [HTTPHeader]
  /// Bytes of the request's body.
  public var requestBytes: Int
  /// The status, or `nil` when there was no whole answer.
  public var status: Int?
  /// Header fields of the answer, values of sensitive ones hidden.
  public var responseHeaders: [HTTPHeader]
  /// Bytes of the answer's body after decompression.
  public var responseBytes: Int
  /// Why there is no whole answer.
  public var failure: TransportError.Reason?
  /// 1 for the first attempt.
  public var attempt: Int
  /// From handing the attempt to the transport to its end.
  public var duration: Duration
  /// Whether an attempt follows, and after how long.
  public var retryAfter: Duration?

  init(
    _ request: HTTPRequest, status: Int?, responseHeaders: [HTTPHeader], responseBytes: Int,
    failure: TransportError.Reason?, attempt: Int, duration: Duration, retryAfter: Duration?
  ) {
    method = request.method.rawValue
    url = Redaction.url(request.url)
    requestHeaders = request.headers.map(Redaction.header)
    requestBytes = request.body?.count ?? 0
    self.status = status
    self.responseHeaders = responseHeaders.map(Redaction.header)
    self.responseBytes = responseBytes
    self.failure = failure
    self.attempt = attempt
    self.duration = duration
    self.retryAfter = retryAfter
  }
}

extension HTTPTraceEvent: CustomStringConvertible {
  /// One line: `GET https://nsx/policy/api/v1/infra -> 200, 512 B, 0.031 s, attempt 1`.
  public var description: String {
    let outcome = status.map(String.init) ?? failure?.summary ?? "cancelled"
    let seconds = duration.components
    let milliseconds = seconds.attoseconds / 1_000_000_000_000_000
    let digits = String(1000 + milliseconds).dropFirst()
    return "\(method) \(url) -> \(outcome), \(responseBytes) B, \(seconds.seconds).\(digits) s, "
      + "attempt \(attempt)"
  }
}
