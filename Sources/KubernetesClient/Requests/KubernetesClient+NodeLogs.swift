import Documents
import HTTPTransport
import Synchronization

/// A file or folder below `/var/log` of a node, which its kubelet gives away.
public struct NodeLogFile: Sendable, Hashable {
  /// The name of the node.
  public var node: String
  /// The path below `/var/log`, for example `antrea/networkpolicy/np.log`.
  public var path: String

  /// Creates a name of a file.
  public init(node: String, path: String) {
    self.node = node
    self.path = path
  }
}

/// Why a kubelet does not give a file that the API server asks it for.
public enum NodeLogRefusal: Error, Sendable, Hashable {
  /// It has no such file or folder.
  case absent
  /// It gives no logs away (`enableSystemLogHandler` or `enableDebuggingHandlers`).
  case disabled
  /// It, or a proxy on the way, refuses the API server.
  case refused
}

extension KubernetesClient {
  /// The names of the files in a folder, as the kubelet lists them.
  ///
  /// - Throws: ``NodeLogRefusal``, ``KubernetesAPIError``, `TransportError`.
  public func nodeLogNames(in folder: NodeLogFile) async throws -> [String] {
    let page = Mutex<[UInt8]>([])
    // With the slash, or it is a redirect.
    _ = try await nodeLog(NodeLogFile(node: folder.node, path: folder.path + "/"), range: nil) {
      bytes in
      try page.withLock {
        guard $0.count + bytes.count <= Self.longestList else { throw Enough() }
        $0 += bytes
      }
    }
    return FolderListing.names(page.withLock { $0 })
  }

  /// How many bytes a file has; `nil` where it can only be had as a whole.
  ///
  /// - Throws: ``NodeLogRefusal``, ``KubernetesAPIError``, `TransportError`.
  public func nodeLogSize(_ file: NodeLogFile) async throws -> Int64? {
    let received = Mutex(0)
    let response: HTTPResponse
    do {
      response = try await nodeLog(file, range: "bytes=0-0") { bytes in
        try received.withLock {
          $0 += bytes.count
          // A whole file in the place of one byte.
          if $0 > 1 { throw Enough() }
        }
      }
    } catch is Enough { return nil }
    switch response.status {
    case 206, 416:
      return response[header: "Content-Range"]?.split(separator: "/").last.flatMap { Int64($0) }
    default: return received.withLock { $0 } == 0 ? 0 : nil
    }
  }

  /// Some bytes of a file, fewer at its end, none behind it.
  ///
  /// - Throws: ``NodeLogRefusal``, ``KubernetesAPIError``, `TransportError`.
  public func nodeLogPart(_ file: NodeLogFile, from start: Int64, count: Int) async throws
    -> [UInt8]
  {
    let part = Mutex<[UInt8]>([])
    let response = try await nodeLog(file, range: "bytes=\(start)-\(start + Int64(count) - 1)") {
      bytes in
      try part.withLock {
        guard $0.count + bytes.count <= count else { throw Enough() }
        $0 += bytes
      }
    }
    return response.status == 206 ? part.withLock { $0 } : []
  }

  /// A file from some byte on, in pieces as they come; nothing where it ends before.
  ///
  /// - Parameters:
  ///   - start: More than 0 only where ``nodeLogSize(_:)`` knows the size.
  ///   - piece: Must not wait for long: what comes over other connections of this
  ///     client waits meanwhile. What it throws ends the reading.
  /// - Throws: ``NodeLogRefusal``, ``KubernetesAPIError``, `TransportError`, or what
  ///   `piece` throws.
  public func nodeLog(
    _ file: NodeLogFile, from start: Int64 = 0, timeout: Duration,
    piece: @escaping @Sendable ([UInt8]) throws -> Void
  ) async throws {
    let range = start > 0 ? "bytes=\(start)-" : nil
    let response = try await nodeLog(file, range: range, timeout: timeout, piece: piece)
    guard range == nil || response.status != 200 else {
      throw malformed("a part of \(file.path) was asked for, and the whole was given")
    }
  }

  /// A longer list of files than any folder has.
  private static let longestList = 4 << 20

  /// What ends a transfer that has no more to tell.
  private struct Enough: Error {}

  private func nodeLog(
    _ file: NodeLogFile, range: String?, timeout: Duration? = nil,
    piece: @escaping @Sendable ([UInt8]) throws -> Void
  ) async throws -> HTTPResponse {
    let path = file.path.split(separator: "/", omittingEmptySubsequences: false)
      .map { percentEncoded(String($0)) }.joined(separator: "/")
    var call = Call(path: "/api/v1/nodes/\(percentEncoded(file.node))/proxy/logs/\(path)")
    call.accept = "*/*"
    func send(_ call: Call) async throws -> HTTPResponse {
      var request = try await request(call)
      // Parts of a compressed answer would be parts of something else.
      request.headers.append(HTTPHeader("Accept-Encoding", "identity"))
      if let range { request.headers.append(HTTPHeader("Range", range)) }
      request.timeout = timeout
      request.maximumBodySize = .max
      return try await http.stream(request, receive: piece)
    }
    var response = try await send(call)
    if response.status == 401, await credentials.invalidate() { response = try await send(call) }
    if (200..<300).contains(response.status) || response.status == 416 && range != nil {
      return response
    }
    throw nodeLogRefusal(response, call)
  }

  /// The API server answers with a Status, the kubelet with text.
  private func nodeLogRefusal(_ response: HTTPResponse, _ call: Call) -> any Error {
    let body = try? JSONValue(json: response.body)
    let error = refusal(response, body: body, call)
    if body?["kind"]?.string == "Status" { return error }
    switch response.status {
    case 404: return NodeLogRefusal.absent
    case 405: return NodeLogRefusal.disabled
    case 401, 403: return NodeLogRefusal.refused
    default: return error
    }
  }
}

/// The page on which Go's file server lists a folder: one link for each file.
enum FolderListing {
  /// The names of files, without folders.
  static func names(_ page: [UInt8]) -> [String] {
    let mark = Array("href=\"".utf8)
    var names: [String] = []
    var index = 0
    while index + mark.count <= page.count {
      guard page[index..<index + mark.count].elementsEqual(mark) else {
        index += 1
        continue
      }
      let start = index + mark.count
      guard let end = page[start...].firstIndex(of: UInt8(ascii: "\"")) else { break }
      let name = decoded(page[start..<end])
      // Behind the prefix that a proxy may put before links.
      if let last = name.split(separator: "/", omittingEmptySubsequences: false).last,
        !last.isEmpty
      {
        names.append(String(last))
      }
      index = end
    }
    return names
  }

  /// A link without its `%XX`.
  private static func decoded(_ link: ArraySlice<UInt8>) -> String {
    var bytes: [UInt8] = []
    var rest = link
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
