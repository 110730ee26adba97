/// What is hidden before anything about a request is shown.
enum Redaction {
  /// Stands in the place of what is hidden.
  static let placeholder = "REDACTED"

  /// The header with its value hidden where the name says that it may be, or
  /// lead to, a credential.
  static func header(_ header: HTTPHeader) -> HTTPHeader {
    isSensitive(header.name) ? HTTPHeader(header.name, placeholder) : header
  }

  /// The URL without userinfo and fragment, and with the values of sensitive
  /// query parameters hidden.
  static func url(_ url: String) -> String {
    guard var parts = URLParts(url) else { return placeholder }
    parts.userInfo = nil
    parts.rest = String(parts.rest.prefix { $0 != "#" })
    guard let question = parts.rest.firstIndex(of: "?") else { return parts.text }
    let query = parts.rest[parts.rest.index(after: question)...]
    let shown = query.split(separator: "&", omittingEmptySubsequences: false).map { pair in
      let name = pair.prefix { $0 != "=" }
      return isSensitive(String(name)) ? "\(name)=\(placeholder)" : String(pair)
    }
    parts.rest = parts.rest[...question] + shown.joined(separator: "&")
    return parts.text
  }

  private static func isSensitive(_ name: String) -> Bool {
    let lower = name.lowercased()
    return markers.contains { lower.range(ofText: $0) != nil }
  }

  /// `limit` and `continue` of the Kubernetes API and `cursor` of NSX are not
  /// among them: a reader of a trace needs those.
  private static let markers = [
    "authorization", "cookie", "token", "xsrf", "csrf", "password", "passwd", "secret",
    "credential",
    "j_username", "api-key", "apikey", "api_key", "signature", "session",
  ]
}
