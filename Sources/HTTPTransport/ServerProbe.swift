/// What a server shows before anybody has said who they are.
public struct ServerProbe: Sendable {
  /// Its certificate; `nil` for plain HTTP, and where it cannot be read.
  public var certificate: ServerCertificate?
  /// Seconds since 1970 by its own clock (the field `Date`); `nil` where it does
  /// not say.
  public var serverTime: Int64?
  /// The status of its answer.
  public var status: Int

  /// Asks a server for one document, without credentials and without trusting
  /// it: what it shows is told whether or not it is to be trusted. Nothing of
  /// ours is sent, not even our certificate.
  ///
  /// - Parameters:
  ///   - url: What to get, as a person without rights might.
  ///   - serverName: The name for SNI where it differs from the URL's host.
  /// - Throws: ``TransportError`` where there is no answer.
  public static func ask(
    _ url: String, serverName: String?, proxy: ProxySettings, timeout: Duration
  ) async throws -> ServerProbe {
    var configuration = HTTPClientConfiguration(
      tls: TLSSettings(verify: false, serverName: serverName), proxy: proxy)
    configuration.requestTimeout = timeout
    configuration.connectTimeout = min(timeout, configuration.connectTimeout)
    configuration.retry.maximumAttempts = 1
    configuration.keepsCertificate = true
    let response = try await CurlClient(configuration).send(
      HTTPRequest(.get, url, headers: [HTTPHeader("Accept", "application/json")]))
    return ServerProbe(
      certificate: response.certificatePEM.flatMap { ServerCertificate(pem: $0) },
      serverTime: response[header: "Date"].flatMap(RetryAfter.secondsSince1970(ofDate:))
        .map(Int64.init),
      status: response.status)
  }
}
