import Documents
import HTTPTransport

/// What a client tells of besides its results.
public enum KubernetesClientEvent: Sendable, Hashable {
  /// The API server warned, for example of a deprecated version.
  case warning(String, path: String)
}

/// A client of one cluster's API server. Every answer that is not what the API
/// promises is an error: ``KubernetesAPIError`` for a refusal, `TransportError`
/// where there is no sensible answer.
public struct KubernetesClient: Sendable {
  let http: any HTTPClient
  let server: String
  let credentials: any CredentialSource
  let onEvent: @Sendable (KubernetesClientEvent) -> Void
  private var mayRetry: (@Sendable () -> Bool)?
  private var attemptLimit: (@Sendable () -> Duration)?
  private var timeout: Duration?

  /// Creates a client.
  ///
  /// - Parameters:
  ///   - http: The transport, already set up with the cluster's TLS settings.
  ///   - server: URL of the API server, maybe with a path.
  ///   - credentials: Where the `Authorization` header comes from.
  ///   - onEvent: Told of warnings; may be called by several tasks at once.
  public init(
    http: any HTTPClient, server: String, credentials: any CredentialSource = NoCredentials(),
    onEvent: @escaping @Sendable (KubernetesClientEvent) -> Void = { _ in }
  ) {
    self.http = http
    var server = server
    while server.hasSuffix("/") { server.removeLast() }
    self.server = server
    self.credentials = credentials
    self.onEvent = onEvent
  }

  /// The same client, that sends no request a second time once it may not any
  /// more: a write that was sent under a lock must not be repeated without it.
  ///
  /// - Parameters:
  ///   - within: Asked before each attempt, how long it may take at most; `nil` for
  ///     no such limit, or for the one that this client has.
  ///   - mayRetry: Asked before each attempt after the first; may be called by
  ///     several tasks at once, as `within`.
  public func retrying(
    within: (@Sendable () -> Duration)? = nil, while mayRetry: @escaping @Sendable () -> Bool
  ) -> KubernetesClient {
    var client = self
    client.attemptLimit = within ?? attemptLimit
    client.mayRetry = mayRetry
    return client
  }

  /// The same client, whose requests have so long with all their attempts.
  public func limited(to timeout: Duration) -> KubernetesClient {
    var client = self
    client.timeout = timeout
    return client
  }

  /// Whether something may be sent again.
  public var maySendAgain: Bool { mayRetry?() ?? true }

  /// A request before it has a server and credentials.
  struct Call: Sendable {
    var method: HTTPRequest.Method = .get
    var path: String
    var query: [(String, String)] = []
    var accept = "application/json"
    var contentType = "application/json"
    var body: JSONValue?
    var isIdempotent: Bool?

    /// Path and query.
    var target: String {
      guard !query.isEmpty else { return path }
      let pairs = query.map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }
      return "\(path)?\(pairs.joined(separator: "&"))"
    }
  }

  /// Sends a request and gives the JSON of a successful answer.
  func json(_ call: Call) async throws -> JSONValue {
    let response = try await send(call)
    for field in response.values(of: "Warning") {
      for text in WarningHeader.texts(field) { onEvent(.warning(text, path: call.path)) }
    }
    let body = try? JSONValue(json: response.body)
    guard (200..<300).contains(response.status) else {
      throw refusal(response, body: body, call)
    }
    guard let body, body.object != nil else {
      throw malformed("a successful answer to \(call.path) is not a JSON object")
    }
    return body
  }

  /// An answer that the Kubernetes API does not give.
  func malformed(_ detail: String) -> TransportError {
    TransportError(.malformed, endpoint: endpoint, detail: detail, requestMayHaveBeenSent: true)
  }

  private func send(_ call: Call) async throws -> HTTPResponse {
    let response = try await http.send(try await request(call))
    // An expired token is refused before anything is done, so asking again is
    // safe for every method.
    guard response.status == 401, await credentials.invalidate(), maySendAgain else {
      return response
    }
    return try await http.send(try await request(call))
  }

  func request(_ call: Call) async throws -> HTTPRequest {
    var headers = [HTTPHeader("Accept", call.accept)]
    if let authorization = try await credentials.authorization() {
      headers.append(HTTPHeader("Authorization", authorization))
    }
    if call.body != nil { headers.append(HTTPHeader("Content-Type", call.contentType)) }
    var request = HTTPRequest(
      call.method, server + call.target, headers: headers,
      body: call.body.map { JSONWriter.compact($0) }, isIdempotent: call.isIdempotent)
    request.mayRetry = mayRetry
    request.attemptLimit = attemptLimit
    request.timeout = timeout
    return request
  }

  func refusal(_ response: HTTPResponse, body: JSONValue?, _ call: Call) -> any Error {
    let request = "\(call.method.rawValue) \(call.path)"
    if let body,
      let error = KubernetesAPIError(
        status: response.status, body: body, retryAfter: response[header: "Retry-After"],
        request: request)
    {
      return error
    }
    // Proxies before an API server answer these without a Status. No other code
    // is believed: a load balancer's 404 does not mean that an object is gone.
    switch response.status {
    case 401:
      return KubernetesAPIError(
        code: 401, reason: .unauthorized, message: "the credentials were refused", request: request)
    case 403:
      return KubernetesAPIError(
        code: 403, reason: .forbidden, message: "access was refused", request: request)
    default:
      return malformed(
        "\(request) was answered with status \(response.status) and no Kubernetes Status")
    }
  }

  /// Scheme, host and port of the server.
  private var endpoint: String {
    guard let scheme = server.firstIndex(of: ":") else { return server }
    let start = server.index(scheme, offsetBy: 3, limitedBy: server.endIndex) ?? server.endIndex
    var authority = server[start...].prefix { $0 != "/" && $0 != "?" }
    if let at = authority.lastIndex(of: "@") { authority = authority[at...].dropFirst() }
    return "\(server[..<start])\(authority)"
  }
}
