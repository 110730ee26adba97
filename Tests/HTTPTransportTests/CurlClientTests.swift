import HTTPTransport
import Testing

/// Never waits between attempts.
let instant = HTTPTiming(sleep: { _ in }, random: { 0 }, secondsSince1970: { 0 })

func expectFailure(
  _ reason: TransportError.Reason, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () async throws -> Void
) async {
  do {
    try await body()
    Issue.record("no error", sourceLocation: sourceLocation)
  } catch let error as TransportError {
    #expect(error.reason == reason, "\(error)", sourceLocation: sourceLocation)
  } catch {
    Issue.record("\(error)", sourceLocation: sourceLocation)
  }
}

@Suite(.timeLimit(.minutes(1))) struct CurlClientTests {
  private func client(
    _ retry: RetryPolicy = RetryPolicy(), trace: (@Sendable (HTTPTraceEvent) -> Void)? = nil
  ) -> CurlClient {
    CurlClient(HTTPClientConfiguration(retry: retry, timing: instant, trace: trace))
  }

  @Test(arguments: [
    (HTTPRequest.Method.get, nil), (.post, "a=b"), (.put, "{}"), (.patch, "x"), (.delete, nil),
    (.put, ""), (.post, nil), (.delete, "{}"),
  ])
  func sendsMethodAndBody(_ method: HTTPRequest.Method, _ body: String?) async throws {
    let server = try RawServer { _, seen in .answer(200, ["X-A: 1", "X-A:  2 "], body: seen.body) }
    defer { server.stop() }
    let answer = try await client().send(
      HTTPRequest(
        method, server.url + "/p?q=1", headers: [HTTPHeader("X-Empty", "")],
        body: body.map { Array($0.utf8) }))
    #expect(answer.status == 200)
    #expect(answer.values(of: "x-a") == ["1", "2"])
    #expect(String(decoding: answer.body, as: UTF8.self) == body ?? "")
    let head = try #require(server.seen.first?.head)
    #expect(head.hasPrefix("\(method.rawValue) /p?q=1 HTTP/1.1\r\n"))
    #expect(head.contains("X-Empty:"))
    #expect(head.contains("User-Agent: nsx-antrea"))
    #expect(!head.lowercased().contains("expect:"))
    #expect(!head.lowercased().contains("form-urlencoded"))
    if method == .post || method == .put {
      #expect(head.lowercased().contains("content-length: \(body?.utf8.count ?? 0)"))
    }
  }

  @Test func keepsConnections() async throws {
    let server = try RawServer { _, _ in .answer(200, body: "ok") }
    defer { server.stop() }
    let client = client()
    for _ in 0..<20 { _ = try await client.send(HTTPRequest(.get, server.url)) }
    #expect(server.connections == 1)
  }

  @Test func boundsConnections() async throws {
    let server = try RawServer { _, _ in .answer(200, body: "ok") }
    defer { server.stop() }
    var configuration = HTTPClientConfiguration()
    configuration.maximumConnectionsPerHost = 3
    let client = CurlClient(configuration)
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<200 {
        group.addTask { try await client.send(HTTPRequest(.get, server.url)).status }
      }
      for try await status in group { #expect(status == 200) }
    }
    #expect(server.seen.count == 200)
    #expect(server.connections <= 3)
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nhello",
  ])
  func truncatedBodyIsAnError(_ text: String) async throws {
    let server = try RawServer { _, _ in .init(text, closes: true) }
    defer { server.stop() }
    await expectFailure(.truncated) { _ = try await client().send(HTTPRequest(.get, server.url)) }
    #expect(server.seen.count == 5)
  }

  @Test func garbageIsAnError() async throws {
    let server = try RawServer { _, _ in .init("SSH-2.0-OpenSSH\r\n", closes: true) }
    defer { server.stop() }
    await expectFailure(.malformed) { _ = try await client().send(HTTPRequest(.get, server.url)) }
    #expect(server.seen.count == 1)
  }

  @Test func decompressesAndRefusesDamage() async throws {
    // gzip of "hello gzip"
    let gzip: [UInt8] = [
      0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0x02, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0x48, 0xaf,
      0xca, 0x2c, 0, 0, 0xf9, 0x16, 0xba, 0x78, 0x0a, 0, 0, 0,
    ]
    let server = try RawServer { index, _ in
      var body = gzip
      if index > 0 { body[10] ^= 0xff }
      let head =
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(body.count)\r\n\r\n"
      return .init(bytes: Array(head.utf8) + body)
    }
    defer { server.stop() }
    let client = client()
    await #expect(throws: TransportError.self) {
      let good = try await client.send(HTTPRequest(.get, server.url))
      #expect(String(decoding: good.body, as: UTF8.self) == "hello gzip")
      _ = try await client.send(HTTPRequest(.get, server.url))
    }
    #expect(server.seen[0].head.contains("gzip"))
  }

  @Test func retriesLostConnectionsOfIdempotentRequestsOnly() async throws {
    let server = try RawServer { index, _ in
      index == 0 ? .init("", closes: true) : .answer(200, body: "ok")
    }
    defer { server.stop() }
    #expect(try await client().send(HTTPRequest(.get, server.url)).status == 200)
    #expect(server.seen.count == 2)
    let closing = try RawServer { index, _ in
      index == 0 ? .answer(200) : .init("", closes: true)
    }
    defer { closing.stop() }
    let client = client()
    _ = try await client.send(HTTPRequest(.get, closing.url))
    await expectFailure(.connectionFailed) {
      _ = try await client.send(HTTPRequest(.post, closing.url, body: [1]))
    }
    #expect(closing.seen.count == 2)
  }

  @Test(arguments: [0, 1, 2])
  func sendsAgainOnlyWhileItMay(_ allowed: Int) async throws {
    let server = try RawServer { _, _ in .answer(503) }
    defer { server.stop() }
    let asked = Recorder(0)
    var request = HTTPRequest(.put, server.url, body: [1])
    request.mayRetry = {
      asked.change { $0 += 1 }
      return asked.value <= allowed
    }
    #expect(try await client().send(request).status == 503)
    #expect(server.seen.count == 1 + allowed)
  }

  @Test func obeys429AndTellsTheGate() async throws {
    let server = try RawServer { index, _ in
      index < 2 ? .answer(429, ["Retry-After: 3"]) : .answer(200)
    }
    defer { server.stop() }
    let sleeps = Recorder<[Duration]>([])
    let time = Recorder(Duration.zero)
    let gate = RequestGate(
      .nsx, now: { time.value }, sleep: { pause in time.change { $0 += pause } })
    let timing = HTTPTiming(
      sleep: { pause in sleeps.change { $0.append(pause) } }, random: { 0 },
      secondsSince1970: { 0 })
    let client = CurlClient(HTTPClientConfiguration(gate: gate, timing: timing))
    #expect(try await client.send(HTTPRequest(.post, server.url, body: [])).status == 200)
    #expect(sleeps.value == [.seconds(3), .seconds(3)])
    #expect(gate.limiter.factor < 0.3)
    #expect(gate.limiter.inFlight == 0)
  }

  @Test func streams() async throws {
    let body = String(repeating: "0123456789abcdef", count: 65536)
    let server = try RawServer { index, _ in
      index == 0 ? .answer(200, body: body) : .answer(404, body: "why")
    }
    defer { server.stop() }
    let received = Recorder<[UInt8]>([])
    let client = client()
    let answer = try await client.stream(HTTPRequest(.get, server.url)) { piece in
      received.change { $0 += piece }
    }
    #expect(answer.body.isEmpty)
    #expect(received.value == Array(body.utf8))
    let missing = try await client.stream(HTTPRequest(.get, server.url)) { _ in
      Issue.record("an error's body was handed over")
    }
    #expect(String(decoding: missing.body, as: UTF8.self) == "why")
  }

  @Test func receiverCanStop() async throws {
    struct Enough: Error {}
    let server = try RawServer { _, _ in .answer(200, body: "abc") }
    defer { server.stop() }
    await #expect(throws: Enough.self) {
      _ = try await client().stream(HTTPRequest(.get, server.url)) { _ in throw Enough() }
    }
  }

  @Test func limitsTheBody() async throws {
    let server = try RawServer { _, _ in .answer(200, body: "0123456789") }
    defer { server.stop() }
    var request = HTTPRequest(.get, server.url)
    request.maximumBodySize = 9
    let limited = request
    await expectFailure(.malformed) { _ = try await client().send(limited) }
    #expect(server.seen.count == 1)
  }

  @Test func deadlineAndCancellationEndATransfer() async throws {
    let arrived = AsyncStream<Void>.makeStream()
    let server = try RawServer { _, _ in
      arrived.continuation.yield()
      return .init(bytes: Array("HTTP/1.1 200 OK\r\n".utf8), hangs: true)
    }
    defer { server.stop() }
    let client = client()
    await expectFailure(.timedOut) {
      _ = try await client.send(HTTPRequest(.get, server.url, timeout: .milliseconds(200)))
    }
    var iterator = arrived.stream.makeAsyncIterator()
    await iterator.next()
    let task = Task { try await client.send(HTTPRequest(.get, server.url)) }
    await iterator.next()
    task.cancel()
    // The server never answers: only the cancellation can end the transfer so.
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func waitingRequestsHaveDeadlines() async throws {
    let server = try RawServer { _, _ in .init(bytes: [], hangs: true) }
    defer { server.stop() }
    var configuration = HTTPClientConfiguration(retry: .never)
    configuration.maximumConnectionsPerHost = 1
    let client = CurlClient(configuration)
    let first = Task { try await client.send(HTTPRequest(.get, server.url)) }
    while server.seen.isEmpty { await Task.yield() }
    await expectFailure(.timedOut) {
      _ = try await client.send(HTTPRequest(.get, server.url, timeout: .milliseconds(50)))
    }
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
  }

  @Test func connectionErrorsAreTold() async throws {
    let server = try RawServer { _, _ in .answer(200) }
    let url = server.url
    server.stop()
    let client = client(.never)
    await expectFailure(.connectionFailed) { _ = try await client.send(HTTPRequest(.get, url)) }
    await expectFailure(.unknownHost) {
      _ = try await client.send(HTTPRequest(.get, "http://nsx.invalid/"))
    }
    await expectFailure(.malformed) { _ = try await client.send(HTTPRequest(.get, "ftp://x/")) }
    await expectFailure(.malformed) {
      let header = HTTPHeader("A", "b\r\nAuthorization: x")
      _ = try await client.send(HTTPRequest(.get, url, headers: [header]))
    }
  }

  @Test func redirectsStayOnTheServer() async throws {
    let server = try RawServer { _, seen in
      if seen.head.hasPrefix("GET /a ") { return .answer(302, ["Location: /b"]) }
      if seen.head.hasPrefix("GET /out ") {
        return .answer(302, ["Location: http://elsewhere.test/"])
      }
      return .answer(200, body: "b")
    }
    defer { server.stop() }
    #expect(try await client().send(HTTPRequest(.get, server.url + "/a")).status == 302)
    var configuration = HTTPClientConfiguration(retry: .never)
    configuration.redirects = .sameOrigin(maximum: 3)
    let following = CurlClient(configuration)
    #expect(try await following.send(HTTPRequest(.get, server.url + "/a")).status == 200)
    await expectFailure(.redirected) {
      _ = try await following.send(HTTPRequest(.get, server.url + "/out"))
    }
  }

  @Test func usesAProxyAndReportsItsRefusal() async throws {
    let proxy = try RawServer { _, seen in
      seen.head.hasPrefix("CONNECT") ? .answer(407, closes: true) : .answer(200, body: "via")
    }
    defer { proxy.stop() }
    let client = CurlClient(
      HTTPClientConfiguration(proxy: .url(proxy.url, except: ""), retry: .never))
    let answer = try await client.send(HTTPRequest(.get, "http://nsx.invalid/x"))
    #expect(String(decoding: answer.body, as: UTF8.self) == "via")
    #expect(proxy.seen[0].head.hasPrefix("GET http://nsx.invalid/x "))
    await expectFailure(.proxyFailed) {
      _ = try await client.send(HTTPRequest(.get, "https://nsx.invalid/x"))
    }
  }

  @Test func traceShowsNoCredential() async throws {
    let server = try RawServer { _, _ in
      .answer(200, ["Set-Cookie: JSESSIONID=topsecret", "X-XSRF-TOKEN: topsecret"], body: "x")
    }
    defer { server.stop() }
    let events = Recorder<[HTTPTraceEvent]>([])
    let client = client(trace: { event in events.change { $0.append(event) } })
    _ = try await client.send(
      HTTPRequest(
        .post, "http://topsecret:topsecret@127.0.0.1:\(server.port)/api?token=topsecret&a=b",
        headers: [
          HTTPHeader("Authorization", "Basic topsecret"), HTTPHeader("Cookie", "a=topsecret"),
          HTTPHeader("x-xsrf-token", "topsecret"),
        ], body: Array("j_username=admin&j_password=topsecret".utf8)))
    let event = try #require(events.value.first)
    #expect(!String(reflecting: event).contains("topsecret"))
    #expect(!event.description.contains("topsecret"))
    #expect(event.status == 200)
    #expect(event.url.hasSuffix("/api?token=REDACTED&a=b"))
    #expect(event.responseBytes == 1)
    #expect(event.attempt == 1)
  }
}
