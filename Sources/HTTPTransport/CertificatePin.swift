import Documents

/// The SHA-256 of a leaf certificate, as a person writes it down.
public struct CertificatePin: Sendable, Hashable {
  /// 64 hexadecimal digits in lower case.
  public let hex: String

  /// Reads a fingerprint; `nil` when it has not 64 digits once colons, spaces
  /// and case are ignored.
  public init?(_ text: String) {
    let digits = text.lowercased().filter { $0 != ":" && $0 != " " }
    let isHexadecimal = digits.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
    }
    guard digits.utf8.count == 64, isHexadecimal else { return nil }
    hex = digits
  }

  /// The fingerprint of the first certificate in some PEM text, or `nil` when
  /// there is none.
  public init?(ofPEM pem: String) {
    guard let der = derBytes(ofPEM: pem) else { return nil }
    hex = hexText(SHA256.hash(der))
  }
}

/// The bytes of the first `CERTIFICATE` block.
func derBytes(ofPEM pem: String) -> [UInt8]? {
  guard let begin = pem.range(ofText: "-----BEGIN CERTIFICATE-----"),
    let end = pem[begin.upperBound...].range(ofText: "-----END CERTIFICATE-----")
  else { return nil }
  return base64Bytes(pem[begin.upperBound..<end.lowerBound].utf8)
}

/// What base64 stands for, blanks and padding left out; `nil` for nothing and for
/// what is none.
func base64Bytes(_ text: some Sequence<UInt8>) -> [UInt8]? {
  var bytes: [UInt8] = []
  var pending: UInt32 = 0
  var bits = 0
  for character in text {
    guard let value = base64Value(character) else {
      if character == 0x3d || character <= 0x20 { continue }
      return nil
    }
    pending = pending << 6 | value
    bits += 6
    if bits >= 8 {
      bits -= 8
      bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(bits)))
    }
  }
  return bytes.isEmpty ? nil : bytes
}

private func base64Value(_ character: UInt8) -> UInt32? {
  switch character {
  case 0x41...0x5a: UInt32(character - 0x41)
  case 0x61...0x7a: UInt32(character - 0x61 + 26)
  case 0x30...0x39: UInt32(character - 0x30 + 52)
  case 0x2b: 62
  case 0x2f: 63
  default: nil
  }
}
