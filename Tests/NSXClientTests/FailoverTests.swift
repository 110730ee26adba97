import Documents
import Failures
import HTTPTransport
import Testing

@testable import NSXClient

@Suite("Failover")
struct FailoverTests {
  @Test("A read moves on and the next one starts at the good manager")
  func sticky() async throws {
    for fault in [502, 503, 504, 500] {
      let first = ScriptedManager { _ in .error(fault, fault == 500 ? 98 : nil) }
      let second = ScriptedManager { _ in .json("{}") }
      let connection = try connect(first, second)
      for _ in 0..<3 { _ = try await connection.get("/api/v1/x") }
      #expect(first.requests.count == 1)
      #expect(second.requests.count == 3)
      #expect(connection.currentManager == "https://nsx1")
    }
  }

  @Test("A refused connection, a page of HTML and half a JSON text move a read on")
  func unusable() async throws {
    let faults: [ScriptedManager.Script] = [
      { _ in throw refused }, { _ in throw reset }, { _ in .html }, { _ in .json("{\"a\":") },
      { _ in .json("") },
    ]
    for fault in faults {
      let connection = try connect(ScriptedManager(fault), ScriptedManager { _ in .json("{}") })
      _ = try await connection.get("/api/v1/x")
    }
  }

  @Test("With no manager left the error tells of all, and is of the class unreachable")
  func allDown() async throws {
    let down = ScriptedManager { _ in throw refused }
    let error = await apiError {
      _ = try await connect(down, ScriptedManager { _ in .html }).get("/api/v1/x")
    }
    #expect(error?.failure.kind == .unreachable)
    #expect(error?.reaction == .invalidAnswer)
    #expect(error?.earlierAttempts.count == 1)
    #expect(error?.failure.cause.contains("https://nsx0") == true)
  }

  @Test("An error of the request itself does not move on")
  func requestErrors() async throws {
    for (status, code) in [(404, 202), (400, 255), (500, 0), (503, 60576), (429, 0)] {
      let second = ScriptedManager { _ in .json("{}") }
      let error = await apiError {
        _ = try await connect(ScriptedManager { _ in .error(status, code) }, second)
          .get("/api/v1/x")
      }
      #expect(error?.status == status)
      #expect(second.requests.isEmpty)
    }
  }

  @Test("A certificate that is not trusted does not move on")
  func certificate() async throws {
    let second = ScriptedManager { _ in .json("{}") }
    let fault = TransportError(
      .untrustedCertificate, endpoint: "https://nsx0", detail: "expired",
      requestMayHaveBeenSent: false)
    let error = await apiError {
      _ = try await connect(ScriptedManager { _ in throw fault }, second).get("/api/v1/x")
    }
    #expect(error?.transport == fault)
    #expect(second.requests.isEmpty)
  }

  @Test("A write moves on only when it surely was not sent")
  func writes() async throws {
    let second = ScriptedManager { _ in .json("{}") }
    let faults: [(Bool, ScriptedManager.Script)] = [
      (true, { _ in throw refused }), (false, { _ in throw reset }), (false, { _ in .error(503) }),
      (false, { _ in .html }),
    ]
    for (moves, fault) in faults {
      let before = second.requests.count
      let error = await apiError {
        _ = try await connect(ScriptedManager(fault), second)
          .send(.patch, "/policy/api/v1/x", body: [:])
      }
      #expect((error == nil) == moves)
      #expect(second.requests.count == before + (moves ? 1 : 0))
    }
  }

  @Test("A manager whose login does not answer is passed over, by writes too")
  func loginFailover() async throws {
    let second = ScriptedManager { $0.path == "/api/session/create" ? .session : .json("{}") }
    let connection = try connect(
      ScriptedManager { _ in .error(503) }, second, as: .session(user: "u", password: "p"))
    _ = try await connection.send(.patch, "/policy/api/v1/x", body: [:])
    #expect(second.requests.count == 2)
  }

  @Test("An aborted transaction is sent again, three times at most")
  func aborted() async throws {
    let once = ScriptedManager { $0.repetition == 0 ? .error(500, 607) : .json("") }
    #expect(try await connect(once).json(.patch, "/policy/api/v1/x", body: [:]) == .null)
    let always = ScriptedManager { _ in .error(500, 607) }
    let error = await apiError { _ = try await connect(always).get("/api/v1/x") }
    #expect(error?.reaction == .transactionAborted)
    #expect(always.requests.count == 4)
  }

  @Test("Health asks every manager and reports the ones that do not answer")
  func health() async throws {
    let health = try await connect(
      ScriptedManager { _ in .error(503) },
      ScriptedManager { _ in .json("{\"healthy\":true,\"components_health\":\"MANAGER:UP\"}") }
    ).nodeHealth()
    #expect(health.map(\.isHealthy) == [false, true])
    #expect(health.map(\.manager) == ["https://nsx0", "https://nsx1"])
  }

  @Test("URLs with a password, a path or plain http are refused without repeating them")
  func urls() throws {
    let client = ScriptedManager { _ in .json("{}") }
    for bad in [
      "nsx.example.org", "http://nsx", "https://", "https://u:topsecret@nsx", "https://nsx/policy",
      "ftp://nsx", "http://127.evil.org", "https://nsx?x=1",
    ] {
      let failure = #expect(throws: Failure.self, "\(bad)") {
        try NSXEndpoint(baseURL: bad, client: client)
      }
      #expect(failure?.kind == .usage)
      #expect(failure?.description.contains("topsecret") == false)
    }
    for good in [
      "https://nsx:8443//", "http://127.0.0.1:80", "http://[::1]:80", "https://[fe80::1]",
    ] {
      _ = try NSXEndpoint(baseURL: good, client: client)
    }
  }
}
