import Synchronization

/// Who is let in: passwords, sessions, tokens, certificates, and how often.
final class ManagerAdmittance: Sendable {
  private struct State {
    var options: ManagerOptions
    var sessions: [String: (token: String, user: String)] = [:]
    var failures: [String: Int] = [:]
    var inFlight = 0
    var windows: [String: (second: Int64, count: Int)] = [:]
  }

  private let state: Mutex<State>

  init(_ options: ManagerOptions) { state = Mutex(State(options: options)) }

  var options: ManagerOptions { state.withLock { $0.options } }

  func configure(_ change: (inout ManagerOptions) -> Void) {
    state.withLock { change(&$0.options) }
  }

  func expireSessions() { state.withLock { $0.sessions.removeAll() } }

  var sessionCount: Int { state.withLock { $0.sessions.count } }

  /// Counts a request in flight; every success is followed by ``leave()``.
  func enter() throws(ManagerFault) {
    let admitted = state.withLock { state in
      let limit = state.options.concurrencyLimit
      guard limit == 0 || state.inFlight < limit else { return false }
      state.inFlight += 1
      return true
    }
    if !admitted { throw .tooBusy }
  }

  func leave() { state.withLock { $0.inFlight -= 1 } }

  /// The user of a request.
  func authenticate(_ request: SandboxRequest) throws(ManagerFault) -> String {
    let result: Result<String, ManagerFault> = state.withLock { state in
      do throws(ManagerFault) {
        let user = try Self.user(request, &state)
        try Self.countRequest(of: user, &state)
        return .success(user)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Answers `POST /api/session/create`.
  func createSession(_ request: SandboxRequest) throws(ManagerFault) -> SandboxResponse {
    let form = PercentCoding.pairs(String(decoding: request.body, as: UTF8.self))
    let user = form.first { $0.name == "j_username" }?.value ?? ""
    let password = form.first { $0.name == "j_password" }?.value ?? ""
    let result: Result<SandboxResponse, ManagerFault> = state.withLock { state in
      guard state.options.cookieAuthentication else { return .failure(.badCredentials) }
      do throws(ManagerFault) {
        try Self.check(user, password, &state)
      } catch {
        return .failure(error)
      }
      let id = Self.random()
      let token = Self.random()
      state.sessions[id] = (token: token, user: user)
      return .success(
        SandboxResponse(
          status: 200,
          headers: [
            (name: "Set-Cookie", value: "JSESSIONID=\(id); Path=/; Secure; HttpOnly"),
            (name: "X-XSRF-TOKEN", value: token),
          ]))
    }
    return try result.get()
  }

  /// Answers `POST /api/session/destroy`.
  func destroySession(_ request: SandboxRequest) throws(ManagerFault) -> SandboxResponse {
    let ended = state.withLock { state in
      guard let id = Self.sessionID(request), let session = state.sessions[id],
        request.header("X-XSRF-TOKEN") == session.token
      else { return false }
      state.sessions[id] = nil
      return true
    }
    guard ended else { throw .badToken }
    return SandboxResponse(status: 200)
  }

  private static func user(
    _ request: SandboxRequest, _ state: inout State
  ) throws(ManagerFault) -> String {
    if let id = sessionID(request) {
      guard let session = state.sessions[id], request.header("X-XSRF-TOKEN") == session.token
      else { throw .badToken }
      return session.user
    }
    if let header = request.header("Authorization") {
      let parts = header.split(separator: " ", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw .badCredentials }
      if parts[0] == "Bearer" {
        guard let user = state.options.tokens[parts[1]] else { throw .badCredentials }
        return user
      }
      guard parts[0] == "Basic" || parts[0] == "Remote", state.options.basicAuthentication,
        let text = Base64.decode(parts[1]).map({ String(decoding: $0, as: UTF8.self) }),
        let colon = text.firstIndex(of: ":")
      else { throw .badCredentials }
      let user = String(text[..<colon])
      try check(user, String(text[text.index(after: colon)...]), &state)
      return user
    }
    if let name = request.clientCertificateCommonName, state.options.principals.contains(name) {
      return name
    }
    throw .badCredentials
  }

  private static func check(
    _ user: String, _ password: String, _ state: inout State
  ) throws(ManagerFault) {
    guard state.failures[user, default: 0] < state.options.lockoutThreshold,
      let expected = state.options.users[user], expected == password
    else {
      state.failures[user, default: 0] += 1
      throw .badCredentials
    }
    state.failures[user] = 0
  }

  private static func countRequest(of user: String, _ state: inout State) throws(ManagerFault) {
    let limit = state.options.rateLimit
    guard limit > 0 else { return }
    let second = state.options.now() / 1000
    var window = state.windows[user] ?? (second: second, count: 0)
    if window.second != second { window = (second: second, count: 0) }
    window.count += 1
    state.windows[user] = window
    if window.count > limit { throw .tooManyRequests }
  }

  private static func sessionID(_ request: SandboxRequest) -> String? {
    for header in request.headers where header.name.lowercased() == "cookie" {
      for cookie in header.value.split(separator: ";") {
        let parts = cookie.split(separator: "=", maxSplits: 1).map {
          $0.drop { $0 == " " }
        }
        if parts.count == 2, parts[0] == "JSESSIONID" { return String(parts[1]) }
      }
    }
    return nil
  }

  private static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return String(generator.next() as UInt64, radix: 36)
      + String(generator.next() as UInt64, radix: 36)
  }
}
