import Synchronization

/// Sends requests by libcurl. One client has one pool of kept connections and
/// one thread that drives them, which starts with the first request and ends
/// with the client.
public final class CurlClient: HTTPClient {
  /// What the client was made with.
  public let configuration: HTTPClientConfiguration
  private let mailbox: CurlMailbox
  private let nextID = Atomic<UInt64>(0)
  private let hasServed = Atomic(false)

  /// Creates a client; nothing is opened yet.
  public init(_ configuration: HTTPClientConfiguration = HTTPClientConfiguration()) {
    self.configuration = configuration
    mailbox = CurlMailbox(configuration)
  }

  deinit { mailbox.stop() }

  /// Sends a request, several times if the retry policy says so, and gives
  /// the last answer, whatever its status.
  public func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    try await follow(request, receive: nil)
  }

  /// Sends a request and hands over the body of a success as it arrives.
  public func stream(
    _ request: HTTPRequest, receive: @escaping @Sendable ([UInt8]) throws -> Void
  ) async throws -> HTTPResponse {
    try await follow(request, receive: receive)
  }

  private func follow(
    _ request: HTTPRequest, receive: (@Sendable ([UInt8]) throws -> Void)?
  ) async throws -> HTTPResponse {
    let start = ContinuousClock.now
    var deadline = start + (request.timeout ?? configuration.requestTimeout)
    if let overall = configuration.overallDeadline { deadline = min(deadline, overall) }
    var request = request
    var followed = 0
    while true {
      guard let url = URLParts(request.url) else {
        throw TransportError(
          .malformed, endpoint: "a request", detail: "its URL is not an absolute http or https URL",
          requestMayHaveBeenSent: false)
      }
      let exchange = Exchange(
        request: request, url: url, start: start, deadline: deadline, receive: receive)
      let response = try await run(exchange)
      guard case .sameOrigin(let maximum) = configuration.redirects, request.method == .get,
        [301, 302, 303, 307, 308].contains(response.status),
        let location = response[header: "Location"]
      else { return response }
      followed += 1
      guard let target = url.resolving(location), target.isSameOrigin(as: url),
        followed <= maximum
      else {
        throw TransportError(
          .redirected, endpoint: url.endpoint,
          detail: followed > maximum
            ? "more than \(maximum) redirects"
            : "to \(url.resolving(location)?.endpoint ?? "an address that is not one")",
          requestMayHaveBeenSent: true)
      }
      request.url = target.text
    }
  }

  /// Makes attempts at one URL until the policy is content.
  private func run(_ exchange: Exchange) async throws -> HTTPResponse {
    var attempt = 1
    var fresh = false
    var silence = SilenceLimit(
      whole: exchange.deadline - exchange.start, shortest: configuration.shortestSilence)
    while true {
      try Task.checkCancellation()
      let ticket = try await enterGate(exchange)
      let begin = ContinuousClock.now
      let limit = silenceLimit(silence, exchange, attempt: attempt)
      var report = await perform(exchange, fresh: fresh, silence: limit)
      if case .uncheckedConnection = report.end {
        report = await perform(exchange, fresh: true, silence: limit)
      }
      if let ticket { configuration.gate?.leave(ticket, limiterOutcome(report)) }
      if case .answer(let response) = report.end, response.status < 500, response.status != 429 {
        hasServed.store(true, ordering: .relaxed)
      }
      let delay = retryDelay(exchange, report, attempt: attempt)
      trace(exchange, report, attempt: attempt, since: begin, retryAfter: delay)
      if let delay {
        if case .failed(let error) = report.end {
          fresh = true
          if error.reason == .timedOut { silence.lengthen() }
        }
        try await configuration.timing.sleep(delay)
        if exchange.request.mayRetry?() ?? true {
          attempt += 1
          continue
        }
      }
      switch report.end {
      case .answer(let response): return response
      case .failed(let error): throw error
      case .receiverFailed(let error): throw error
      case .cancelled: throw CancellationError()
      case .uncheckedConnection:
        throw TransportError(
          .pinMismatch, endpoint: exchange.url.endpoint, detail: "the server showed no certificate",
          requestMayHaveBeenSent: false)
      }
    }
  }

  private func enterGate(_ exchange: Exchange) async throws -> RateLimiter.Ticket? {
    guard let gate = configuration.gate else { return nil }
    do {
      return try await gate.enter(timeout: exchange.deadline - ContinuousClock.now)
    } catch is RequestGate.Refusal {
      throw TransportError(
        .timedOut, endpoint: exchange.url.endpoint,
        detail: "the limits of requests in flight and per second left no room in time",
        requestMayHaveBeenSent: false)
    }
  }

  /// How long an attempt may go without an answer that begins. What must not be
  /// sent twice, or would not be, is waited for as long as there is time; so are
  /// answers that may rest.
  private func silenceLimit(
    _ silence: SilenceLimit, _ exchange: Exchange, attempt: Int
  ) -> Duration? {
    guard exchange.request.isIdempotent, configuration.idleTimeout != nil,
      !configuration.retry.isLast(attempt, hasServed: hasServed.load(ordering: .relaxed))
    else { return nil }
    return silence.limit(remaining: exchange.deadline - ContinuousClock.now)
  }

  private func perform(
    _ exchange: Exchange, fresh: Bool, silence: Duration?
  ) async -> TransferReport {
    var deadline = exchange.deadline
    if let limit = exchange.request.attemptLimit?() {
      guard limit > .zero else { return TransferReport(end: .failed(.noTimeLeft(exchange.url))) }
      deadline = min(deadline, ContinuousClock.now + limit)
    }
    let end = deadline
    let id = nextID.add(1, ordering: .relaxed).newValue
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        mailbox.submit(
          TransferJob(
            id: id, request: exchange.request, url: exchange.url, deadline: end,
            silence: silence, needsFreshConnection: fresh, receive: exchange.receive,
            finish: { continuation.resume(returning: $0) }))
        // A cancellation that came before the attempt was there found nothing.
        if Task.isCancelled { mailbox.cancel(id) }
      }
    } onCancel: {
      mailbox.cancel(id)
    }
  }

  private func retryDelay(
    _ exchange: Exchange, _ report: TransferReport, attempt: Int
  ) -> Duration? {
    guard !report.handedOver, let outcome = outcome(report) else { return nil }
    let situation = RetryPolicy.Situation(
      attempt: attempt, outcome: outcome, hasServed: hasServed.load(ordering: .relaxed),
      isIdempotent: exchange.request.isIdempotent,
      elapsed: ContinuousClock.now - exchange.start, deadline: exchange.deadline - exchange.start,
      random: configuration.timing.random())
    guard case .retry(let delay) = configuration.retry.decide(situation) else { return nil }
    return delay
  }

  private func outcome(_ report: TransferReport) -> RetryPolicy.Outcome? {
    switch report.end {
    case .answer(let response):
      .answer(status: response.status, retryAfter: retryAfter(response))
    case .failed(let error): .failure(error)
    case .uncheckedConnection, .cancelled, .receiverFailed: nil
    }
  }

  private func limiterOutcome(_ report: TransferReport) -> RateLimiter.Outcome {
    guard case .answer(let response) = report.end else { return .lost }
    guard response.status == 429 || response.status == 503 else { return .served }
    return .overloaded(retryAfter: retryAfter(response))
  }

  private func retryAfter(_ response: HTTPResponse) -> Duration? {
    guard let value = response[header: "Retry-After"] else { return nil }
    let date = response[header: "Date"].flatMap(RetryAfter.secondsSince1970(ofDate:))
    return RetryAfter.delay(
      value, secondsSince1970: date ?? configuration.timing.secondsSince1970())
  }

  private func trace(
    _ exchange: Exchange, _ report: TransferReport, attempt: Int,
    since begin: ContinuousClock.Instant, retryAfter: Duration?
  ) {
    guard let trace = configuration.trace else { return }
    var status: Int?
    var headers: [HTTPHeader] = []
    var failure: TransportError.Reason?
    switch report.end {
    case .answer(let response):
      status = response.status
      headers = response.headers
    case .failed(let error): failure = error.reason
    case .uncheckedConnection, .cancelled, .receiverFailed: break
    }
    trace(
      HTTPTraceEvent(
        exchange.request, status: status, responseHeaders: headers,
        responseBytes: report.bodyBytes, failure: failure, attempt: attempt,
        duration: ContinuousClock.now - begin, retryAfter: retryAfter))
  }
}

/// A request to one URL with what its attempts share.
private struct Exchange: Sendable {
  var request: HTTPRequest
  var url: URLParts
  var start: ContinuousClock.Instant
  var deadline: ContinuousClock.Instant
  var receive: (@Sendable ([UInt8]) throws -> Void)?
}
