import Documents

/// An error answer of the NSX Manager, in the shape of its `ApiError`.
struct ManagerFault: Error, Hashable {
  var status: Int
  var code: Int64
  var message: String
  var module = "policy"
  var details: String?
  var related: [(code: Int64, message: String)] = []

  static func == (left: ManagerFault, right: ManagerFault) -> Bool {
    left.status == right.status && left.code == right.code && left.message == right.message
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(status)
    hasher.combine(code)
  }

  /// The body.
  var body: JSONValue {
    var members: [(String, JSONValue)] = [
      ("httpStatus", .string(Self.name(of: status))), ("error_code", .integer(code)),
      ("module_name", .string(module)), ("error_message", .string(message)),
    ]
    if let details { members.append(("details", .string(details))) }
    if !related.isEmpty {
      let list: [JSONValue] = related.map {
        [
          "httpStatus": .string(Self.name(of: status)), "error_code": .integer($0.code),
          "module_name": .string(module), "error_message": .string($0.message),
        ]
      }
      members.append(("related_errors", .array(list)))
    }
    return .object(JSONObject(unsorted: members.map { .init(key: $0.0, value: $0.1) }) ?? .init())
  }

  private static func name(of status: Int) -> String {
    switch status {
    case 400: "BAD_REQUEST"
    case 401: "UNAUTHORIZED"
    case 403: "FORBIDDEN"
    case 404: "NOT_FOUND"
    case 409: "CONFLICT"
    case 412: "PRECONDITION_FAILED"
    case 429: "TOO_MANY_REQUESTS"
    case 503: "SERVICE_UNAVAILABLE"
    default: "INTERNAL_SERVER_ERROR"
    }
  }
}

extension ManagerFault {
  static func notFound(_ path: String) -> ManagerFault {
    ManagerFault(
      status: 404, code: 500012, message: "The path=[\(path)] is invalid",
      details: "The object at path=[\(path)] does not exist.")
  }

  static func invalid(_ message: String, code: Int64 = 500012) -> ManagerFault {
    ManagerFault(status: 400, code: code, message: message)
  }

  static func staleRevision(_ path: String) -> ManagerFault {
    ManagerFault(
      status: 412, code: 604,
      message: "The object \(path) was modified by somebody else; fetch the latest copy and retry")
  }

  static func missingRevision(_ path: String) -> ManagerFault {
    ManagerFault(
      status: 400, code: 500127,
      message: "Cannot create an object with path=[\(path)] as it already exists.")
  }

  static func stillReferenced(_ path: String, by referrer: String) -> ManagerFault {
    ManagerFault(
      status: 400, code: 500030,
      message: "The object path=[\(path)] cannot be deleted as it is being referenced.",
      details: "It is referenced by path=[\(referrer)].",
      related: [(code: 500030, message: "referenced by path=[\(referrer)]")])
  }

  static func pendingDeletion(_ path: String) -> ManagerFault {
    ManagerFault(
      status: 400, code: 500045,
      message: "Another object with path=[\(path)] is marked for deletion; its deletion is pending."
    )
  }

  static let badToken = ManagerFault(
    status: 403, code: 98, message: "Bad or expired XSRF token", module: "common-services")

  static let badCredentials = ManagerFault(
    status: 403, code: 403,
    message: "The credentials were incorrect or the account specified has been locked.",
    module: "common-services")

  static let notAuthorized = ManagerFault(
    status: 403, code: 401,
    message: "User is not authorized to perform this operation on the application.",
    module: "common-services")

  static let tooManyRequests = ManagerFault(
    status: 429, code: 102, message: "Client exceeded its API rate limit", module: "common-services"
  )

  static let tooBusy = ManagerFault(
    status: 503, code: 102, message: "Client exceeded its concurrent API requests",
    module: "common-services")
}
