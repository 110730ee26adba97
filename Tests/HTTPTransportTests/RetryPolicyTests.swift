import HTTPTransport
import Testing

@Suite struct RetryPolicyTests {
  private func decide(
    _ outcome: RetryPolicy.Outcome, attempt: Int = 1, idempotent: Bool = true,
    elapsed: Duration = .zero, deadline: Duration? = nil, random: Double = 0.5
  ) -> RetryPolicy.Decision {
    RetryPolicy().decide(
      .init(
        attempt: attempt, outcome: outcome, isIdempotent: idempotent, elapsed: elapsed,
        deadline: deadline, random: random))
  }

  private func failure(
    _ reason: TransportError.Reason, sent: Bool = true
  ) -> RetryPolicy.Outcome {
    .failure(TransportError(reason, endpoint: "x", detail: "", requestMayHaveBeenSent: sent))
  }

  @Test func retriesOverloadWithJitter() {
    let outcome = RetryPolicy.Outcome.answer(status: 503, retryAfter: nil)
    #expect(decide(outcome) == .retry(after: .milliseconds(125)))
    #expect(decide(outcome, attempt: 3) == .retry(after: .milliseconds(500)))
    #expect(decide(outcome, random: 0) == .retry(after: .zero))
    #expect(decide(outcome, attempt: 5) == .giveUp)
  }

  @Test func obeysRetryAfterUpToItsCap() {
    #expect(
      decide(.answer(status: 429, retryAfter: .seconds(7))) == .retry(after: .seconds(7)))
    #expect(
      decide(.answer(status: 429, retryAfter: .seconds(7000))) == .retry(after: .seconds(60)))
    #expect(
      decide(.answer(status: 429, retryAfter: .seconds(7)), deadline: .seconds(5)) == .giveUp)
  }

  @Test func sendsNothingTwiceThatMustNotBe() {
    let unavailable = RetryPolicy.Outcome.answer(status: 503, retryAfter: nil)
    #expect(decide(unavailable, idempotent: false) == .giveUp)
    #expect(decide(failure(.connectionFailed), idempotent: false) == .giveUp)
    #expect(decide(failure(.connectionFailed, sent: false), idempotent: false) != .giveUp)
    #expect(decide(.answer(status: 429, retryAfter: nil), idempotent: false) != .giveUp)
  }

  @Test(arguments: [200, 301, 400, 401, 403, 404, 409, 412, 500])
  func givesOtherStatusesToTheCaller(_ status: Int) {
    #expect(decide(.answer(status: status, retryAfter: .zero)) == .giveUp)
  }

  @Test func triesAFewTimesWhereADefectMayPass() {
    var policy = RetryPolicy()
    policy.doubtfulStatuses = [500]
    policy.maximumAttempts = 100
    func decide(_ attempt: Int, idempotent: Bool = true) -> RetryPolicy.Decision {
      policy.decide(
        .init(
          attempt: attempt, outcome: .answer(status: 500, retryAfter: nil),
          isIdempotent: idempotent, elapsed: .zero, deadline: nil, random: 0))
    }
    #expect((1...4).map { decide($0) != .giveUp } == [true, true, false, false])
    #expect(decide(1, idempotent: false) == .giveUp)
  }

  @Test(arguments: [
    TransportError.Reason.untrustedCertificate, .pinMismatch, .clientCertificateRefused, .tlsFailed,
    .malformed, .redirected, .proxyFailed,
  ])
  func givesUpOnWhatCannotChange(_ reason: TransportError.Reason) {
    #expect(decide(failure(reason, sent: false)) == .giveUp)
  }

  @Test(arguments: [
    TransportError.Reason.connectionFailed, .timedOut, .truncated, .unknownHost,
  ])
  func retriesWhatMayPass(_ reason: TransportError.Reason) {
    #expect(decide(failure(reason)) != .giveUp)
    #expect(decide(failure(reason), elapsed: .seconds(9), deadline: .seconds(9)) == .giveUp)
  }

  @Test func readsRetryAfter() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT"
    #expect(RetryAfter.secondsSince1970(ofDate: date) == 784_111_777)
    #expect(
      RetryAfter.secondsSince1970(ofDate: "Thu, 29 Feb 2024 00:00:00 GMT") == 1_709_164_800)
    #expect(RetryAfter.delay(date, secondsSince1970: 784_111_770) == .seconds(7))
    #expect(RetryAfter.delay(date, secondsSince1970: 784_111_800) == .zero)
    #expect(RetryAfter.delay("12", secondsSince1970: 0) == .seconds(12))
    for bad in ["", "-1", "soon", "1.5", "Sun, 06 Foo 1994 08:49:37 GMT", "1 2"] {
      #expect(RetryAfter.delay(bad, secondsSince1970: 0) == nil)
    }
  }
}
