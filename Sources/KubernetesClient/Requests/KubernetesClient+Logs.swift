import Documents
import HTTPTransport

/// Which part of a container's log is wanted.
public struct PodLogOptions: Sendable, Hashable {
  /// The container; `nil` for the only one.
  public var container: String?
  /// Seconds since 1970: only lines from then on.
  public var since: Int64?
  /// Only so many lines at the end.
  public var tail: Int?
  /// Whether to wait for more lines until the container ends.
  public var follow: Bool

  /// Creates options.
  public init(
    container: String? = nil, since: Int64? = nil, tail: Int? = nil, follow: Bool = false
  ) {
    self.container = container
    self.since = since
    self.tail = tail
    self.follow = follow
  }
}

extension KubernetesClient {
  /// The log of a container, in pieces as they come; each line begins with its time
  /// (RFC 3339 with nanoseconds) and a blank.
  ///
  /// - Parameter piece: Must not wait for long: what comes over other connections
  ///   of this client waits meanwhile. What it throws ends the reading.
  /// - Throws: ``KubernetesAPIError``, `TransportError`, or what `piece` throws.
  public func podLog(
    namespace: String, pod: String, options: PodLogOptions, timeout: Duration,
    piece: @escaping @Sendable ([UInt8]) throws -> Void
  ) async throws {
    var call = Call(
      path: "/api/v1/namespaces/\(percentEncoded(namespace))/pods/\(percentEncoded(pod))/log")
    call.accept = "*/*"
    if let container = options.container { call.query.append(("container", container)) }
    if options.follow { call.query.append(("follow", "true")) }
    if let since = options.since {
      call.query.append(("sinceTime", Timestamp.text(since)))
    }
    if let tail = options.tail { call.query.append(("tailLines", String(tail))) }
    call.query.append(("timestamps", "true"))
    try await stream(call, timeout: timeout, piece: piece)
  }

  /// Sends a request and hands over the body of its successful answer.
  func stream(
    _ call: Call, timeout: Duration, piece: @escaping @Sendable ([UInt8]) throws -> Void
  ) async throws {
    var request = try await request(call)
    request.timeout = timeout
    request.maximumBodySize = .max
    var response = try await http.stream(request, receive: piece)
    if response.status == 401, await credentials.invalidate() {
      request = try await self.request(call)
      request.timeout = timeout
      request.maximumBodySize = .max
      response = try await http.stream(request, receive: piece)
    }
    guard (200..<300).contains(response.status) else {
      throw refusal(response, body: try? JSONValue(json: response.body), call)
    }
  }
}
