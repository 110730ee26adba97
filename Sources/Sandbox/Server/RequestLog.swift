import Documents
import Synchronization

/// The requests that a server has seen, for tests that count them.
public final class RequestLog: Sendable {
  /// One request with the status of its answer.
  public struct Entry: Sendable, Hashable {
    /// The method.
    public var method: String
    /// The raw path without the query.
    public var path: String
    /// The decoded query as `name=value`, joined by `&`.
    public var query: String
    /// The status of the answer; 0 where the connection was closed instead.
    public var status: Int
  }

  private let entries = Mutex<[Entry]>([])

  /// Creates an empty log.
  public init() {}

  /// All requests in the order of their answers.
  public var all: [Entry] { entries.withLock { $0 } }

  /// How many requests had this method (`nil` for any) and a path that starts
  /// with this prefix.
  public func count(_ method: String? = nil, prefix: String = "") -> Int {
    entries.withLock { entries in
      entries.reduce(into: 0) { count, entry in
        if method == nil || method == entry.method, entry.path.hasPrefix(prefix) { count += 1 }
      }
    }
  }

  /// How many requests there were of each `METHOD /path`.
  public var counts: [String: Int] {
    entries.withLock { entries in
      entries.reduce(into: [:]) { $0["\($1.method) \($1.path)", default: 0] += 1 }
    }
  }

  /// Forgets all requests.
  public func clear() { entries.withLock { $0.removeAll() } }

  func append(_ request: SandboxRequest, status: Int) {
    let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    entries.withLock {
      $0.append(Entry(method: request.method, path: request.path, query: query, status: status))
    }
  }

  /// The answer of `GET /sandbox/requests`.
  var document: JSONValue {
    let list: [JSONValue] = all.map {
      [
        "method": .string($0.method), "path": .string($0.path), "query": .string($0.query),
        "status": .integer(Int64($0.status)),
      ]
    }
    return ["count": .integer(Int64(list.count)), "requests": .array(list)]
  }
}
