import Crypto
import SwiftASN1
import X509

import struct Foundation.Date

/// The certificates of a sandbox: an own CA, made anew at every start, and what
/// it signs.
public struct SandboxCertificates: Sendable {
  /// A certificate with its private key, both as PEM.
  public struct Identity: Sendable, Hashable {
    /// The certificate.
    public var certificatePEM: String
    /// The private key (PKCS #8).
    public var keyPEM: String
    /// SHA-256 of the certificate's DER in lower-case hexadecimal: what a
    /// client pins.
    public var sha256: String
  }

  /// The certificate of the CA as PEM.
  public let authorityPEM: String
  private let authorityKey: P256.Signing.PrivateKey
  private let authorityName: DistinguishedName
  private let now: Date

  /// Makes a CA.
  ///
  /// - Throws: what swift-certificates throws.
  public init() throws {
    now = Date()
    authorityKey = P256.Signing.PrivateKey()
    authorityName = try DistinguishedName { CommonName("nsx-antrea sandbox CA") }
    let key = Certificate.PublicKey(authorityKey.publicKey)
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key,
      notValidBefore: now.addingTimeInterval(-Self.twoDays),
      notValidAfter: now.addingTimeInterval(Self.tenYears),
      issuer: authorityName, subject: authorityName, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
        Critical(KeyUsage(keyCertSign: true, cRLSign: true))
        SubjectKeyIdentifier(hash: key)
      },
      issuerPrivateKey: Certificate.PrivateKey(authorityKey))
    authorityPEM = try certificate.serializeAsPEM().pemString + "\n"
  }

  /// A certificate for `localhost`, 127.0.0.1 and ::1.
  ///
  /// - Parameters:
  ///   - expired: whether its validity ended yesterday.
  ///   - validFor: how long it holds from now on; `nil` for a year.
  /// - Throws: what swift-certificates throws.
  public func server(expired: Bool = false, validFor: Duration? = nil) throws -> Identity {
    let names = SubjectAlternativeNames([
      .dnsName("localhost"),
      .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
      .ipAddress(ASN1OctetString(contentBytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
    ])
    let validity = expired ? -Self.twoDays / 2 : validFor.map { Double($0.components.seconds) }
    return try issue("localhost", names: names, usage: .serverAuth, validFor: validity)
  }

  /// A client certificate, as for an NSX principal identity of that name.
  ///
  /// - Throws: what swift-certificates throws.
  public func client(commonName: String) throws -> Identity {
    try issue(commonName, names: nil, usage: .clientAuth, validFor: nil)
  }

  private static let twoDays = 172_800.0
  private static let tenYears = 315_360_000.0

  private func issue(
    _ name: String, names: SubjectAlternativeNames?, usage: ExtendedKeyUsage.Usage,
    validFor: Double?
  ) throws -> Identity {
    let key = P256.Signing.PrivateKey()
    let publicKey = Certificate.PublicKey(key.publicKey)
    let authority = SubjectKeyIdentifier(hash: Certificate.PublicKey(authorityKey.publicKey))
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
      notValidBefore: now.addingTimeInterval(-Self.twoDays),
      notValidAfter: now.addingTimeInterval(validFor ?? Self.tenYears / 10),
      issuer: authorityName, subject: try DistinguishedName { CommonName(name) },
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([usage])
        AuthorityKeyIdentifier(keyIdentifier: authority.keyIdentifier)
        SubjectKeyIdentifier(hash: publicKey)
        if let names { names }
      },
      issuerPrivateKey: Certificate.PrivateKey(authorityKey))
    let document = try certificate.serializeAsPEM()
    let digest = Crypto.SHA256.hash(data: document.derBytes)
    return Identity(
      certificatePEM: document.pemString + "\n", keyPEM: key.pemRepresentation + "\n",
      sha256: hexadecimal(digest))
  }
}

/// The common name of a certificate's subject; `nil` where it has none.
func certificateCommonName(der bytes: [UInt8]) -> String? {
  guard let certificate = try? Certificate(derEncoded: bytes) else { return nil }
  for relativeName in certificate.subject {
    for attribute in relativeName where attribute.type == .RDNAttributeType.commonName {
      return String(attribute.value)
    }
  }
  return nil
}

private func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef")
  var text = ""
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return text
}
