import HTTPTransport
import Testing

/// Against `openssl s_server`; `-www` makes it answer, and without it prints
/// what it receives and never answers.
@Suite(.timeLimit(.minutes(1))) struct TLSTests {
  private let fixture: TLSFixture

  init() throws { fixture = try TLSFixture() }

  private func get(
    _ url: String, _ tls: TLSSettings, timeout: Duration = .seconds(20), http2: Bool = false
  ) async throws -> HTTPResponse {
    var configuration = HTTPClientConfiguration(tls: tls, retry: .never)
    if http2 { configuration.version = .http2 }
    let headers = [HTTPHeader("Authorization", "Basic topsecret")]
    return try await CurlClient(configuration).send(
      HTTPRequest(.get, url, headers: headers, timeout: timeout))
  }

  private var authority: PEMSource { .file(fixture.path("ca.pem")) }

  @Test func verifiesByDefault() async throws {
    let server = try fixture.serve("good", "-www")
    await expectFailure(.untrustedCertificate) { _ = try await get(server.url, TLSSettings()) }
    let file = try await get(server.url, TLSSettings(certificateAuthority: authority))
    #expect(file.status == 200)
    let data = PEMSource.data(try fixture.bytes("ca.pem"))
    #expect(try await get(server.url, TLSSettings(certificateAuthority: data)).status == 200)
    #expect(try await get(server.url, TLSSettings(verify: false)).status == 200)
  }

  @Test func refusesWrongNameAndExpiry() async throws {
    let other = try fixture.serve("other", "-www")
    let trusting = TLSSettings(certificateAuthority: authority)
    await expectFailure(.untrustedCertificate) { _ = try await get(other.url, trusting) }
    try fixture.issue("expired", names: "IP:127.0.0.1", days: -1)
    let expired = try fixture.serve("expired", "-www")
    await expectFailure(.untrustedCertificate) { _ = try await get(expired.url, trusting) }
  }

  @Test func serverNameOverridesSNIAndVerification() async throws {
    let server = try fixture.serve(
      "other", "-www -servername other.test -cert2 other.pem -key2 other.key")
    var tls = TLSSettings(certificateAuthority: authority, serverName: "other.test")
    #expect(try await get(server.url, tls).status == 200)
    tls.serverName = "wrong.test"
    await expectFailure(.untrustedCertificate) { _ = try await get(server.url, tls) }
  }

  @Test func hostFieldIsNotOverridden() async throws {
    let server = try fixture.serve("other", "-naccept 1")
    let tls = TLSSettings(certificateAuthority: authority, serverName: "other.test")
    await expectFailure(.timedOut) {
      _ = try await get(server.url, tls, timeout: .seconds(2))
    }
    #expect(server.outputToEnd().contains("Host: 127.0.0.1:\(server.port)"))
  }

  @Test func pinStandsForTheChain() async throws {
    let server = try fixture.serve("good", "-www")
    let pins = [String(repeating: "0", count: 64), try fixture.fingerprint("good")]
    var tls = TLSSettings(pinnedLeafSHA256: pins)
    #expect(try await get(server.url, tls).status == 200)
    tls.certificateAuthority = .file(fixture.path("other.pem"))
    await expectFailure(.untrustedCertificate) { _ = try await get(server.url, tls) }
  }

  @Test(arguments: [false, true])
  func nothingIsSentToAnotherCertificate(_ http2: Bool) async throws {
    let options = http2 ? "-naccept 1 -alpn h2" : "-naccept 1"
    let server = try fixture.serve("good", options)
    let tls = TLSSettings(pinnedLeafSHA256: [try fixture.fingerprint("other")])
    await expectFailure(.pinMismatch) { _ = try await get(server.url, tls, http2: http2) }
    let received = server.outputToEnd()
    #expect(!received.contains("topsecret"))
    #expect(!received.contains("GET "))
  }

  /// The counterpart of the test above: its server would have shown it.
  @Test func pinnedServerGetsTheRequest() async throws {
    let server = try fixture.serve("good", "-naccept 1")
    let tls = TLSSettings(pinnedLeafSHA256: [try fixture.fingerprint("good")])
    await expectFailure(.timedOut) {
      _ = try await get(server.url, tls, timeout: .seconds(2))
    }
    #expect(server.outputToEnd().contains("topsecret"))
  }

  /// `openssl s_server` closes after each answer, so another server is needed.
  @Test(.enabled(if: TLSFixture.hasPython))
  func keptConnectionsPassThePinCheck() async throws {
    let server = try fixture.serveKeepingConnections("good")
    let client = CurlClient(
      HTTPClientConfiguration(
        tls: TLSSettings(pinnedLeafSHA256: [try fixture.fingerprint("good")]), retry: .never))
    var ports: Set<[UInt8]> = []
    for _ in 0..<5 {
      let answer = try await client.send(HTTPRequest(.get, server.url))
      #expect(answer.status == 200)
      ports.insert(answer.body)
    }
    // The body is the client's port: one connection.
    #expect(ports.count == 1)
  }

  @Test(arguments: ["-tls1_3", "-tls1_2"])
  func showsItsCertificate(_ version: String) async throws {
    let server = try fixture.serve(
      "good", "-www -Verify 2 -CAfile ca.pem -verify_return_error \(version)")
    var tls = TLSSettings(certificateAuthority: authority)
    await expectFailure(.clientCertificateRefused) { _ = try await get(server.url, tls) }
    tls.clientCertificate = ClientCertificate(
      certificate: .file(fixture.path("client.pem")), key: .file(fixture.path("client.key")))
    #expect(try await get(server.url, tls).status == 200)
    tls.clientCertificate = ClientCertificate(
      certificate: .data(try fixture.bytes("client.pem")),
      key: .data(try fixture.bytes("client.key")))
    #expect(try await get(server.url, tls).status == 200)
    tls.clientCertificate?.key = .file(fixture.path("other.key"))
    await expectFailure(.clientCertificateRefused) { _ = try await get(server.url, tls) }
  }

  @Test func plainServerIsNotTLS() async throws {
    let server = try RawServer { _, _ in .answer(200) }
    defer { server.stop() }
    let silent = try RawServer { _, _ in .init("", closes: true) }
    defer { silent.stop() }
    let pinned = TLSSettings(pinnedLeafSHA256: [String(repeating: "0", count: 64)])
    await expectFailure(.pinMismatch) { _ = try await get(server.url, pinned) }
    #expect(server.seen.isEmpty)
  }
}
