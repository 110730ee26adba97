/// Finds what looks like a credential in text that others have written, whatever its
/// value: after names like `password`, in headers, cookies and addresses.
struct CredentialWords: Sendable {
  /// Names whose value is a credential. A longer name may end in one (`nsx.password`).
  private static let names: [[UInt8]] = [
    "password", "passwd", "passphrase", "token", "apikey", "api-key", "api_key", "secretkey",
    "secret-key", "secret_key", "client-secret", "client_secret", "clientsecret",
    "client-key-data", "private-key", "private_key", "access-key", "access_key", "jsessionid",
    "authorization", "cookie",
  ].map { Array($0.utf8) }
  /// Those whose value is all that follows in the line.
  private static let wholeLine: Set<[UInt8]> = [
    Array("authorization".utf8), Array("cookie".utf8),
  ]
  private static let schemes = [Array("bearer ".utf8), Array("basic ".utf8)]
  private static let address = Array("://".utf8)
  private static let web = [Array("http".utf8), Array("https".utf8)]
  private static let object = Array("eyJ".utf8)
  private static let wordEnds: Set<UInt8> = Set("\"',;&)}]\\".utf8)
  private static let starts: Set<UInt8> = Set(names.compactMap(\.first))

  /// A part of text that has to go.
  typealias Span = Range<Int>

  /// Where credentials stand, in order and apart.
  static func spans(in bytes: UnsafeBufferPointer<UInt8>) -> [Span] {
    var spans: [Span] = []
    var index = 0
    while index < bytes.count {
      let found = span(at: index, bytes)
      if let found, !found.isEmpty { spans.append(found) }
      index = max(index + 1, found?.upperBound ?? 0)
    }
    return spans
  }

  private static func span(at index: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Span? {
    let byte = lower(bytes[index])
    switch byte {
    case UInt8(ascii: ":"): return password(inAddressAt: index, bytes)
    case UInt8(ascii: "e"): return webToken(at: index, bytes)
    case UInt8(ascii: "b"):
      for scheme in schemes where begins(scheme, at: index, bytes) {
        let start = index + scheme.count
        let end = wordEnd(start, bytes)
        // Words of ordinary language are shorter.
        return end - start >= 8 ? start..<end : nil
      }
      return nil
    default:
      guard starts.contains(byte) else { return nil }
      for name in names where begins(name, at: index, bytes) {
        if let found = value(
          after: index + name.count, isWholeLine: wholeLine.contains(name), bytes)
        {
          return found
        }
      }
      return nil
    }
  }

  /// The value after a name, in any of the forms `name=v`, `name: v`, `"name": "v"`, and
  /// these within a string of JSON.
  private static func value(
    after end: Int, isWholeLine: Bool, _ bytes: UnsafeBufferPointer<UInt8>
  ) -> Span? {
    var index = end
    func skip(_ byte: UInt8) -> Bool {
      guard index < bytes.count, bytes[index] == byte else { return false }
      index += 1
      return true
    }
    let quote = UInt8(ascii: "\"")
    let escape = UInt8(ascii: "\\")
    _ = skip(escape)
    let isQuoted = skip(quote) || skip(UInt8(ascii: "'"))
    while skip(0x20) {}
    guard skip(UInt8(ascii: "=")) || skip(UInt8(ascii: ":")) else { return nil }
    while skip(0x20) {}
    let isEscaped = skip(escape)
    if skip(quote) || skip(UInt8(ascii: "'")) {
      let mark = bytes[index - 1]
      let start = index
      while index < bytes.count, bytes[index] != 0x0a, bytes[index] != mark {
        var escapes = 0
        while index + escapes < bytes.count, bytes[index + escapes] == escape { escapes += 1 }
        // Within a string, its own quotes have one, and those of the value three.
        if isEscaped, escapes == 1, index + 1 < bytes.count, bytes[index + 1] == mark { break }
        index += escapes + (escapes % 2 == 1 || escapes == 0 ? 1 : 0)
      }
      return start..<min(index, bytes.count)
    }
    // Numbers, words and lists of JSON are none.
    guard !isQuoted, !isEscaped else { return nil }
    let start = index
    if isWholeLine {
      while index < bytes.count, bytes[index] != 0x0a, bytes[index] != quote { index += 1 }
      return start..<index
    }
    return start..<wordEnd(start, bytes)
  }

  /// `user:PASSWORD@host` after `://`, and `TOKEN@host` after `http://` and `https://`.
  private static func password(
    inAddressAt index: Int, _ bytes: UnsafeBufferPointer<UInt8>
  ) -> Span? {
    guard begins(address, at: index, bytes) else { return nil }
    var colon: Int?
    var next = index + 3
    while next < bytes.count, bytes[next] > 0x20, next - index < 512 {
      switch bytes[next] {
      case UInt8(ascii: "/"), UInt8(ascii: "\""), UInt8(ascii: "?"): return nil
      case UInt8(ascii: ":"): colon = colon ?? next
      case UInt8(ascii: "@"):
        if let colon { return colon + 1..<next }
        let isHTTP = web.contains { $0.count <= index && begins($0, at: index - $0.count, bytes) }
        return isHTTP && next > index + 3 ? index + 3..<next : nil
      default: break
      }
      next += 1
    }
    return nil
  }

  /// A JSON Web Token: three words of base64 with dots, of which the first is an object.
  private static func webToken(at index: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Span? {
    guard begins(object, at: index, bytes, exactly: true) else { return nil }
    var dots = 0
    var end = index
    while end < bytes.count {
      if bytes[end] == UInt8(ascii: ".") {
        dots += 1
      } else if !isBase64(bytes[end]) {
        break
      }
      end += 1
    }
    return dots >= 2 && end - index > 40 ? index..<end : nil
  }

  private static func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func wordEnd(_ start: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var end = start
    while end < bytes.count, bytes[end] > 0x20, !wordEnds.contains(bytes[end]) { end += 1 }
    return end
  }

  private static func begins(
    _ text: [UInt8], at index: Int, _ bytes: UnsafeBufferPointer<UInt8>, exactly: Bool = false
  ) -> Bool {
    guard index + text.count <= bytes.count else { return false }
    for offset in text.indices {
      let byte = bytes[index + offset]
      if (exactly ? byte : lower(byte)) != text[offset] { return false }
    }
    return true
  }

  private static func lower(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 0x20 : byte }
}
