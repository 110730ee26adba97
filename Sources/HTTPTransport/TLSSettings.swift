/// Bytes in PEM, or a file that holds them.
public enum PEMSource: Sendable, Hashable {
  /// A file, read when a connection is made.
  case file(String)
  /// The bytes themselves, for example from a kubeconfig's `…-data` field.
  case data([UInt8])

  /// PEM in base64, as Kubernetes keeps it in objects; `nil` for what is none.
  public init?(base64 text: String) {
    guard let bytes = base64Bytes(text.utf8) else { return nil }
    self = .data(bytes)
  }
}

/// What a client shows when the server asks who it is.
public struct ClientCertificate: Sendable, Hashable {
  /// The certificate, followed by intermediate ones if there are any.
  public var certificate: PEMSource
  /// The private key, without a passphrase.
  public var key: PEMSource

  /// Pairs a certificate with its key.
  public init(certificate: PEMSource, key: PEMSource) {
    self.certificate = certificate
    self.key = key
  }
}

/// How a server is recognised and how we are.
public struct TLSSettings: Sendable, Hashable {
  /// Whether chain and name of the server's certificate are verified. Pins are
  /// checked either way.
  public var verify: Bool
  /// The authorities that are trusted instead of the system's.
  public var certificateAuthority: PEMSource?
  /// Our certificate.
  public var clientCertificate: ClientCertificate?
  /// SHA-256 fingerprints of the server's leaf certificate (DER), one of which
  /// must match before a request is sent; hexadecimal, colons and case are
  /// ignored. A pin takes the place of the chain and name verification (NSX
  /// managers sign their certificates themselves), unless
  /// ``certificateAuthority`` is given: then both must hold.
  public var pinnedLeafSHA256: [String]
  /// The name for SNI and verification where it differs from the URL's host,
  /// as `tls-server-name` of a kubeconfig. The `Host` field is not changed.
  public var serverName: String?

  /// Creates settings; the defaults verify against the system's authorities.
  public init(
    verify: Bool = true, certificateAuthority: PEMSource? = nil,
    clientCertificate: ClientCertificate? = nil, pinnedLeafSHA256: [String] = [],
    serverName: String? = nil
  ) {
    self.verify = verify
    self.certificateAuthority = certificateAuthority
    self.clientCertificate = clientCertificate
    self.pinnedLeafSHA256 = pinnedLeafSHA256
    self.serverName = serverName
  }

  /// Whether libcurl verifies chain and name.
  var verifiesChain: Bool {
    verify && (pinnedLeafSHA256.isEmpty || certificateAuthority != nil)
  }
}
