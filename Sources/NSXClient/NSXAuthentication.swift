import HTTPTransport

/// How a connection proves who it is.
///
/// Descriptions and reflections of a value name the method only: credentials
/// must appear in no log.
public enum NSXAuthentication: Sendable {
  /// The word before the credentials in the `Authorization` header.
  public enum Scheme: String, Sendable, Hashable {
    /// A local user.
    case basic = "Basic"
    /// A user of VMware Identity Manager.
    case remote = "Remote"
  }

  /// User and password with every request; each costs NSX a full login.
  case basic(user: String, password: String, scheme: Scheme = .basic)
  /// User and password once per manager, then a session cookie and an XSRF
  /// token.
  case session(user: String, password: String)
  /// The TLS client certificate of a principal identity; the endpoint's HTTP
  /// client holds it.
  case clientCertificate
  /// A bearer token. The closure gives a token; with `true`, NSX has refused
  /// the last one, and a new one must be fetched.
  case bearer(@Sendable (_ refresh: Bool) async throws -> String)

  /// The name of the method, without credentials.
  public var methodName: String {
    switch self {
    case .basic(_, _, let scheme): scheme == .basic ? "basic" : "basic (remote)"
    case .session: "session"
    case .clientCertificate: "client certificate"
    case .bearer: "bearer token"
    }
  }
}

extension NSXAuthentication: CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The name of the method, without credentials.
  public var description: String { "NSXAuthentication(\(methodName))" }
  /// The name of the method, without credentials.
  public var debugDescription: String { description }
  /// A mirror without children, so that `dump` shows no credentials.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Bytes as Base64 (RFC 4648), for the `Authorization` header.
func base64Text(_ bytes: [UInt8]) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var output: [UInt8] = []
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let group = bytes[start..<min(start + 3, bytes.count)]
    var bits: UInt32 = 0
    for byte in group { bits = bits << 8 | UInt32(byte) }
    bits <<= UInt32(8 * (3 - group.count))
    for position in 0..<4 {
      let used = position <= group.count
      let index = Int(bits >> UInt32(18 - 6 * position) & 63)
      output.append(used ? alphabet[index] : UInt8(ascii: "="))
    }
  }
  return String(decoding: output, as: UTF8.self)
}
