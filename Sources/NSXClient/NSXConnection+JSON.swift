import Documents
import HTTPTransport

extension NSXConnection {
  /// Sends a request and decodes the JSON of its answer; an empty answer to a
  /// write, as NSX gives to PATCH, is `null`.
  ///
  /// - Throws: ``NSXAPIError``; one of `invalidAnswer` for a body that is not
  ///   JSON or incomplete.
  public func json(
    _ method: HTTPRequest.Method, _ path: String, query: [String: String] = [:],
    body: JSONValue? = nil, headers: [HTTPHeader] = [], isIdempotent: Bool? = nil
  ) async throws -> JSONValue {
    let call = NSXCall(
      method, path, query: query, body: body, headers: headers, isIdempotent: isIdempotent)
    return try await perform(call) { response, manager in
      if method != .get, response.body.isEmpty { return .null }
      return try decodeJSON(response, call: call, manager: manager)
    }
  }

  /// Reads one object.
  ///
  /// - Throws: ``NSXAPIError``; one of `invalidAnswer` for anything but a
  ///   JSON object.
  public func get(_ path: String, query: [String: String] = [:]) async throws -> JSONValue {
    let call = NSXCall(.get, path, query: query)
    return try await perform(call) { response, manager in
      try decodeObject(response, call: call, manager: manager)
    }
  }
}

/// Decodes an answer that must be JSON.
func decodeJSON(_ response: HTTPResponse, call: NSXCall, manager: String) throws -> JSONValue {
  func invalid(_ reason: String) -> NSXAPIError {
    NSXAPIError(
      invalidAnswer: reason, status: response.status, manager: manager, request: call.name)
  }
  try refuseHTML(response, call: call, manager: manager)
  if NSXErrorBody.form(of: response.body, contentType: nil) == .empty {
    throw invalid("the answer is empty")
  }
  do {
    return try JSONValue(json: response.body)
  } catch let error as JSONSyntaxError {
    throw invalid(error.description)
  }
}

/// Decodes an answer that must be a JSON object.
func decodeObject(_ response: HTTPResponse, call: NSXCall, manager: String) throws -> JSONValue {
  let value = try decodeJSON(response, call: call, manager: manager)
  guard value.object != nil else {
    throw NSXAPIError(
      invalidAnswer: "the answer is not a JSON object", status: response.status, manager: manager,
      request: call.name)
  }
  return value
}

/// Refuses the page of a proxy or a login form that came with status 200: it
/// says nothing about what NSX has, or has done.
func refuseHTML(_ response: HTTPResponse, call: NSXCall, manager: String) throws {
  let type = response[header: "content-type"]
  guard NSXErrorBody.form(of: response.body, contentType: type) == .html else { return }
  throw NSXAPIError(
    invalidAnswer: "the answer is an HTML page, not NSX's", status: response.status,
    manager: manager, request: call.name)
}
