import Documents
import Sandbox

/// What goes wrong with the requests of a phase.
struct Fault: Sendable {
  let name: String
  /// How many requests are affected; `nil` for all from the first.
  var count: Int? = nil
  var fault: SandboxResponse.Fault? = nil
  var response: SandboxResponse? = nil
  /// The limit of a request, where it is not the matrix's.
  var limit: String? = nil
  /// The server is down from there on, until the next run.
  var isOutage = false

  static let all: [Fault] = [
    Fault(name: "connection refused", fault: .closeBeforeAnswer, isOutage: true),
    Fault(name: "connection reset, once", count: 1, fault: .closeBeforeAnswer),
    Fault(name: "connection reset", fault: .closeBeforeAnswer),
    // A sixth of the limit is an attempt's.
    Fault(name: "never answers, once", count: 1, fault: .silence, limit: "18s"),
    Fault(name: "never answers", fault: .silence),
    Fault(name: "answer cut off, once", count: 1, fault: .truncateBody(after: 20)),
    Fault(name: "answer cut off", fault: .truncateBody(after: 20)),
    Fault(name: "answer late by 0.3 s", count: 3, fault: .delay(.milliseconds(300))),
    Fault(name: "one byte a second", fault: .trickle(every: .seconds(1))),
    Fault(name: "broken gzip", fault: .corruptGzip),
    Fault(name: "HTML with 200", fault: .garbage),
    status(401, "Unauthorized"), status(403, "Forbidden"), status(404, "NotFound"),
    status(409, "Conflict"), status(410, "Expired"), status(412, "PreconditionFailed"),
    status(422, "Invalid"),
    status(429, "TooManyRequests", retryAfter: "1", count: 1, note: " with Retry-After, once"),
    status(429, "TooManyRequests"), status(500, "InternalError", count: 1, note: ", once"),
    status(500, "InternalError"), status(503, "ServiceUnavailable", count: 2, note: ", twice"),
    status(503, "ServiceUnavailable"),
  ]

  private static func status(
    _ status: Int, _ reason: String, retryAfter: String? = nil, count: Int? = nil, note: String = ""
  ) -> Fault {
    var response = SandboxResponse.json(
      status,
      [
        "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": .string(reason),
        "message": "a fault on purpose", "code": .integer(Int64(status)),
        "httpStatus": .string(reason), "error_code": 1, "error_message": "a fault on purpose",
      ])
    if let retryAfter { response.headers.append((name: "Retry-After", value: retryAfter)) }
    return Fault(name: "\(status)\(note)", count: count, response: response)
  }
}
