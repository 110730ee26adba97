import CLibCurl
import CurlShim

/// One attempt on the driver's thread: its handle, what libcurl calls back
/// with, and how it ended.
final class CurlTransfer {
  let job: TransferJob
  let handle: UnsafeMutableRawPointer
  let settings: HTTPClientConfiguration
  /// When a connection to this server last fell silent.
  let suspected: ContinuousClock.Instant?
  private let checked: CheckedSessions
  private let pins: Set<CertificatePin>

  /// Freed by ``dispose()``.
  var headerList: UnsafeMutablePointer<curl_slist>?
  var connectList: UnsafeMutablePointer<curl_slist>?
  let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  private var response = HTTPResponse(status: 0)
  private var bodyBytes = 0
  private var handedOver = false
  private var stop: Stop?
  private var sends = 0
  private var hasAnswerBegun = false
  private let silenceEnd: ContinuousClock.Instant?
  private var certificate: String?
  private(set) var alerts = TLSAlerts()

  /// Why a callback ended the transfer.
  private enum Stop {
    case pinMismatch(CertificatePin?)
    case uncheckedConnection
    case secondSend
    case tooLarge
    case receiver(any Error)
  }

  init(
    _ job: TransferJob, handle: UnsafeMutableRawPointer, settings: HTTPClientConfiguration,
    checked: CheckedSessions, suspected: ContinuousClock.Instant?
  ) {
    self.job = job
    self.suspected = suspected
    self.handle = handle
    self.settings = settings
    self.checked = checked
    pins = Set(settings.tls.pinnedLeafSHA256.compactMap { CertificatePin($0) })
    silenceEnd = job.silence.map { ContinuousClock.now + $0 }
    errorText.pointee = 0
  }

  /// Frees everything; the handle must have left the multi handle.
  func dispose() {
    curl_easy_cleanup(handle)
    curl_slist_free_all(headerList)
    curl_slist_free_all(connectList)
    errorText.deallocate()
  }

  /// Takes a line of the answer's head.
  func receive(headerLine line: String) {
    if line.hasPrefix("HTTP/") {
      hasAnswerBegun = true
      // A head that follows another: of 100 Continue, or of a further attempt.
      let words = line.split(separator: " ", maxSplits: 2)
      response = HTTPResponse(status: words.count > 1 ? Int(words[1]) ?? 0 : 0)
      return
    }
    guard let colon = line.firstIndex(of: ":") else { return }
    let value = line[line.index(after: colon)...]
    response.headers.append(HTTPHeader(String(line[..<colon]), value.trimmingBlanks()))
  }

  /// Takes a piece of the body; `false` ends the transfer.
  func receive(body piece: UnsafeRawBufferPointer) -> Bool {
    bodyBytes += piece.count
    guard bodyBytes <= job.request.maximumBodySize else {
      stop = .tooLarge
      return false
    }
    guard let receive = job.receive, (200..<300).contains(response.status) else {
      response.body.append(contentsOf: piece)
      return true
    }
    handedOver = true
    do {
      try receive(Array(piece))
      return true
    } catch {
      stop = .receiver(error)
      return false
    }
  }

  /// Decides, with the connection made and nothing sent, whether the request
  /// goes out.
  func mayBeSent() -> Bool {
    if settings.keepsCertificate {
      certificate = cs_leaf_certificate(handle).map { String(cString: $0) }
    }
    if !settings.tls.pinnedLeafSHA256.isEmpty {
      let pem = cs_leaf_certificate(handle).map { String(cString: $0) }
      switch checked.check(pem: pem, session: cs_tls_session(handle), against: pins) {
      case .matches: break
      case .differs(let seen):
        stop = .pinMismatch(seen)
        return false
      case .unchecked:
        stop = .uncheckedConnection
        return false
      }
    }
    // libcurl sends again by itself when a kept connection turns out to be
    // closed, without regard to the method.
    if sends > 0, !job.request.isIdempotent {
      stop = .secondSend
      return false
    }
    sends += 1
    return true
  }

  /// When it ends unless an answer begins before; `nil` where one has, or where it
  /// has no such limit.
  var answerDeadline: ContinuousClock.Instant? { hasAnswerBegun ? nil : silenceEnd }

  /// It ends because no answer has begun in time.
  func silentReport() -> TransferReport {
    let limit = (job.silence ?? .zero).millisecondsRoundedUp
    return TransferReport(
      end: .failed(error(.timedOut, "no answer began within \(limit) ms", wasSent: sends > 0)))
  }

  /// Notes what TLS says.
  func receive(tlsMessage bytes: UnsafeRawBufferPointer) { alerts.note(bytes) }

  /// How the transfer ended.
  func report(_ code: CURLcode) -> TransferReport {
    TransferReport(end: end(code), bodyBytes: bodyBytes, handedOver: handedOver)
  }

  private func end(_ code: CURLcode) -> TransferReport.End {
    switch stop {
    case .receiver(let error): return .receiverFailed(error)
    case .uncheckedConnection: return .uncheckedConnection
    case .pinMismatch(let seen):
      let found = seen.map { "it has SHA-256 \($0.hex)" } ?? "there is none"
      return .failed(error(.pinMismatch, found, wasSent: false))
    case .secondSend:
      return .failed(
        error(.connectionFailed, "the kept connection was closed by the server", wasSent: true))
    case .tooLarge:
      let limit = job.request.maximumBodySize
      return .failed(error(.malformed, "the body is larger than \(limit) bytes", wasSent: true))
    case nil: break
    }
    guard code != CURLE_OK else {
      response.certificatePEM = certificate
      return .answer(response)
    }
    let failure = CurlFailure(
      code: code, hasAnswerBegun: response.status >= 200,
      proxyStatus: cs_get_long(handle, CURLINFO_HTTP_CONNECTCODE),
      usesProxy: proxy != nil, alerts: alerts)
    let text = String(cString: errorText)
    let detail = text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
    return .failed(error(failure.reason, detail, wasSent: sends > 0))
  }

  private func error(
    _ reason: TransportError.Reason, _ detail: String, wasSent: Bool
  ) -> TransportError {
    TransportError(
      reason, endpoint: job.url.endpoint, detail: detail, requestMayHaveBeenSent: wasSent)
  }

  /// The proxy for this request.
  var proxy: String? {
    settings.proxy.proxy(scheme: job.url.scheme, host: job.url.host, port: job.url.port)
  }
}

extension StringProtocol {
  /// Without blanks and line ends at both ends.
  func trimmingBlanks() -> String {
    func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
    let bytes = Array(utf8)
    guard let first = bytes.firstIndex(where: { !isBlank($0) }),
      let last = bytes.lastIndex(where: { !isBlank($0) })
    else { return "" }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }
}
