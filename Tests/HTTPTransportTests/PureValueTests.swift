import Testing

@testable import HTTPTransport

@Suite struct PureValueTests {
  @Test func takesURLsApart() throws {
    let url = try #require(URLParts("https://u:p@[2001:DB8::1]:8443/a?b#c"))
    #expect(url.host == "2001:db8::1")
    #expect(url.port == 8443)
    #expect(url.endpoint == "https://[2001:db8::1]:8443")
    #expect(url.text == "https://u:p@[2001:db8::1]:8443/a?b#c")
    #expect(try #require(URLParts("https://nsx")).port == 443)
    for bad in ["ftp://x", "nsx/a", "https://", "https://a:0", "https://a:x", "https://a b"] {
      #expect(URLParts(bad) == nil)
    }
  }

  @Test func redacts() {
    #expect(
      Redaction.url("https://u:p@h/a?limit=5&access_token=abc&continue=x#f")
        == "https://h/a?limit=5&access_token=REDACTED&continue=x")
    for name in ["Authorization", "cookie", "Set-Cookie", "X-XSRF-TOKEN", "Proxy-Authorization"] {
      #expect(Redaction.header(HTTPHeader(name, "s")).value == "REDACTED")
    }
    #expect(Redaction.header(HTTPHeader("Accept", "s")).value == "s")
  }

  @Test func findsTheProxy() {
    let environment = ProxyEnvironment([
      "https_proxy": "http://p:1", "HTTP_PROXY": "http://bad:1",
      "NO_PROXY": "corp.example,.only.example,10.0.0.0/8,192.0.2.7,host:8443,2001:db8::/32",
    ])
    func proxy(_ host: String, _ port: Int = 443, scheme: String = "https") -> String? {
      ProxySettings.environment(environment).proxy(scheme: scheme, host: host, port: port)
    }
    #expect(proxy("nsx.test") == "http://p:1")
    #expect(proxy("nsx.test", scheme: "http") == nil)
    for host in [
      "corp.example", "a.corp.example", "a.only.example", "10.1.2.3", "192.0.2.7", "2001:db8::5",
      "localhost", "127.0.0.9", "::1",
    ] { #expect(proxy(host) == nil, "\(host)") }
    for host in ["notcorp.example", "only.example", "11.0.0.1", "192.0.2.8", "2001:db9::1"] {
      #expect(proxy(host) != nil, "\(host)")
    }
    #expect(proxy("host", 8443) == nil)
    #expect(proxy("host", 443) != nil)
    #expect(
      ProxySettings.url("http://q", except: "*").proxy(scheme: "http", host: "a", port: 1) == nil)
    #expect(ProxySettings.direct.proxy(scheme: "https", host: "a", port: 1) == nil)
  }

  @Test func readsPins() {
    let hex = String(repeating: "ab", count: 32)
    let colons = (0..<32).map { _ in "AB" }.joined(separator: ":")
    #expect(CertificatePin(hex) == CertificatePin(colons))
    #expect(CertificatePin(String(hex.dropLast())) == nil)
    #expect(CertificatePin("zz" + hex.dropFirst(2)) == nil)
  }

  @Test func keptSessionsNeedACheck() {
    let sessions = CheckedSessions()
    let pem = "-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----\n"
    let pin = CertificatePin("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    let pins = Set([pin].compactMap { $0 })
    func isMatch(_ pem: String?, _ session: UInt, _ pins: Set<CertificatePin>) -> Bool {
      if case .matches = sessions.check(pem: pem, session: session, against: pins) { return true }
      return false
    }
    #expect(!isMatch(nil, 7, pins))
    #expect(isMatch(pem, 7, pins))
    #expect(isMatch(nil, 7, pins))
    #expect(!isMatch(nil, 8, pins))
    #expect(!isMatch(pem, 0, pins))
    // The same name, a new handshake, another certificate.
    #expect(!isMatch(pem, 7, []))
    #expect(!isMatch(nil, 7, pins))
  }

  @Test(arguments: [
    TransportError.Reason.unknownHost, .connectionFailed, .proxyFailed, .untrustedCertificate,
    .pinMismatch, .clientCertificateRefused, .tlsFailed, .timedOut, .truncated, .malformed,
    .redirected,
  ])
  func everyErrorHasAWayOut(_ reason: TransportError.Reason) {
    let error = TransportError(
      reason, endpoint: "https://nsx", detail: "why", requestMayHaveBeenSent: false)
    #expect(error.failure.kind == .unreachable)
    #expect(error.failure.subject == "https://nsx")
    #expect(error.failure.cause.hasSuffix("why"))
    #expect(error.failure.remedy != nil)
  }
}
