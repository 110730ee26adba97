import Failures
import HTTPTransport

/// The header fields that make a request ours, and which login they are from.
struct NSXTicket: Sendable {
  var headers: [HTTPHeader]
  /// Counts the logins of a connection.
  var generation: Int
  /// Whether the session can be ended at the manager.
  var isSession = false
}

/// Logs in: once per manager however many requests wait for it, one manager at
/// a time, and never again after a refusal, because NSX locks an account after
/// a few wrong passwords.
actor NSXAuthenticator {
  private let endpoints: [NSXEndpoint]
  private let authentication: NSXAuthentication
  private let timeout: Duration?
  private let notify: @Sendable (NSXEvent) -> Void
  private var tickets: [Int: NSXTicket] = [:]
  private var pending: (index: Int, task: Task<NSXTicket, any Error>)?
  private var refusal: (any Error)?
  private var generations = 0
  private var mustRefresh = false
  private var uncured: Set<Int> = []

  init(
    endpoints: [NSXEndpoint], authentication: NSXAuthentication, timeout: Duration?,
    notify: @escaping @Sendable (NSXEvent) -> Void
  ) {
    self.endpoints = endpoints
    self.authentication = authentication
    self.timeout = timeout
    self.notify = notify
  }

  /// The header fields for a manager, after a login where there was none.
  func ticket(for index: Int) async throws -> NSXTicket {
    // The bound stands against a token provider that calls itself cancelled.
    for _ in 0..<64 {
      if let refusal { throw refusal }
      if let ticket = tickets[index] { return ticket }
      let task: Task<NSXTicket, any Error>
      let isOurs: Bool
      if let pending {
        // Another manager's login may be refused: then this one must not try.
        task = pending.task
        isOurs = pending.index == index
      } else {
        task = Task { try await self.logIn(index) }
        pending = (index, task)
        isOurs = true
      }
      do {
        let ticket = try await withTaskCancellationHandler {
          try await task.value
        } onCancel: {
          task.cancel()
        }
        if isOurs { return ticket }
      } catch {
        // Another waiter was cancelled, or another manager does not answer:
        // neither says anything about this one.
        try Task.checkCancellation()
        if isOurs, !(error is CancellationError) { throw error }
      }
    }
    throw CancellationError()
  }

  /// Forgets a refused ticket, so that the next request logs in again.
  ///
  /// - Returns: whether a new login can help.
  func renew(_ ticket: NSXTicket, on index: Int, after error: NSXAPIError) -> Bool {
    switch authentication {
    case .basic, .clientCertificate: return false
    case .session, .bearer: break
    }
    if error.reaction == .invalidCredentials, uncured.contains(ticket.generation) { return false }
    if tickets[index]?.generation == ticket.generation {
      tickets[index] = nil
      mustRefresh = true
      notify(.sessionEnded(manager: endpoints[index].baseURL))
    }
    return true
  }

  /// Notes that a fresh login was refused as well: for a token that is the end;
  /// for a session, the path may simply be closed to the user, and logging in
  /// for every further request would be pointless.
  func renewalDidNotHelp(_ ticket: NSXTicket, error: NSXAPIError) {
    uncured.insert(ticket.generation)
    if case .bearer = authentication { refusal = error }
  }

  /// Ends all sessions; a manager that does not answer ends them by itself.
  /// They are ended when the caller was cancelled, too.
  func close() async {
    let open = tickets.filter { $0.value.isSession }
    tickets = [:]
    let tasks = open.map { index, ticket in
      let endpoint = endpoints[index]
      let request = HTTPRequest(
        .post, endpoint.baseURL + "/api/session/destroy", headers: ticket.headers,
        isIdempotent: false, timeout: .seconds(3))
      return Task { _ = try? await endpoint.client.send(request) }
    }
    for task in tasks { await task.value }
  }

  private func logIn(_ index: Int) async throws -> NSXTicket {
    defer { pending = nil }
    generations += 1
    let generation = generations
    let endpoint = endpoints[index]
    do {
      var ticket: NSXTicket
      switch authentication {
      case .clientCertificate: ticket = NSXTicket(headers: [], generation: generation)
      case .bearer(let provider):
        let token = try await token(from: provider)
        ticket = NSXTicket(
          headers: [HTTPHeader("Authorization", "Bearer \(token)")], generation: generation)
      case .basic(let user, let password, let scheme):
        let credentials = base64Text(Array("\(user):\(password)".utf8))
        ticket = NSXTicket(
          headers: [HTTPHeader("Authorization", "\(scheme.rawValue) \(credentials)")],
          generation: generation)
        try await endpoint.probe(ticket.headers, timeout: timeout)
        notify(.loggedIn(manager: endpoint.baseURL))
      case .session(let user, let password):
        ticket = NSXTicket(
          headers: try await endpoint.createSession(user, password, timeout: timeout),
          generation: generation, isSession: true)
        notify(.loggedIn(manager: endpoint.baseURL))
      }
      tickets[index] = ticket
      return ticket
    } catch var error as NSXAPIError {
      // The caller's own request has not been sent.
      error.requestMayHaveBeenSent = false
      if error.reaction.kind == .permissionDenied { refusal = error }
      throw error
    }
  }

  private func token(
    from provider: @Sendable (Bool) async throws -> String
  ) async throws -> String {
    do {
      let token = try await provider(mustRefresh)
      mustRefresh = false
      return token
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      refusal = error
      throw error
    }
  }
}
