import Documents

/// A request as a ``SandboxService`` sees it: one HTTP/1.1 request with its
/// whole body.
public struct SandboxRequest: Sendable {
  /// The method in upper case, for example `PATCH`.
  public var method: String
  /// The path as it stood on the wire: without the query, still
  /// percent-encoded.
  public var path: String
  /// The members of the query in their order, decoded.
  public var query: [(name: String, value: String)]
  /// The headers in their order.
  public var headers: [(name: String, value: String)]
  /// The body; empty where there is none.
  public var body: [UInt8]
  /// Common name of the TLS client certificate; `nil` where none was sent.
  public var clientCertificateCommonName: String?
  /// The decoded segments of the path, for example
  /// `["api", "v1", "namespaces"]`; empty segments are left out.
  public var segments: [String]

  /// Creates a request from the parts of a request line (`target` is the path
  /// with its query), its headers and its body.
  public init(
    method: String, target: String, headers: [(name: String, value: String)] = [],
    body: [UInt8] = [], clientCertificateCommonName: String? = nil
  ) {
    self.method = method
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = parts.first.map(String.init) ?? ""
    self.path = path
    self.query = parts.count == 2 ? PercentCoding.pairs(String(parts[1])) : []
    self.headers = headers
    self.body = body
    self.clientCertificateCommonName = clientCertificateCommonName
    self.segments = path.split(separator: "/").map {
      PercentCoding.decode(String($0), plusIsSpace: false)
    }
  }

  /// The first header with this name, compared without regard to case.
  public func header(_ name: String) -> String? {
    let wanted = name.lowercased()
    return headers.first { $0.name.lowercased() == wanted }?.value
  }

  /// The first member of the query with this name.
  public func query(_ name: String) -> String? { query.first { $0.name == name }?.value }
}

/// The answer of a ``SandboxService``.
public struct SandboxResponse: Sendable {
  /// What the server does wrong on purpose with an answer.
  public enum Fault: Sendable, Hashable {
    /// The connection is closed instead of an answer.
    case closeBeforeAnswer
    /// The request is taken, nothing is done and nothing is answered; the connection
    /// stays, as to a server that died without a word.
    case silence
    /// The header announces the whole body, and the connection is closed after
    /// so many bytes of it.
    case truncateBody(after: Int)
    /// The answer comes late.
    case delay(Duration)
    /// An HTML page with status 200 comes instead of the body, as from a
    /// reverse proxy.
    case garbage
    /// The body comes with `Content-Encoding: gzip` and is none.
    case corruptGzip
    /// The header announces the whole body, of which one byte comes every so
    /// often.
    case trickle(every: Duration)
  }

  /// The status code.
  public var status: Int
  /// The headers; `Content-Length` is added by the server.
  public var headers: [(name: String, value: String)]
  /// The body.
  public var body: [UInt8]
  /// What the server shall do wrong with the answer.
  public var fault: Fault?

  /// Creates an answer.
  public init(
    status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
    fault: Fault? = nil
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.fault = fault
  }

  /// An answer with a JSON body.
  public static func json(_ status: Int, _ value: JSONValue) -> SandboxResponse {
    SandboxResponse(
      status: status, headers: [(name: "Content-Type", value: "application/json")],
      body: JSONWriter.compact(value))
  }
}

/// What stands behind a ``SandboxServer``: an NSX Manager or a Kubernetes API.
public protocol SandboxService: Sendable {
  /// Answers one request; called concurrently.
  func respond(to request: SandboxRequest) async -> SandboxResponse
}
