/// The machine-readable reason of a `Status`.
public enum StatusReason: Sendable, Hashable {
  case unauthorized, forbidden, notFound, alreadyExists, conflict, gone, invalid
  case serverTimeout, timeout, tooManyRequests, badRequest, methodNotAllowed, notAcceptable
  case requestEntityTooLarge, unsupportedMediaType, internalError, expired, serviceUnavailable
  case storeReadError
  /// The server gave no reason, as for a request that an admission webhook denied.
  case none
  /// A reason that this client does not know.
  case unknown(String)

  /// Reads the wire form.
  init(_ text: String?) {
    guard let text, !text.isEmpty else {
      self = .none
      return
    }
    self = Self.names[text] ?? .unknown(text)
  }

  private static let names: [String: StatusReason] = [
    "Unauthorized": .unauthorized, "Forbidden": .forbidden, "NotFound": .notFound,
    "AlreadyExists": .alreadyExists, "Conflict": .conflict, "Gone": .gone, "Invalid": .invalid,
    "ServerTimeout": .serverTimeout, "Timeout": .timeout, "TooManyRequests": .tooManyRequests,
    "BadRequest": .badRequest, "MethodNotAllowed": .methodNotAllowed,
    "NotAcceptable": .notAcceptable, "RequestEntityTooLarge": .requestEntityTooLarge,
    "UnsupportedMediaType": .unsupportedMediaType, "InternalError": .internalError,
    "Expired": .expired, "ServiceUnavailable": .serviceUnavailable,
    "StorageReadError": .storeReadError,
  ]
}
