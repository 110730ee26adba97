/// One attempt at a request, as it is handed to the driver's thread.
struct TransferJob: Sendable {
  /// Names the attempt for a cancellation.
  var id: UInt64
  /// The request.
  var request: HTTPRequest
  /// The request's URL taken apart.
  var url: URLParts
  /// When the attempt must have ended.
  var deadline: ContinuousClock.Instant
  /// How long it may go without an answer that begins; `nil` for all its time.
  var silence: Duration?
  /// Whether a kept connection is out of the question.
  var needsFreshConnection: Bool
  /// Takes the body of a success in pieces; `nil` to collect it.
  var receive: (@Sendable ([UInt8]) throws -> Void)?
  /// Is called once, on the driver's thread.
  var finish: @Sendable (TransferReport) -> Void
}

/// How an attempt ended.
struct TransferReport: Sendable {
  /// The end itself.
  enum End: Sendable {
    /// A whole answer.
    case answer(HTTPResponse)
    /// None.
    case failed(TransportError)
    /// The attempt got a kept connection that nobody has checked against the
    /// pin; nothing was sent. It must be made again on a new one.
    case uncheckedConnection
    /// Stopped by ``CurlMailbox/cancel(_:)``.
    case cancelled
    /// The receiver of the body threw.
    case receiverFailed(any Error)
  }

  /// The end.
  var end: End
  /// Bytes of the body after decompression.
  var bodyBytes = 0
  /// Whether the receiver has got a piece.
  var handedOver = false
}
