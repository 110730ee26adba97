import Documents
import Failures
import HTTPTransport
import Synchronization

/// A connection to the managers of one NSX: logins, failover and decoding.
///
/// Any node of a manager cluster serves every call; the connection stays with
/// one until it fails, because nothing promises that another node has seen
/// the last write. Rate limits, retries after 429 and 503, and the number of
/// connections are the HTTP client's.
public final class NSXConnection: Sendable {
  /// The managers in the order of preference.
  public let endpoints: [NSXEndpoint]
  /// The most requests that one call of this connection has in flight.
  public let concurrency: Int

  let timeout: Duration?
  let notify: @Sendable (NSXEvent) -> Void
  private let pause: @Sendable (Duration) async throws -> Void
  private let authenticator: NSXAuthenticator
  private let preferred = Mutex(0)

  /// Creates a connection; nothing is sent yet.
  ///
  /// - Parameters:
  ///   - concurrency: requests in flight of one call, at most 32.
  ///   - timeout: limit of each request.
  ///   - pause: waits before a request is repeated; tests replace it.
  ///   - onEvent: is told what happens; called from any thread.
  /// - Throws: ``Failures/Failure`` of kind `usage` without an endpoint.
  public init(
    endpoints: [NSXEndpoint], authentication: NSXAuthentication, concurrency: Int = 16,
    timeout: Duration? = .seconds(120),
    pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    onEvent: (@Sendable (NSXEvent) -> Void)? = nil
  ) throws {
    guard !endpoints.isEmpty else {
      throw Failure(
        .usage, subject: "NSX", cause: "no manager is given",
        remedy: "give at least one manager URL")
    }
    let notify = onEvent ?? { _ in }
    self.endpoints = endpoints
    self.concurrency = max(1, min(concurrency, 32))
    self.timeout = timeout
    self.pause = pause
    self.notify = notify
    authenticator = NSXAuthenticator(
      endpoints: endpoints, authentication: authentication, timeout: timeout, notify: notify)
  }

  /// The manager that is asked first at present.
  public var currentManager: String { endpoints[preferred.withLock { $0 }].baseURL }

  /// Ends the sessions at the managers. A later request logs in again.
  public func close() async { await authenticator.close() }

  /// Sends a request and gives its successful answer (2xx).
  ///
  /// A read goes to the next manager when one has no usable answer; a write
  /// only where it surely had not been sent, or where `isIdempotent` says that
  /// sending it twice does no harm.
  ///
  /// - Parameters:
  ///   - path: from `/api/v1` or `/policy/api/v1` on, not percent-encoded.
  ///   - query: parameters, not percent-encoded.
  /// - Throws: ``NSXAPIError``, `CancellationError`, or what the token
  ///   provider threw.
  public func send(
    _ method: HTTPRequest.Method, _ path: String, query: [String: String] = [:],
    body: JSONValue? = nil, headers: [HTTPHeader] = [], isIdempotent: Bool? = nil
  ) async throws -> HTTPResponse {
    try await perform(
      NSXCall(method, path, query: query, body: body, headers: headers, isIdempotent: isIdempotent)
    ) { response, _ in response }
  }

  /// Sends a call to the managers in turn and decodes its answer.
  func perform<Output: Sendable>(
    _ call: NSXCall, decode: @Sendable (HTTPResponse, _ manager: String) throws -> Output
  ) async throws -> Output {
    let start = preferred.withLock { $0 }
    var earlier: [String] = []
    for step in endpoints.indices {
      let index = (start + step) % endpoints.count
      do {
        return try await attempt(call, on: index, decode: decode)
      } catch var error as NSXAPIError {
        guard call.mayMove(after: error), step + 1 < endpoints.count else {
          error.earlierAttempts = earlier
          throw error
        }
        let next = (index + 1) % endpoints.count
        preferred.withLock { if $0 == index { $0 = next } }
        earlier.append("\(error.manager) (\(error.cause))")
        notify(
          .failover(
            from: endpoints[index].baseURL, to: endpoints[next].baseURL, cause: error.cause))
      }
    }
    // Not reached: the last step returns or throws.
    throw CancellationError()
  }

  /// Sends a call to one manager; logs in again once where that can help.
  func attempt<Output: Sendable>(
    _ call: NSXCall, on index: Int,
    decode: @Sendable (HTTPResponse, _ manager: String) throws -> Output
  ) async throws -> Output {
    let endpoint = endpoints[index]
    var renewed = false
    var aborted = 0
    while true {
      try Task.checkCancellation()
      let ticket = try await authenticator.ticket(for: index)
      let response: HTTPResponse
      do {
        response = try await endpoint.client.send(
          call.request(to: endpoint, ticket: ticket, timeout: timeout))
      } catch let error as TransportError {
        throw NSXAPIError(error, manager: endpoint.baseURL, request: call.name)
      }
      if (200..<300).contains(response.status) {
        try refuseHTML(response, call: call, manager: endpoint.baseURL)
        return try decode(response, endpoint.baseURL)
      }
      let error = NSXAPIError(refused: response, manager: endpoint.baseURL, request: call.name)
      if error.reaction.isAuthentication {
        if renewed {
          await authenticator.renewalDidNotHelp(ticket, error: error)
        } else if await authenticator.renew(ticket, on: index, after: error) {
          renewed = true
          continue
        }
      } else if error.reaction == .transactionAborted, aborted < 3 {
        aborted += 1
        notify(.repeated(request: call.name, attempt: aborted))
        try await pause(.milliseconds(250 << aborted))
        continue
      }
      throw error
    }
  }
}
