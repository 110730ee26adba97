import Documents
import Sandbox
import Testing

@Suite("Manager: logins and limits")
struct LoginTests {
  private let path = "/policy/api/v1/aaa/user-info"

  private func login(
    _ service: ManagerService, _ password: String = "Sandbox%212026"
  ) async -> SandboxResponse {
    await service.respond(
      to: SandboxRequest(
        method: "POST", target: "/api/session/create",
        headers: [(name: "Content-Type", value: "application/x-www-form-urlencoded")],
        body: Array("j_username=admin&j_password=\(password)".utf8)))
  }

  @Test func sessionsNeedTheirToken() async {
    let client = ManagerClient()
    let session = await login(client.service)
    #expect(session.status == 200)
    let cookie = session.headers.first { $0.name == "Set-Cookie" }?.value ?? ""
    let token = session.headers.first { $0.name == "X-XSRF-TOKEN" }?.value ?? ""
    let header = (name: "Cookie", value: String(cookie.prefix { $0 != ";" }))
    func get(_ method: String, _ path: String, _ token: String) async -> SandboxResponse {
      await client.service.respond(
        to: SandboxRequest(
          method: method, target: path,
          headers: [header, (name: "x-xsrf-token", value: token)]))
    }
    #expect(await get("GET", path, token).status == 200)
    let bad = await get("GET", path, "wrong")
    #expect(bad.status == 403)
    #expect((try? JSONValue(json: bad.body))?["error_code"] == 98)
    #expect(await get("POST", "/api/session/destroy", token).status == 200)
    #expect(await get("GET", path, token).status == 403)
    #expect(client.service.sessionCount == 0)
  }

  @Test func wrongPasswordsLockTheAccount() async {
    let client = ManagerClient { $0.lockoutThreshold = 3 }
    let wrong = await login(client.service, "wrong")
    #expect(wrong.status == 403)
    #expect((try? JSONValue(json: wrong.body))?["error_code"] == 403)
    #expect(await login(client.service).status == 200)
    for _ in 0..<3 { #expect(await login(client.service, "wrong").status == 403) }
    #expect(await login(client.service).status == 403)
  }

  @Test func letsInTokensAndPrincipals() async {
    let service = ManagerClient().service
    func status(_ request: SandboxRequest) async -> Int {
      await service.respond(to: request).status
    }
    #expect(await status(SandboxRequest(method: "GET", target: path)) == 403)
    let token = [(name: "Authorization", value: "Bearer sandbox-nsx-token")]
    #expect(await status(SandboxRequest(method: "GET", target: path, headers: token)) == 200)
    let principal = SandboxRequest(
      method: "GET", target: path, clientCertificateCommonName: "nsx-antrea")
    #expect(await status(principal) == 200)
    let stranger = SandboxRequest(
      method: "GET", target: path, clientCertificateCommonName: "somebody")
    #expect(await status(stranger) == 403)
  }

  @Test func limitsTheRate() async {
    let client = ManagerClient {
      $0.rateLimit = 3
      $0.now = { 1_000_000 }
    }
    for _ in 0..<3 { #expect(await client.send("GET", path).status == 200) }
    #expect(await client.send("GET", path).status == 429)
    client.service.configure { $0.now = { 1_001_000 } }
    #expect(await client.send("GET", path).status == 200)
  }

  @Test func limitsRequestsInFlight() async {
    let client = ManagerClient {
      $0.concurrencyLimit = 2
      $0.latency = .milliseconds(300)
    }
    let statuses = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<5 { group.addTask { await client.send("GET", "/api/v1/node/version").status } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses.filter { $0 == 200 }.count == 2)
    #expect(statuses.filter { $0 == 503 }.count == 3)
  }
}
