/// There is no whole answer to a request, and why.
public struct TransportError: Error, Sendable, Hashable {
  /// Why there is no answer.
  public enum Reason: String, Sendable, Hashable {
    /// The name of the host is unknown.
    case unknownHost
    /// The connection was refused, reset or never made.
    case connectionFailed
    /// The proxy did not let the connection through.
    case proxyFailed
    /// The server's certificate is not trusted, expired or for another name.
    case untrustedCertificate
    /// The leaf certificate is not the pinned one.
    case pinMismatch
    /// The server refused our client certificate, or could not be given one.
    case clientCertificateRefused
    /// TLS failed in another way.
    case tlsFailed
    /// A deadline passed.
    case timedOut
    /// The body ended before its announced end.
    case truncated
    /// The answer is larger than allowed, cannot be decompressed or is not
    /// HTTP; or the request itself cannot be put into HTTP.
    case malformed
    /// Too many redirects, or one to somewhere else.
    case redirected
  }

  /// Why there is no answer.
  public var reason: Reason
  /// Scheme, host and port, without credentials, path or query.
  public var endpoint: String
  /// The library's words.
  public var detail: String
  /// Whether bytes of the request may have reached the server.
  public var requestMayHaveBeenSent: Bool

  /// Creates an error.
  public init(
    _ reason: Reason, endpoint: String, detail: String, requestMayHaveBeenSent: Bool
  ) {
    self.reason = reason
    self.endpoint = endpoint
    self.detail = detail
    self.requestMayHaveBeenSent = requestMayHaveBeenSent
  }
}
