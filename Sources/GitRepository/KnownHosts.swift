import Documents

/// A known_hosts file: which keys a host may show. libgit2 reads only the
/// user's own file, so one that the configuration names is read here.
struct KnownHosts {
  private struct Line {
    var patterns: [String]
    var key: [UInt8]
    var isRevoked: Bool
  }

  private let lines: [Line]

  /// Reads the file; lines of other forms (certificate authorities) are left
  /// out, which only ever refuses more.
  init(_ bytes: [UInt8]) {
    var lines: [Line] = []
    for text in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
      var fields = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
      let isRevoked = fields.first == "@revoked"
      if isRevoked { fields.removeFirst() }
      guard fields.count >= 3, !fields[0].hasPrefix("#"), !fields[0].hasPrefix("@"),
        let key = Base64.decode(fields[2])
      else { continue }
      let patterns = fields[0].split(separator: ",").map(String.init)
      lines.append(Line(patterns: patterns, key: key, isRevoked: isRevoked))
    }
    self.lines = lines
  }

  /// Whether the key is one of the host's and not revoked.
  func contains(host: String, port: Int, key: [UInt8]) -> Bool {
    let name = port == 22 ? host : "[\(host)]:\(port)"
    let matching = lines.filter { line in
      line.key == key && line.patterns.contains { Self.matches($0, name) }
    }
    return !matching.isEmpty && !matching.contains(where: \.isRevoked)
  }

  /// Plain names and hashed ones (`|1|salt|HMAC-SHA1`); no wildcards.
  private static func matches(_ pattern: String, _ name: String) -> Bool {
    guard pattern.hasPrefix("|1|") else { return pattern == name }
    let parts = pattern.split(separator: "|")
    guard parts.count == 3, let salt = Base64.decode(parts[1]), let hash = Base64.decode(parts[2])
    else { return false }
    let padded = salt.count > 64 ? SHA1.hash(salt) : salt
    let block = padded + [UInt8](repeating: 0, count: 64 - padded.count)
    let inner = SHA1.hash(block.map { $0 ^ 0x36 } + Array(name.utf8))
    return SHA1.hash(block.map { $0 ^ 0x5c } + inner) == hash
  }
}

/// Base64 (RFC 4648), reading only.
enum Base64 {
  static func decode(_ text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    var value: UInt32 = 0
    var bits = 0
    for character in text.utf8 {
      let digit: UInt8
      switch character {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = character - 65
      case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = character - 71
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character + 4
      case UInt8(ascii: "+"): digit = 62
      case UInt8(ascii: "/"): digit = 63
      case UInt8(ascii: "="): continue
      default: return nil
      }
      value = (value << 6 | UInt32(digit)) & 0xffffff
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(bits)))
      }
    }
    return bytes
  }
}

/// The parts of an ssh address.
enum SSHAddress {
  /// The port of `ssh://user@host:port/path`; 22 without one.
  static func port(of url: String) -> Int {
    guard url.hasPrefix("ssh://") else { return 22 }
    let authority = url.dropFirst(6).prefix { $0 != "/" }
    guard let colon = authority.lastIndex(of: ":") else { return 22 }
    return Int(authority[authority.index(after: colon)...]) ?? 22
  }
}
