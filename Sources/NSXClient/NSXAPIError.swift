import Documents
import Failures
import HTTPTransport

/// A request to NSX that was refused, or that has no usable answer.
public struct NSXAPIError: Error, Sendable, Hashable {
  /// The manager's base URL.
  public var manager: String
  /// The method and the path, without query and body.
  public var request: String
  /// What the error means.
  public var reaction: NSXReaction
  /// The HTTP status, or `nil` without an answer.
  public var status: Int?
  /// What the body of a refusal says.
  public var body: NSXErrorBody?
  /// Why there is no answer.
  public var transport: TransportError?
  /// Our own words on an answer that cannot be used.
  public var reason: String?
  /// Whether the request may have had an effect. `false` only when it surely
  /// did not reach NSX, so that a write may go to another manager.
  public var requestMayHaveBeenSent = true
  /// What other managers answered before, one line each.
  public var earlierAttempts: [String] = []

  /// A request that NSX refused.
  init(refused response: HTTPResponse, manager: String, request: String) {
    let body = NSXErrorBody(response.body, contentType: response[header: "content-type"])
    self.manager = manager
    self.request = request
    self.status = response.status
    self.body = body
    self.reaction = NSXReaction(status: response.status, body: body)
  }

  /// A request without an answer.
  init(_ error: TransportError, manager: String, request: String) {
    self.manager = manager
    self.request = request
    self.transport = error
    self.reaction =
      error.reason == .clientCertificateRefused ? .clientCertificateRefused : .noAnswer
    self.requestMayHaveBeenSent = error.requestMayHaveBeenSent
  }

  /// An answer that cannot be used.
  init(invalidAnswer reason: String, status: Int?, manager: String, request: String) {
    self.manager = manager
    self.request = request
    self.status = status
    self.reason = reason
    self.reaction = .invalidAnswer
  }
}

extension NSXAPIError: FailureConvertible, CustomStringConvertible {
  /// The error in the words and the class that the command line reports.
  public var failure: Failure {
    Failure(reaction.kind, subject: "\(manager) \(request)", cause: cause, remedy: remedy)
  }

  /// The failure's text.
  public var description: String { failure.description }

  /// Status, every code, message and detail that NSX gave, in one line.
  var cause: String {
    var parts: [String] = []
    if let status { parts.append("HTTP \(status)") }
    if let reason { parts.append(reason) }
    if let transport { parts.append(transport.failure.cause) }
    if let body {
      switch body.form {
      case .json: parts += body.items.map(\.text).filter { !$0.isEmpty }
      case .html: parts.append("the answer is an HTML page, not NSX's")
      case .empty: parts.append("without a message")
      case .other: parts.append("the answer is not JSON")
      }
    }
    if !earlierAttempts.isEmpty {
      parts.append("tried before: " + earlierAttempts.joined(separator: ", "))
    }
    return parts.joined(separator: "; ")
  }

  private var remedy: String? {
    switch reaction {
    case .invalidCredentials, .sessionExpired:
      "check user and password (or token); after several refused logins NSX locks an account"
    case .forbidden: "give the user a role with the right to this path"
    case .licenseMissing: "add a licence for this function to NSX"
    case .clientCertificateRefused:
      "register the certificate as a principal identity, and check its key and expiry"
    case .staleRevision: "somebody changed the object meanwhile; run again"
    case .stillReferenced: "remove the references to the object first"
    case .pendingDeletion: "wait until NSX has removed the deleted object, then run again"
    case .rateLimited, .unavailable, .backendUnreachable, .transactionAborted, .searchUnavailable:
      "run again later"
    case .invalidAnswer: "check that the URL is an NSX Manager's, and the proxy between"
    case .noAnswer: transport?.failure.remedy
    case .notFound, .missingRevision, .pageTooLarge, .serverError, .badRequest: nil
    }
  }
}
