import HTTPTransport
import Testing

@Suite struct RateLimiterTests {
  private func start(
    _ limiter: inout RateLimiter, at time: Duration
  ) throws -> RateLimiter.Ticket {
    let admission = limiter.admit(at: time)
    guard case .admitted(let ticket) = admission else {
      throw ServerError(what: "not admitted: \(admission)")
    }
    return ticket
  }

  @Test func limitsRequestsInFlight() throws {
    var limiter = RateLimiter(.init(inFlight: 2, perSecond: nil))
    let first = try start(&limiter, at: .zero)
    _ = limiter.admit(at: .zero)
    #expect(limiter.admit(at: .seconds(99)) == .full)
    limiter.finish(first, .served, at: .seconds(99))
    _ = try start(&limiter, at: .seconds(99))
  }

  @Test(arguments: [1, 80, 333])
  func limitsRequestsPerSecond(_ rate: Int) {
    var limiter = RateLimiter(.init(inFlight: 1_000_000, perSecond: Double(rate), burst: 8))
    var now = Duration.zero
    var started = 0
    while now < .seconds(10) {
      switch limiter.admit(at: now) {
      case .admitted(let ticket):
        started += 1
        limiter.finish(ticket, .served, at: now)
      case .wait(let pause):
        #expect(pause > .zero)
        now += pause
      case .full: Issue.record("full with nothing in flight")
      }
    }
    #expect(started <= rate * 10 + 8)
    #expect(started >= rate * 10)
  }

  @Test func decreasesOncePerEventAndRecoversSlowly() throws {
    var limiter = RateLimiter(.init(inFlight: 32, perSecond: nil))
    let together = try (0..<10).map { _ in try start(&limiter, at: .seconds(1)) }
    for ticket in together[..<5] {
      limiter.finish(ticket, .overloaded(retryAfter: nil), at: .seconds(2))
    }
    for ticket in together[5...] { limiter.finish(ticket, .served, at: .seconds(2)) }
    #expect(limiter.factor == 0.5)
    #expect(limiter.currentInFlight == 16)
    let later = try start(&limiter, at: .seconds(3))
    limiter.finish(later, .served, at: .seconds(3))
    #expect(limiter.factor > 0.5)
    #expect(limiter.factor < 0.51)
    let again = try start(&limiter, at: .seconds(4))
    limiter.finish(again, .overloaded(retryAfter: nil), at: .seconds(4))
    #expect(limiter.factor < 0.26)
  }

  /// Half good, half bad must lead down, to the floor and not below.
  @Test func decreaseBeatsIncrease() throws {
    var limiter = RateLimiter(.nsx)
    var now = Duration.zero
    for index in 0..<200 {
      now += .seconds(10)
      let ticket = try start(&limiter, at: now)
      limiter.finish(ticket, index % 2 == 0 ? .served : .overloaded(retryAfter: nil), at: now)
    }
    #expect(limiter.currentInFlight == 1)
    #expect(limiter.factor >= 1.0 / 32)
  }

  @Test func pausesForRetryAfter() throws {
    var limiter = RateLimiter(.init(inFlight: 4, perSecond: nil))
    let first = try start(&limiter, at: .zero)
    limiter.finish(first, .overloaded(retryAfter: .seconds(5)), at: .seconds(1))
    #expect(limiter.admit(at: .seconds(2)) == .wait(.seconds(4)))
    _ = try start(&limiter, at: .seconds(6))
  }
}

@Suite(.timeLimit(.minutes(1))) struct RequestGateTests {
  @Test func letsInInOrder() async throws {
    let gate = RequestGate(.init(inFlight: 1, perSecond: nil))
    let first = try await gate.enter()
    let order = Recorder<[Int]>([])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<5 {
        group.addTask {
          let ticket = try await gate.enter()
          order.change { $0.append(number) }
          gate.leave(ticket, .served)
        }
        while gate.waitingCount <= number { await Task.yield() }
      }
      gate.leave(first, .served)
      try await group.waitForAll()
    }
    #expect(order.value == [0, 1, 2, 3, 4])
    #expect(gate.limiter.inFlight == 0)
  }

  @Test func cancelledWaiterLeavesTheLine() async throws {
    let gate = RequestGate(.init(inFlight: 1, perSecond: nil))
    let first = try await gate.enter()
    let waiting = Task { try await gate.enter() }
    while gate.waitingCount == 0 { await Task.yield() }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    #expect(gate.waitingCount == 0)
    gate.leave(first, .served)
    _ = try await gate.enter()
  }

  @Test func refusesAtTheDeadline() async throws {
    let time = Recorder(Duration.zero)
    let gate = RequestGate(
      .init(inFlight: 1, perSecond: nil), now: { time.value },
      sleep: { pause in time.change { $0 += pause } })
    _ = try await gate.enter()
    await #expect(throws: RequestGate.Refusal.deadlinePassed) {
      try await gate.enter(timeout: .seconds(5))
    }
  }

  @Test func waitsForTheRate() async throws {
    let time = Recorder(Duration.zero)
    let gate = RequestGate(
      .init(inFlight: 9, perSecond: 10), now: { time.value },
      sleep: { pause in time.change { $0 += pause } })
    for _ in 0..<21 { gate.leave(try await gate.enter(), .served) }
    #expect(time.value >= .seconds(2))
    #expect(time.value < .milliseconds(2100))
  }
}
