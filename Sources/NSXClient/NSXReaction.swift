import Failures

/// What an error of NSX means, by HTTP status and error codes: what a caller
/// decides by.
public enum NSXReaction: String, Sendable, Hashable, CaseIterable {
  /// User, password, token or session are not accepted.
  case invalidCredentials
  /// The XSRF token is unknown: the session has ended.
  case sessionExpired
  /// NSX has no licence for the function.
  case licenseMissing
  /// The role does not allow the request.
  case forbidden
  /// NSX does not trust the client certificate.
  case clientCertificateRefused
  /// The object does not exist.
  case notFound
  /// `_revision` is not the current one: read, merge and write again.
  case staleRevision
  /// The object exists, and the PUT had no `_revision`.
  case missingRevision
  /// The object cannot be deleted while others refer to it.
  case stillReferenced
  /// An object of that path is still being deleted: wait and write again.
  case pendingDeletion
  /// The search index is being built, slow or out of step: use lists.
  case searchUnavailable
  /// The page is too large: ask for smaller ones.
  case pageTooLarge
  /// Too many requests a second.
  case rateLimited
  /// A transaction was aborted; nothing was done: send again.
  case transactionAborted
  /// The node has lost its backend: another node may answer.
  case backendUnreachable
  /// 502, 503 or 504: the node is down, starting or overloaded.
  case unavailable
  /// Another 5xx.
  case serverError
  /// Another 4xx: the request is wrong in itself.
  case badRequest
  /// An answer that is not NSX's: HTML, a redirect, invalid JSON, or a list
  /// without its members.
  case invalidAnswer
  /// There is no whole answer.
  case noAnswer
}

extension NSXReaction {
  /// Classifies a refused request.
  init(status: Int, body: NSXErrorBody) {
    let codes = Set(body.codes)
    func has(_ wanted: Int64...) -> Bool { !codes.isDisjoint(with: wanted) }
    switch status {
    case 401: self = has(98) ? .sessionExpired : .invalidCredentials
    case 403:
      self =
        has(98)
        ? .sessionExpired : has(403) ? .invalidCredentials : has(505) ? .licenseMissing : .forbidden
    case 404:
      // The page of some proxy says nothing about an NSX object.
      self = body.form == .html ? .invalidAnswer : has(500_090) ? .staleRevision : .notFound
    case 409, 412: self = .staleRevision
    // Said by a proxy or by NSX, it is about the size of our body.
    case 413: self = .badRequest
    case 429: self = .rateLimited
    case 400:
      self =
        has(100_148, 500_087, 500_232)
        ? .staleRevision
        : has(500_127)
          ? .missingRevision
          : has(500_030)
            ? .stillReferenced
            : has(500_045)
              ? .pendingDeletion
              : has(60_508, 60_514, 60_515)
                ? .searchUnavailable : has(255) ? .pageTooLarge : .badRequest
    case 500:
      self =
        has(98)
        ? .backendUnreachable
        : has(99) ? .clientCertificateRefused : has(607) ? .transactionAborted : .serverError
    case 503 where has(60_576): self = .pageTooLarge
    case 502, 503, 504: self = .unavailable
    case 400..<500: self = body.form == .html ? .invalidAnswer : .badRequest
    case 500..<600: self = .serverError
    default: self = .invalidAnswer
    }
  }

  /// The class of the failure, which decides the exit status.
  public var kind: Failure.Kind {
    switch self {
    case .invalidCredentials, .sessionExpired, .licenseMissing, .forbidden,
      .clientCertificateRefused:
      .permissionDenied
    case .unavailable, .backendUnreachable, .serverError, .rateLimited, .searchUnavailable,
      .transactionAborted, .invalidAnswer, .noAnswer:
      .unreachable
    case .notFound, .staleRevision, .missingRevision, .stillReferenced, .pendingDeletion,
      .pageTooLarge, .badRequest:
      .failed
    }
  }

  /// Whether the error says that the login, not the request, is refused.
  var isAuthentication: Bool { self == .invalidCredentials || self == .sessionExpired }
}
