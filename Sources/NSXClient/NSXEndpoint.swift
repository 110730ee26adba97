import Failures
import HTTPTransport

/// One NSX Manager node, or the virtual IP of a manager cluster.
///
/// Each has a client of its own, because certificate pins, CA files and
/// server-name overrides belong to a node.
public struct NSXEndpoint: Sendable, CustomStringConvertible {
  /// `https://host[:port]`, without a slash at the end.
  public let baseURL: String
  /// What sends the requests of this node.
  public let client: any HTTPClient

  /// Creates an endpoint.
  ///
  /// - Throws: ``Failures/Failure`` of kind `usage` for anything but an
  ///   `https` URL of a host alone. Plain `http` is accepted for loopback
  ///   only, because logins carry passwords. A URL with a user part is
  ///   refused, because URLs are shown in messages.
  public init(baseURL: String, client: any HTTPClient) throws {
    self.baseURL = try Self.normalised(baseURL)
    self.client = client
  }

  /// The base URL.
  public var description: String { baseURL }

  private static func normalised(_ text: String) throws -> String {
    func refuse(_ cause: String) -> Failure {
      Failure(
        .usage, subject: "NSX manager URL", cause: cause,
        remedy: "give it as https://nsx.example.org, without user, path or query")
    }
    guard let mark = text.firstRange(of: "://") else { throw refuse("it has no scheme") }
    let scheme = text[..<mark.lowerBound].lowercased()
    var authority = text[mark.upperBound...]
    while authority.last == "/" { authority.removeLast() }
    // No text of the URL is repeated here: it may hold a password.
    if authority.contains("@") { throw refuse("it holds a user or a password") }
    if authority.isEmpty || authority.contains(where: { "/?# \t\r\n".contains($0) }) {
      throw refuse("it is not the URL of a host alone")
    }
    switch scheme {
    case "https": break
    case "http" where isLoopback(authority): break
    case "http": throw refuse("plain http would send the password in the clear")
    default: throw refuse("the scheme is not https")
    }
    return "\(scheme)://\(authority)"
  }

  private static func isLoopback(_ authority: Substring) -> Bool {
    if authority.hasPrefix("[") {
      return authority == "[::1]" || authority.hasPrefix("[::1]:")
    }
    let host = authority.prefix { $0 != ":" }
    if host == "localhost" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
