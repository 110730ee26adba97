/// What a server said in TLS that tells why it hung up. With TLS 1.3 the
/// refusal of a client certificate comes after the handshake, when libcurl
/// only sees a failed read.
struct TLSAlerts: Hashable {
  private(set) var wantsCertificate = false
  private(set) var fatal: UInt8?

  /// Notes a message that was received: an alert has two bytes, and a
  /// handshake message of type 13 is a CertificateRequest.
  mutating func note(_ message: UnsafeRawBufferPointer) {
    if message.count == 2, message[0] == 2 { fatal = message[1] }
    if message.count >= 4, message[0] == 13 { wantsCertificate = true }
  }

  /// Whether the server refused our certificate, or that we have none.
  var refusesClientCertificate: Bool {
    switch fatal {
    // bad_certificate to unknown_ca, access_denied, certificate_required
    case 42, 43, 44, 45, 46, 48, 49, 116: true
    // handshake_failure, which is what TLS 1.2 has for a missing certificate
    case 40: wantsCertificate
    default: false
    }
  }
}
