import Glibc
import Testing

@testable import HTTPTransport

/// Servers, and ways to them, that die without a word.
@Suite(.timeLimit(.minutes(1))) struct SilenceTests {
  private func client(_ retry: RetryPolicy = RetryPolicy()) -> CurlClient {
    var configuration = HTTPClientConfiguration(retry: retry, timing: instant)
    configuration.shortestSilence = .milliseconds(200)
    return CurlClient(configuration)
  }

  @Test("the first attempts have parts of the time, the last one has the rest")
  func limits() {
    var limit = SilenceLimit(whole: .seconds(60), shortest: .seconds(3))
    #expect(limit.limit(remaining: .seconds(60)) == .seconds(15))
    limit.lengthen()
    #expect(limit.limit(remaining: .seconds(60)) == .seconds(30))
    #expect(limit.limit(remaining: .seconds(45)) == nil)
    // A Lease's renewal; a request that has no time for two; one that has a lot.
    #expect(
      SilenceLimit(whole: .milliseconds(7500), shortest: .seconds(3))
        .limit(remaining: .milliseconds(7500)) == .seconds(3))
    #expect(
      SilenceLimit(whole: .seconds(3), shortest: .seconds(3)).limit(remaining: .seconds(3)) == nil)
    #expect(
      SilenceLimit(whole: .seconds(3600), shortest: .seconds(3)).limit(remaining: .seconds(3600))
        == .seconds(15))
  }

  @Test("dead kept connections cost one attempt, whatever their number")
  func deadConnections() async throws {
    let oldest = Recorder(0)
    let all = Recorder(0)
    let server = try RawServer { _, seen in
      if oldest.value == 0 {
        // Nobody is answered until there are four connections.
        all.change { $0 += 1 }
        while all.value < 4 { sched_yield() }
        return .answer(200)
      }
      return seen.connection <= oldest.value ? .init(bytes: [], hangs: true) : .answer(200)
    }
    defer { server.stop() }
    let client = client()
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask { try await client.send(HTTPRequest(.get, server.url)).status }
      }
      for try await status in group { #expect(status == 200) }
    }
    #expect(server.connections == 4)
    oldest.change { $0 = 4 }
    func put() async throws -> Int {
      let request = HTTPRequest(.put, server.url, body: [1], timeout: .seconds(6))
      #expect(try await client.send(request).status == 200)
      return server.connections
    }
    for _ in 0..<3 { _ = try await put() }
    // New ones are kept again when old ones can be told from them, by whole seconds.
    try await Task.sleep(for: .seconds(3))
    #expect(try await put() == put())
    let hung = server.seen.dropFirst(4).filter { $0.connection <= 4 }
    #expect(hung.count == 1)
  }

  @Test("an answer that has begun is waited for as long as there is time")
  func slowAnswer() async throws {
    let server = try RawServer { _, _ in
      .init(bytes: Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc".utf8), hangs: true)
    }
    defer { server.stop() }
    await expectFailure(.timedOut) {
      _ = try await client().send(HTTPRequest(.get, server.url, timeout: .seconds(2)))
    }
    #expect(server.seen.count == 1)
  }

  @Test(
    "what is not sent twice has all the time", arguments: [HTTPRequest.Method.post, .get])
  func single(_ method: HTTPRequest.Method) async throws {
    let server = try RawServer { _, _ in .init(bytes: [], hangs: true) }
    defer { server.stop() }
    let start = ContinuousClock.now
    await expectFailure(.timedOut) {
      let client = client(method == .post ? RetryPolicy() : .never)
      _ = try await client.send(
        HTTPRequest(method, server.url, body: method == .post ? [1] : nil, timeout: .seconds(1)))
    }
    #expect(ContinuousClock.now - start >= .seconds(1))
    #expect(server.seen.count == 1)
  }

  @Test("an attempt has a limit of its own where its request says so")
  func attemptLimit() async throws {
    let server = try RawServer { index, _ in
      index == 0 ? .init(bytes: [], hangs: true) : .answer(200)
    }
    defer { server.stop() }
    var request = HTTPRequest(.put, server.url, body: [1], timeout: .seconds(50))
    let asked = Recorder(0)
    request.attemptLimit = {
      asked.change { $0 += 1 }
      return asked.value == 1 ? .milliseconds(300) : .seconds(40)
    }
    #expect(try await client().send(request).status == 200)
    #expect(server.seen.count == 2)
  }

  @Test("an attempt that has no time left is not made")
  func noTime() async throws {
    let server = try RawServer { _, _ in .answer(200) }
    defer { server.stop() }
    var request = HTTPRequest(.put, server.url, body: [1], timeout: .seconds(50))
    request.attemptLimit = { .zero }
    let asked = Recorder(0)
    request.mayRetry = {
      asked.change { $0 += 1 }
      return false
    }
    let limited = request
    await expectFailure(.timedOut) { _ = try await client().send(limited) }
    #expect(server.seen.isEmpty && asked.value == 1)
  }
}
