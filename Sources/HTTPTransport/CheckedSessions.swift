/// The TLS sessions whose certificate matched a pin. Lives on the driver's
/// thread.
///
/// A request on a kept connection makes no handshake and so sees no
/// certificate; it may go out only if its session is in here. The name of a
/// session can come back after its connection was closed, but then with a
/// handshake, which is checked again.
final class CheckedSessions {
  /// What the check before a request says.
  enum Verdict { case matches, differs(CertificatePin?), unchecked }

  private var sessions: Set<UInt> = []

  /// Checks the certificate of a handshake, or the session of a connection
  /// that was made before.
  ///
  /// - Parameters:
  ///   - pem: The leaf certificate of a handshake, or `nil` if there was none.
  ///   - session: The TLS session, or 0 if the connection has none.
  func check(pem: String?, session: UInt, against pins: Set<CertificatePin>) -> Verdict {
    guard session != 0 else { return .differs(nil) }
    guard let pem else { return sessions.contains(session) ? .matches : .unchecked }
    guard let seen = CertificatePin(ofPEM: pem), pins.contains(seen) else {
      sessions.remove(session)
      return .differs(CertificatePin(ofPEM: pem))
    }
    sessions.insert(session)
    return .matches
  }
}
