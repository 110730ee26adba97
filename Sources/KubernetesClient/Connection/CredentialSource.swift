import FoundationEssentials
import HTTPTransport

/// Gives the credentials of requests. A value of this type may keep secrets,
/// so it is never printed.
public protocol CredentialSource: Sendable {
  /// The value of the `Authorization` header, or `nil` for none (anonymous, or
  /// a client certificate).
  ///
  /// - Throws: ``KubeconfigError`` when they cannot be had.
  func authorization() async throws -> String?

  /// A client certificate that the source hands out at run time, else `nil`.
  func clientCertificate() async throws -> ClientCertificate?

  /// Forgets what is cached, after the server refused it.
  ///
  /// - Returns: Whether asking again may give other credentials.
  func invalidate() async -> Bool
}

extension CredentialSource {
  /// No certificate.
  public func clientCertificate() async throws -> ClientCertificate? { nil }
  /// Nothing is cached.
  public func invalidate() async -> Bool { false }
}

/// No `Authorization` header.
public struct NoCredentials: CredentialSource {
  /// Creates the source.
  public init() {}
  /// None.
  public func authorization() async throws -> String? { nil }
}

/// A bearer token that does not change.
public struct BearerToken: CredentialSource {
  private let token: String
  /// Creates the source.
  public init(_ token: String) { self.token = token }
  /// `Bearer …`.
  public func authorization() async throws -> String? { "Bearer \(token)" }
}

/// A bearer token in a file, which is read again for every request: projected
/// service account tokens are replaced while a run lasts.
public struct TokenFile: CredentialSource {
  private let path: String
  /// Creates the source.
  public init(path: String) { self.path = path }
  /// `Bearer …`.
  public func authorization() async throws -> String? {
    "Bearer \(try LocalFile.readToken(path))"
  }
}

/// User name and password.
public struct BasicCredentials: CredentialSource {
  private let encoded: String
  /// Creates the source.
  public init(username: String, password: String) {
    encoded = Data("\(username):\(password)".utf8).base64EncodedString()
  }
  /// `Basic …`.
  public func authorization() async throws -> String? { "Basic \(encoded)" }
}
