import Documents
import HTTPTransport
import Synchronization

/// An HTTP client whose answers a test writes, and which remembers what was
/// asked.
final class ScriptedClient: HTTPClient {
  typealias Handler = @Sendable (HTTPRequest, Int) throws -> HTTPResponse

  private let handler: Handler
  private let log = Mutex<[HTTPRequest]>([])

  /// Answers by a function of the request and its number, from 0.
  init(_ handler: @escaping Handler) { self.handler = handler }

  /// Answers one after the other; a request beyond them is answered with 599.
  convenience init(_ answers: [HTTPResponse]) {
    self.init { _, index in index < answers.count ? answers[index] : HTTPResponse(status: 599) }
  }

  var requests: [HTTPRequest] { log.withLock { $0 } }

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    let index = log.withLock { log in
      log.append(request)
      return log.count - 1
    }
    return try handler(request, index)
  }

  func stream(
    _ request: HTTPRequest, receive: @escaping @Sendable ([UInt8]) throws -> Void
  ) async throws -> HTTPResponse {
    var response = try await send(request)
    // Any other body describes the error.
    guard (200..<300).contains(response.status) else { return response }
    try receive(response.body)
    response.body = []
    return response
  }
}

extension HTTPResponse {
  static func json(_ status: Int, _ value: JSONValue, _ headers: [HTTPHeader] = []) -> HTTPResponse
  {
    HTTPResponse(status: status, headers: headers, body: JSONWriter.compact(value))
  }

  /// A `Status` as the API server writes it.
  static func failure(
    _ code: Int, _ reason: String?, _ message: String = "no", details: JSONValue? = nil,
    continueToken: String? = nil
  ) -> HTTPResponse {
    var body: JSONValue = [
      "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
      "message": .string(message), "code": .integer(Int64(code)),
    ]
    if var object = body.object {
      if let reason { object["reason"] = .string(reason) }
      if let details { object["details"] = details }
      if let continueToken { object["metadata"] = ["continue": .string(continueToken)] }
      body = .object(object)
    }
    return .json(code, body)
  }
}

extension HTTPRequest {
  func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
  /// Path and query behind the test's server.
  var target: String { String(url.dropFirst("https://k8s.test:6443".count)) }
  var json: JSONValue? { body.flatMap { try? JSONValue(json: $0) } }
}
