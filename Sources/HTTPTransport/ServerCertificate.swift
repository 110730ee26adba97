/// What a certificate says about itself: whose it is and how long it holds.
///
/// Only what a person has to act on is read (RFC 5280, 4.1.2); whether the
/// certificate is to be trusted is TLS's to decide.
public struct ServerCertificate: Sendable, Hashable {
  /// The subject's common name, or its first other name; empty where it has none.
  public var subject: String
  /// Seconds since 1970 before which it does not hold yet.
  public var notBefore: Int64
  /// Seconds since 1970 after which it holds no more.
  public var notAfter: Int64
  /// Its SHA-256, as a pin is written.
  public var fingerprint: String

  /// Reads the first certificate of some PEM text; `nil` where there is none that
  /// can be read.
  public init?(pem: String) {
    guard let bytes = derBytes(ofPEM: pem), let pin = CertificatePin(ofPEM: pem) else { return nil }
    var outer = DERReader(bytes[...])
    guard var certificate = outer.sequence(), var fields = certificate.sequence() else {
      return nil
    }
    // [0] version, where it is not 1.
    if fields.nextTag == 0xa0 { _ = fields.element() }
    // Serial number, algorithm, issuer.
    guard fields.element() != nil, fields.element() != nil, fields.element() != nil,
      var validity = fields.sequence(), let start = validity.time(), let end = validity.time(),
      var names = fields.sequence()
    else { return nil }
    notBefore = start
    notAfter = end
    fingerprint = pin.hex
    subject = Self.name(&names)
  }

  /// Reads the first certificate of PEM text in base64, as Kubernetes keeps CA
  /// bundles.
  public init?(base64PEM text: String) {
    guard let bytes = base64Bytes(text.utf8) else { return nil }
    self.init(pem: String(decoding: bytes, as: UTF8.self))
  }

  /// The common name (2.5.4.3) of a distinguished name.
  private static func name(_ reader: inout DERReader) -> String {
    var first = ""
    while var set = reader.element().map({ DERReader($0.content) }) {
      guard var pair = set.sequence(), let kind = pair.element(), let value = pair.element() else {
        continue
      }
      let text = String(decoding: value.content, as: UTF8.self)
      if Array(kind.content) == [0x55, 0x04, 0x03] { return text }
      if first.isEmpty { first = text }
    }
    return first
  }
}

/// Reads DER, as far as certificates need it.
struct DERReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The tag of the next element; `nil` at the end.
  var nextTag: UInt8? { rest.first }

  /// The next element; `nil` at the end, and where its length is none.
  mutating func element() -> (tag: UInt8, content: ArraySlice<UInt8>)? {
    guard let tag = rest.first, rest.count >= 2 else { return nil }
    var index = rest.startIndex + 1
    var length = Int(rest[index])
    index += 1
    if length >= 0x80 {
      let count = length & 0x7f
      guard count >= 1, count <= 4, rest.endIndex - index >= count else { return nil }
      length = rest[index..<index + count].reduce(0) { $0 << 8 | Int($1) }
      index += count
    }
    guard length <= rest.endIndex - index else { return nil }
    let content = rest[index..<index + length]
    rest = rest[(index + length)...]
    return (tag, content)
  }

  /// The content of the next element where it is a sequence.
  mutating func sequence() -> DERReader? {
    guard nextTag == 0x30, let found = element() else { return nil }
    return DERReader(found.content)
  }

  /// The next element as seconds since 1970: `UTCTime` (`YYMMDDhhmmssZ`, years from
  /// 1950) or `GeneralizedTime` (`YYYYMMDDhhmmssZ`).
  mutating func time() -> Int64? {
    guard let found = element(), found.tag == 0x17 || found.tag == 0x18,
      found.content.last == UInt8(ascii: "Z")
    else { return nil }
    let digits = found.content.dropLast()
    guard digits.count == (found.tag == 0x17 ? 12 : 14),
      digits.allSatisfy({ $0 &- 48 < 10 })
    else { return nil }
    var numbers: [Int] = []
    var pairs = digits
    while !pairs.isEmpty {
      numbers.append(pairs.prefix(2).reduce(0) { $0 * 10 + Int($1 &- 48) })
      pairs = pairs.dropFirst(2)
    }
    var year = numbers.removeFirst()
    if found.tag == 0x18 {
      year = year * 100 + numbers.removeFirst()
    } else {
      year += year < 50 ? 2000 : 1900
    }
    guard (1...12).contains(numbers[0]), (1...31).contains(numbers[1]) else { return nil }
    let days = daysSince1970(year: year, month: numbers[0], day: numbers[1])
    return Int64(days * 86_400 + numbers[2] * 3600 + numbers[3] * 60 + numbers[4])
  }
}
