import Documents
import HTTPTransport

/// One request, before it is known which manager gets it.
struct NSXCall: Sendable {
  var method: HTTPRequest.Method
  var path: String
  var query: [String: String]
  var body: JSONValue?
  var headers: [HTTPHeader]
  var isIdempotent: Bool?

  init(
    _ method: HTTPRequest.Method, _ path: String, query: [String: String] = [:],
    body: JSONValue? = nil, headers: [HTTPHeader] = [], isIdempotent: Bool? = nil
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.body = body
    self.headers = headers
    self.isIdempotent = isIdempotent
  }

  /// Method and path, for messages.
  var name: String { "\(method.rawValue) \(path)" }

  /// The request with its encoded URL and the header fields of a login.
  func request(to endpoint: NSXEndpoint, ticket: NSXTicket, timeout: Duration?) -> HTTPRequest {
    var fields = ticket.headers
    fields.append(HTTPHeader("Accept", "application/json"))
    if body != nil { fields.append(HTTPHeader("Content-Type", "application/json")) }
    fields += headers
    return HTTPRequest(
      method,
      endpoint.baseURL + PercentEncoding.path(path) + PercentEncoding.queryString(query),
      headers: fields, body: body.map(JSONWriter.compact), isIdempotent: isIdempotent,
      timeout: timeout)
  }

  /// Whether another manager may be asked after an error of one.
  func mayMove(after error: NSXAPIError) -> Bool {
    let repeatable = method == .get || isIdempotent == true || !error.requestMayHaveBeenSent
    guard repeatable else { return false }
    switch error.reaction {
    case .unavailable, .backendUnreachable, .invalidAnswer: return true
    case .noAnswer:
      switch error.transport?.reason {
      // A certificate that is not the expected one is for a person to look at.
      case .untrustedCertificate, .pinMismatch, .clientCertificateRefused, .none: return false
      default: return true
      }
    default: return false
    }
  }
}
