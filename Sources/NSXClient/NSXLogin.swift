import HTTPTransport

extension NSXEndpoint {
  /// Makes a session (`POST /api/session/create`).
  ///
  /// - Returns: the cookie and the XSRF token, as header fields of later
  ///   requests.
  func createSession(
    _ user: String, _ password: String, timeout: Duration?
  ) async throws -> [HTTPHeader] {
    let name = "POST /api/session/create"
    let response = try await login(
      HTTPRequest(
        .post, baseURL + "/api/session/create",
        headers: [HTTPHeader("Content-Type", "application/x-www-form-urlencoded")],
        body: PercentEncoding.form([("j_username", user), ("j_password", password)]),
        // A session too many ends by itself; refused credentials are not sent twice.
        isIdempotent: true, timeout: timeout),
      name: name)
    guard (200..<300).contains(response.status) else {
      var error = NSXAPIError(refused: response, manager: baseURL, request: name)
      // Whatever code comes with it, a refused login is one of the credentials.
      if error.reaction == .sessionExpired || error.reaction == .forbidden {
        error.reaction = .invalidCredentials
      }
      throw error
    }
    let cookie = response.values(of: "set-cookie").lazy
      .compactMap { $0.split(separator: ";").first }
      .map { $0.drop { $0 == " " } }
      .first { $0.hasPrefix("JSESSIONID=") }
    guard let cookie, let token = response[header: "x-xsrf-token"], !token.isEmpty else {
      throw NSXAPIError(
        invalidAnswer: "the login was answered without JSESSIONID and X-XSRF-TOKEN",
        status: response.status, manager: baseURL, request: name)
    }
    return [HTTPHeader("Cookie", String(cookie)), HTTPHeader("X-XSRF-TOKEN", token)]
  }

  /// Tries credentials by one cheap request, before many requests carry them
  /// at once: each with a wrong password would count as a refused login.
  func probe(_ headers: [HTTPHeader], timeout: Duration?) async throws {
    let name = "GET /api/v1/node/version"
    let response = try await login(
      HTTPRequest(.get, baseURL + "/api/v1/node/version", headers: headers, timeout: timeout),
      name: name)
    if (200..<300).contains(response.status) { return }
    let error = NSXAPIError(refused: response, manager: baseURL, request: name)
    switch error.reaction {
    case .forbidden, .notFound, .badRequest: return
    default: throw error
    }
  }

  private func login(_ request: HTTPRequest, name: String) async throws -> HTTPResponse {
    do {
      return try await client.send(request)
    } catch let error as TransportError {
      throw NSXAPIError(error, manager: baseURL, request: name)
    }
  }
}
