import Documents
import HTTPTransport
import Synchronization

@testable import NSXClient

/// An NSX Manager by script: every request is recorded and answered by a
/// closure.
final class ScriptedManager: HTTPClient {
  /// A request in the parts that scripts look at.
  struct Request: Sendable {
    var method: String
    /// The path as sent, percent-encoded.
    var path: String
    /// The query as sent, percent-encoded.
    var query: String
    var headers: [HTTPHeader]
    var body: String
    /// How many requests with this method and path came before.
    var repetition: Int

    subscript(header name: String) -> String? {
      headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
    var line: String { "\(method) \(path)" }
  }

  typealias Script = @Sendable (Request) async throws -> HTTPResponse
  private let script: Script
  private let log = Mutex<[Request]>([])

  init(_ script: @escaping Script) { self.script = script }

  var requests: [Request] { log.withLock { $0 } }
  func count(_ line: String) -> Int { requests.filter { $0.line == line }.count }

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let parts = request.url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    let target = ("/" + (parts.last ?? "")).split(separator: "?", maxSplits: 1)
    let seen = log.withLock { log in
      let line = "\(request.method.rawValue) \(target.first ?? "")"
      let entry = Request(
        method: request.method.rawValue, path: String(target.first ?? ""),
        query: target.count > 1 ? String(target[1]) : "", headers: request.headers,
        body: String(decoding: request.body ?? [], as: UTF8.self),
        repetition: log.filter { $0.line == line }.count)
      log.append(entry)
      return entry
    }
    return try await script(seen)
  }

  func stream(
    _ request: HTTPRequest, receive: @escaping @Sendable ([UInt8]) throws -> Void
  ) async throws -> HTTPResponse {
    var response = try await send(request)
    try receive(response.body)
    response.body = []
    return response
  }
}

extension HTTPResponse {
  static func json(_ text: String, status: Int = 200) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: [HTTPHeader("Content-Type", "application/json")],
      body: Array(text.utf8))
  }
  static func json(_ value: JSONValue) -> HTTPResponse { json(value.description) }
  static func list(_ items: [JSONValue], count: Int? = nil, cursor: String? = nil) -> HTTPResponse {
    var page: JSONObject = JSONObject()
    page["results"] = .array(items)
    page["result_count"] = count.map { .integer(Int64($0)) }
    page["cursor"] = cursor.map { .string($0) }
    return json(.object(page))
  }
  static func error(_ status: Int, _ code: Int? = nil, _ message: String = "no") -> HTTPResponse {
    let code = code.map { "\"error_code\":\($0)," } ?? ""
    return json("{\(code)\"error_message\":\"\(message)\"}", status: status)
  }
  static let html = HTTPResponse(
    status: 200, headers: [HTTPHeader("Content-Type", "text/html")],
    body: Array("<html>Log in</html>".utf8))
  static let session = HTTPResponse(
    status: 200,
    headers: [
      HTTPHeader("Set-Cookie", "other=1; Path=/"),
      HTTPHeader("set-cookie", "JSESSIONID=S1; Path=/; Secure; HttpOnly"),
      HTTPHeader("x-xsrf-token", "T1"),
    ])
}

let refused = TransportError(
  .connectionFailed, endpoint: "https://a", detail: "refused", requestMayHaveBeenSent: false)
let reset = TransportError(
  .connectionFailed, endpoint: "https://a", detail: "reset", requestMayHaveBeenSent: true)
let hasty: @Sendable (Duration) async throws -> Void = { _ in }

/// A connection to scripted managers `https://nsx0`, `https://nsx1`, …
func connect(
  _ managers: ScriptedManager..., as authentication: NSXAuthentication = .clientCertificate,
  onEvent: (@Sendable (NSXEvent) -> Void)? = nil
) throws -> NSXConnection {
  try NSXConnection(
    endpoints: managers.enumerated().map {
      try NSXEndpoint(baseURL: "https://nsx\($0.offset)/", client: $0.element)
    }, authentication: authentication, pause: hasty, onEvent: onEvent)
}

/// The error that a body throws, as an `NSXAPIError`.
func apiError(_ body: () async throws -> Void) async -> NSXAPIError? {
  do {
    try await body()
    return nil
  } catch { return error as? NSXAPIError }
}
