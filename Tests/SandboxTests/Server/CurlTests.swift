import Documents
import Sandbox
import Testing

/// The server over real HTTPS, seen by curl.
@Suite("Server, seen by curl", .enabled(if: Subprocess.find("curl") != nil, "no curl on PATH"))
struct CurlTests {
  private struct Echo: SandboxService {
    func respond(to request: SandboxRequest) async -> SandboxResponse {
      .json(
        200,
        [
          "method": .string(request.method), "path": .string(request.path),
          "segments": .array(request.segments.map { .string($0) }),
          "query": .array(request.query.map { .string("\($0.name)=\($0.value)") }),
          "commonName": request.clientCertificateCommonName.map { .string($0) } ?? .null,
          "body": .string(String(decoding: request.body, as: UTF8.self)),
        ])
    }
  }

  private func withServer(
    expired: Bool = false,
    _ body: (SandboxServer, SandboxCertificates, TemporaryFolder) async throws -> Void
  ) async throws {
    let certificates = try SandboxCertificates()
    let server = try await SandboxServer.start(
      Echo(), certificates: certificates, expiredCertificate: expired)
    do {
      try await body(server, certificates, TemporaryFolder())
      await server.stop()
    } catch {
      await server.stop()
      throw error
    }
  }

  private func curl(
    _ certificates: SandboxCertificates, _ folder: TemporaryFolder, _ arguments: [String]
  ) async throws -> Subprocess {
    let authority = try folder.file("ca.pem", certificates.authorityPEM)
    let program = try #require(Subprocess.find("curl"))
    return try await Subprocess.run(
      program, ["-sS", "--max-time", "120", "--cacert", authority] + arguments)
  }

  @Test func decodesRequests() async throws {
    try await withServer { server, certificates, folder in
      let result = try await curl(
        certificates, folder,
        [
          "-X", "PATCH", "--data-binary", "a body",
          server.url + "/a%2Fb/c%20d?cursor=x%2By&flag&plus=1+2",
        ])
      #expect(result.status == 0, "\(result.errors)")
      let answer = try JSONValue(json: result.output)
      #expect(answer["method"] == "PATCH")
      #expect(answer["path"] == "/a%2Fb/c%20d")
      #expect(answer["segments"] == ["a/b", "c d"])
      #expect(answer["query"] == ["cursor=x+y", "flag=", "plus=1 2"])
      #expect(answer["body"] == "a body")
      #expect(answer["commonName"] == .null)
      #expect(server.log.count("PATCH", prefix: "/a") == 1)
    }
  }

  @Test func takesLargeBodies() async throws {
    try await withServer { server, certificates, folder in
      let file = try folder.file("large", String(repeating: "x", count: 3_000_000))
      let result = try await curl(
        certificates, folder,
        ["--data-binary", "@\(file)", "-H", "Expect: 100-continue", server.url + "/large"])
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.utf8.count > 3_000_000)
    }
  }

  @Test func keepsConnectionsAlive() async throws {
    try await withServer { server, certificates, folder in
      let result = try await curl(
        certificates, folder,
        [
          "-o", "/dev/null", "-o", "/dev/null", "-w", "%{num_connects} ", server.url + "/1",
          server.url + "/2",
        ])
      #expect(result.output == "1 0 ")
    }
  }

  @Test func passesOnTheClientCertificate() async throws {
    try await withServer { server, certificates, folder in
      let identity = try certificates.client(commonName: "cluster-a")
      let files = [
        "--cert", try folder.file("c.pem", identity.certificatePEM),
        "--key", try folder.file("k.pem", identity.keyPEM),
      ]
      let result = try await curl(certificates, folder, files + [server.url])
      #expect(try JSONValue(json: result.output)["commonName"] == "cluster-a")
      let foreign = try SandboxCertificates().client(commonName: "cluster-a")
      let refused = try await curl(
        certificates, folder,
        [
          "--cert", try folder.file("c2.pem", foreign.certificatePEM),
          "--key", try folder.file("k2.pem", foreign.keyPEM), server.url,
        ])
      #expect(refused.status != 0)
    }
  }

  @Test func isTrustedByItsCertificateOnly() async throws {
    try await withServer { server, certificates, folder in
      let other = try SandboxCertificates()
      let refused = try await curl(other, folder, [server.url])
      #expect(refused.status == 60)
      let byName = try await curl(
        certificates, folder, ["https://localhost:\(server.port)/"])
      #expect(byName.status == 0 || byName.status == 7)
      #expect(server.identity.sha256.count == 64)
    }
    try await withServer(expired: true) { server, certificates, folder in
      let refused = try await curl(certificates, folder, [server.url])
      #expect(refused.status == 60)
    }
  }

  @Test func commitsFaults() async throws {
    try await withServer { server, certificates, folder in
      let script = """
        {"rules": [
          {"path": "/close", "fault": "close"},
          {"path": "/cut", "fault": "truncate", "after": 5, "nth": 2},
          {"path": "/html", "fault": "garbage"},
          {"path": "/busy", "status": 503, "body": {"a": 1}, "count": 2}
        ]}
        """
      func get(_ path: String, _ more: [String] = []) async throws -> Subprocess {
        try await curl(certificates, folder, more + ["-w", "%{http_code}", server.url + path])
      }
      #expect(
        try await get("/sandbox/faults", ["--data-binary", script]).output == "204")
      #expect(try await get("/close").status == 52)
      #expect(try await get("/close").output.hasSuffix("200"))
      #expect(try await get("/cut").status == 0)
      #expect(try await get("/cut").status == 18)
      #expect(try await get("/html").output.hasPrefix("<html>"))
      #expect(try await get("/busy").output == "{\"a\":1}503")
      #expect(try await get("/busy").output == "{\"a\":1}503")
      #expect(try await get("/busy").output.hasSuffix("200"))
      let log = try JSONValue(
        json: try await curl(
          certificates, folder, [server.url + "/sandbox/requests"]
        ).output)
      #expect(log["count"] == 8)
      #expect(log["requests"]?.array?.first?["status"] == 0)
      #expect(try await get("/sandbox/requests", ["-X", "DELETE"]).output == "204")
      #expect(server.log.all.isEmpty)
      let refused = try await get("/sandbox/faults", ["-d", "{\"rules\":[{\"x\":1}]}"])
      #expect(refused.output.hasSuffix("400"))
    }
  }
}
