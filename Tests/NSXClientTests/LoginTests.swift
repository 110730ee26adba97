import Documents
import HTTPTransport
import Synchronization
import Testing

@testable import NSXClient

@Suite("Login")
struct LoginTests {
  let admin = NSXAuthentication.session(user: "ad min", password: "p&ss+wörd/")

  @Test("Sixteen requests at once make one session and carry its cookie and token")
  func oneSession() async throws {
    let manager = ScriptedManager { $0.path == "/api/session/create" ? .session : .json("{}") }
    let connection = try connect(manager, as: admin)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<16 { group.addTask { _ = try await connection.get("/api/v1/x") } }
      try await group.waitForAll()
    }
    #expect(manager.count("POST /api/session/create") == 1)
    let login = try #require(manager.requests.first)
    #expect(login.body == "j_username=ad%20min&j_password=p%26ss%2Bw%C3%B6rd%2F")
    for request in manager.requests.dropFirst() {
      #expect(request[header: "cookie"] == "JSESSIONID=S1")
      #expect(request[header: "x-xsrf-token"] == "T1")
      #expect(request[header: "authorization"] == nil)
    }
    await connection.close()
    #expect(manager.requests.last?.line == "POST /api/session/destroy")
    #expect(manager.requests.last?[header: "x-xsrf-token"] == "T1")
  }

  @Test(
    "A wrong password is tried once, by any number of requests, at any manager",
    arguments: [
      NSXAuthentication.session(user: "a", password: "secret"),
      .basic(user: "a", password: "secret"), .basic(user: "a", password: "secret", scheme: .remote),
    ])
  func badPassword(_ authentication: NSXAuthentication) async throws {
    let first = ScriptedManager { _ in .error(403, 403) }
    let second = ScriptedManager { _ in .error(403, 403) }
    let connection = try connect(first, second, as: authentication)
    let kinds = await withTaskGroup(of: NSXAPIError?.self) { group in
      for _ in 0..<16 {
        group.addTask { await apiError { _ = try await connection.get("/api/v1/x") } }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(kinds.allSatisfy { $0?.failure.kind == .permissionDenied })
    #expect(first.requests.count + second.requests.count == 1)
    let later = await apiError { _ = try await connection.get("/api/v1/y") }
    #expect(later?.reaction == .invalidCredentials)
    #expect(first.requests.count + second.requests.count == 1)
    #expect(later.map { !$0.description.contains("secret") } == true)
  }

  @Test("An ended session is made anew once", arguments: [(403, 98), (401, nil), (403, 403)])
  func renewal(_ status: Int, _ code: Int?) async throws {
    let manager = ScriptedManager { request in
      if request.path == "/api/session/create" { return .session }
      return request.repetition == 0 ? .error(status, code) : .json("{\"a\":1}")
    }
    let connection = try connect(manager, as: admin)
    #expect(try await connection.get("/api/v1/x")["a"]?.integer == 1)
    #expect(manager.count("POST /api/session/create") == 2)
  }

  @Test("A path that is closed to the user costs one new session in all")
  func closedPath() async throws {
    let manager = ScriptedManager { request in
      if request.path == "/api/session/create" { return .session }
      return request.path == "/api/v1/closed" ? .error(403, 403) : .json("{}")
    }
    let connection = try connect(manager, as: admin)
    for _ in 0..<5 {
      let error = await apiError { _ = try await connection.get("/api/v1/closed") }
      #expect(error?.failure.kind == .permissionDenied)
    }
    _ = try await connection.get("/api/v1/open")
    #expect(manager.count("POST /api/session/create") == 2)
  }

  @Test("Other refusals are no matter of the login")
  func forbidden() async throws {
    let manager = ScriptedManager { request in
      request.path == "/api/session/create" ? .session : .error(403)
    }
    let connection = try connect(manager, as: admin)
    let error = await apiError { _ = try await connection.get("/api/v1/closed") }
    #expect(error?.reaction == .forbidden)
    #expect(manager.requests.count == 2)
  }

  @Test("A login page with status 200 is no login")
  func loginPage() async throws {
    let manager = ScriptedManager { _ in .html }
    let connection = try connect(manager, as: admin)
    let error = await apiError { _ = try await connection.get("/api/v1/x") }
    #expect(error?.failure.kind == .unreachable)
  }

  @Test("A refused token is fetched anew once, then remembered")
  func bearer() async throws {
    let calls = Mutex<[Bool]>([])
    let manager = ScriptedManager { request in
      request[header: "authorization"] == "Bearer good" ? .json("{}") : .error(401)
    }
    let good = try connect(
      manager,
      as: .bearer { refresh in
        calls.withLock { $0.append(refresh) }
        return refresh ? "good" : "old"
      })
    _ = try await good.get("/api/v1/x")
    #expect(calls.withLock { $0 } == [false, true])
    let bad = try connect(manager, as: .bearer { _ in "bad" })
    for _ in 0..<3 { _ = await apiError { _ = try await bad.get("/api/v1/y") } }
    #expect(manager.count("GET /api/v1/y") == 2)
  }

  @Test("A cancelled request does not wait for the login, and does not spoil it for others")
  func cancellation() async throws {
    let started = AsyncStream.makeStream(of: Void.self)
    let manager = ScriptedManager { request in
      guard request.path == "/api/session/create" else { return .json("{}") }
      if request.repetition == 0 {
        started.continuation.yield()
        try await Task.sleep(for: .seconds(60))
      }
      return .session
    }
    let connection = try connect(manager, as: admin)
    let cancelled = Task { _ = try await connection.get("/api/v1/a") }
    for await _ in started.stream { break }
    let other = Task { try await connection.get("/api/v1/b") }
    cancelled.cancel()
    await #expect(throws: CancellationError.self) { try await cancelled.value }
    _ = try await other.value
    #expect(manager.count("POST /api/session/create") == 2)
    let closing = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      await connection.close()
    }
    await closing.value
    #expect(manager.requests.last?.line == "POST /api/session/destroy")
  }

  @Test("Basic credentials are encoded, with the word Remote for vIDM users")
  func basic() async throws {
    let manager = ScriptedManager { _ in .json("{}") }
    _ = try await connect(manager, as: .basic(user: "user", password: "pass", scheme: .remote))
      .get("/api/v1/x")
    #expect(
      manager.requests.map { $0[header: "authorization"] } == [
        "Remote dXNlcjpwYXNz", "Remote dXNlcjpwYXNz",
      ])
    for (text, coded) in [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("abc", "YWJj"), ("ÿ?", "w78/")]
    {
      #expect(base64Text(Array(text.utf8)) == coded)
    }
  }

  @Test("Credentials are in no description, reflection or dump")
  func privacy() {
    for value in [
      NSXAuthentication.basic(user: "uuu", password: "secret"),
      .session(user: "uuu", password: "secret"), .bearer { _ in "secret" },
    ] {
      var dumped = ""
      dump([value], to: &dumped)
      for text in [dumped, "\(value)", String(reflecting: value), String(reflecting: [value])] {
        #expect(!text.contains("secret"))
        #expect(!text.contains("uuu"))
      }
    }
  }
}
