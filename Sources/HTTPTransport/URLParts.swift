/// The parts of an absolute `http` or `https` URL that the transport decides
/// by. Nothing is decoded: a URL arrives percent-encoded.
struct URLParts: Hashable {
  /// `http` or `https`, in lower case.
  var scheme: String
  /// `user:password` before the `@`, or `nil`.
  var userInfo: String?
  /// The host in lower case; an IPv6 address without its brackets.
  var host: String
  /// The port, or `nil` for the scheme's own.
  var explicitPort: Int?
  /// Path, query and fragment, beginning with `/`, `?` or `#`, or empty.
  var rest: String

  /// Takes a URL apart; `nil` when it has another scheme, no host or a bad port.
  init?(_ url: String) {
    guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) else { return nil }
    guard let separator = url.range(ofText: "://") else { return nil }
    scheme = url[..<separator.lowerBound].lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let afterScheme = url[separator.upperBound...]
    let end =
      afterScheme.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? afterScheme.endIndex
    rest = String(afterScheme[end...])
    var authority = afterScheme[..<end]
    if let at = authority.lastIndex(of: "@") {
      userInfo = String(authority[..<at])
      authority = authority[authority.index(after: at)...]
    }
    var port = Substring()
    if authority.first == "[" {
      guard let close = authority.firstIndex(of: "]") else { return nil }
      host = authority[authority.index(after: authority.startIndex)..<close].lowercased()
      let tail = authority[authority.index(after: close)...]
      guard tail.isEmpty || tail.first == ":" else { return nil }
      port = tail.dropFirst()
    } else if let colon = authority.lastIndex(of: ":") {
      host = authority[..<colon].lowercased()
      port = authority[authority.index(after: colon)...]
    } else {
      host = authority.lowercased()
    }
    guard !host.isEmpty else { return nil }
    if !port.isEmpty {
      guard let number = UInt16(port), number > 0 else { return nil }
      explicitPort = Int(number)
    }
  }

  /// The port that is connected to.
  var port: Int { explicitPort ?? (scheme == "https" ? 443 : 80) }

  /// The host as it stands in a URL: IPv6 in brackets.
  var bracketedHost: String { host.contains(":") ? "[\(host)]" : host }

  /// Host and explicit port, as the `Host` field bears them.
  var authority: String { explicitPort.map { "\(bracketedHost):\($0)" } ?? bracketedHost }

  /// Scheme, host and port: what errors name and connections belong to.
  var endpoint: String { "\(scheme)://\(authority)" }

  /// The URL again.
  var text: String { "\(scheme)://\(userInfo.map { $0 + "@" } ?? "")\(authority)\(rest)" }

  /// Whether both lead to the same server.
  func isSameOrigin(as other: URLParts) -> Bool {
    scheme == other.scheme && host == other.host && port == other.port
  }

  /// What a `Location` field points to: absolute, or a path on this server.
  func resolving(_ location: String) -> URLParts? {
    if location.hasPrefix("//") { return URLParts("\(scheme):\(location)") }
    if location.hasPrefix("/") {
      var other = self
      other.rest = location
      return other
    }
    return URLParts(location)
  }
}

extension StringProtocol {
  /// The first place where some characters occur, without Foundation.
  func range(ofText text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
