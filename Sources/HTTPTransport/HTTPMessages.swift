import Documents

/// One header field. Names compare without regard to case.
public struct HTTPHeader: Sendable, Hashable {
  /// The name, for example `Content-Type`.
  public var name: String
  /// The value.
  public var value: String

  /// Creates a header field.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// A request to one URL.
public struct HTTPRequest: Sendable {
  /// The methods that NSX and Kubernetes use.
  public enum Method: String, Sendable {
    case get = "GET"
    case put = "PUT"
    case post = "POST"
    case patch = "PATCH"
    case delete = "DELETE"
  }

  /// The method.
  public var method: Method
  /// The absolute URL, already percent-encoded.
  public var url: String
  /// Header fields; the transport adds `Host`, `Content-Length` and `Accept-Encoding`.
  public var headers: [HTTPHeader]
  /// The body, or `nil` for none.
  public var body: [UInt8]?
  /// Whether sending it twice has the effect of sending it once, so that it
  /// may be retried after a lost connection. GET, PUT and DELETE are by
  /// default; POST and PATCH only where the caller knows.
  public var isIdempotent: Bool
  /// Limit for this one request including its retries.
  public var timeout: Duration?
  /// Asked before each attempt after the first: where it says no, the end of the
  /// last attempt is the end of the request. `nil` allows all.
  public var mayRetry: (@Sendable () -> Bool)?
  /// Asked before each attempt: how long it may take at most, within the limit of
  /// the request. `nil` for no limit of its own.
  public var attemptLimit: (@Sendable () -> Duration)?
  /// The largest answer that is accepted, in bytes after decompression.
  public var maximumBodySize: Int = 512 << 20

  /// Creates a request.
  public init(
    _ method: Method, _ url: String, headers: [HTTPHeader] = [], body: [UInt8]? = nil,
    isIdempotent: Bool? = nil, timeout: Duration? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.isIdempotent = isIdempotent ?? (method == .get || method == .put || method == .delete)
    self.timeout = timeout
  }
}

/// A whole answer.
public struct HTTPResponse: Sendable {
  /// The status code.
  public var status: Int
  /// The header fields in the order received.
  public var headers: [HTTPHeader]
  /// The body, decompressed and complete: a truncated body is a
  /// ``TransportError``, never a short answer.
  public var body: [UInt8]
  /// The server's certificate as PEM, where the client keeps it and the request
  /// made a handshake.
  public var certificatePEM: String?

  /// Creates an answer.
  public init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The first value of a header field, found without regard to case.
  public subscript(header name: String) -> String? {
    let wanted = name.lowercased()
    return headers.first { $0.name.lowercased() == wanted }?.value
  }

  /// All values of a header field, for `Set-Cookie`.
  public func values(of name: String) -> [String] {
    let wanted = name.lowercased()
    return headers.filter { $0.name.lowercased() == wanted }.map(\.value)
  }
}

/// What sends requests. Clients hold this protocol, so that tests replace the
/// network by a script.
public protocol HTTPClient: Sendable {
  /// Sends a request and gives the whole answer, whatever its status.
  ///
  /// - Throws: ``TransportError`` when there is no whole answer;
  ///   `CancellationError` when the task was cancelled.
  func send(_ request: HTTPRequest) async throws -> HTTPResponse

  /// Sends a request and hands the body over in pieces as they arrive; the
  /// returned answer has an empty body.
  ///
  /// Only the body of a success (2xx) is handed over: that of any other status
  /// describes the error and is in the returned answer. A request is not sent
  /// again once a piece was handed over. `receive` is called on the thread
  /// that drives all connections of the client and must not block; what it
  /// throws ends the transfer and is thrown here.
  func stream(
    _ request: HTTPRequest, receive: @escaping @Sendable ([UInt8]) throws -> Void
  ) async throws -> HTTPResponse
}
