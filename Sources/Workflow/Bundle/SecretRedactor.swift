import Documents

/// Takes secrets out of text before it goes into an archive that others read.
struct SecretRedactor: Sendable {
  /// Stands in the place of what was taken out.
  static let placeholder = Array("(removed)".utf8)

  /// Shorter ones would take ordinary words out.
  private static let shortest = 6
  private let secrets: [[UInt8]]

  /// - Parameter secrets: What must not be shown.
  init(_ secrets: [String]) {
    // Also as they stand in JSON.
    let escaped = secrets.map { String("\(JSONValue.string($0))".dropFirst().dropLast()) }
    self.secrets = Set(secrets + escaped).filter { $0.utf8.count >= Self.shortest }
      .sorted { $0.utf8.count > $1.utf8.count }.map { Array($0.utf8) }
  }

  /// The bytes without the secrets, without private keys, and without what looks like a
  /// credential of others.
  func redacted(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    for secret in secrets { result = Self.replace(secret, in: result) }
    result = Self.replaceWord(after: Array("Bearer ".utf8), in: result)
    return Self.replaceWords(Self.replaceBlocks(result))
  }

  private static func replaceWords(_ bytes: [UInt8]) -> [UInt8] {
    let spans = bytes.withUnsafeBufferPointer { CredentialWords.spans(in: $0) }
    guard !spans.isEmpty else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var start = 0
    for span in spans {
      result += bytes[start..<span.lowerBound]
      result += placeholder
      start = span.upperBound
    }
    return result + bytes[start...]
  }

  private static func replace(_ secret: [UInt8], in bytes: [UInt8]) -> [UInt8] {
    guard var next = find(secret, in: bytes, from: 0) else { return bytes }
    var result: [UInt8] = []
    var start = 0
    while true {
      result += bytes[start..<next]
      result += placeholder
      start = next + secret.count
      guard let following = find(secret, in: bytes, from: start) else { break }
      next = following
    }
    return result + bytes[start...]
  }

  private static func replaceWord(after mark: [UInt8], in bytes: [UInt8]) -> [UInt8] {
    guard var next = find(mark, in: bytes, from: 0) else { return bytes }
    var result: [UInt8] = []
    var start = 0
    while true {
      let word = next + mark.count
      result += bytes[start..<word]
      var end = word
      while end < bytes.count, bytes[end] > 0x20, bytes[end] != UInt8(ascii: "\"") { end += 1 }
      if end > word { result += placeholder }
      start = end
      guard let following = find(mark, in: bytes, from: start) else { break }
      next = following
    }
    return result + bytes[start...]
  }

  /// Replaces `-----BEGIN … PRIVATE KEY-----` to its end.
  private static func replaceBlocks(_ bytes: [UInt8]) -> [UInt8] {
    let begin = Array("-----BEGIN ".utf8)
    let mark = Array("PRIVATE KEY-----".utf8)
    var result: [UInt8] = []
    var start = 0
    while let first = find(begin, in: bytes, from: start) {
      guard let name = find(mark, in: bytes, from: first), name - first < 40 else {
        result += bytes[start..<first + begin.count]
        start = first + begin.count
        continue
      }
      result += bytes[start..<first]
      result += placeholder
      let after = name + mark.count
      start = find(mark, in: bytes, from: after).map { $0 + mark.count } ?? bytes.count
    }
    return start == 0 ? bytes : result + bytes[start...]
  }

  private static func find(_ part: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard let first = part.first, bytes.count >= part.count else { return nil }
    let last = bytes.count - part.count
    var index = start
    return bytes.withUnsafeBufferPointer { bytes in
      while index <= last {
        if bytes[index] == first {
          var offset = 1
          while offset < part.count, bytes[index + offset] == part[offset] { offset += 1 }
          if offset == part.count { return index }
        }
        index += 1
      }
      return nil
    }
  }
}

extension Run {
  /// Everything secret that this run knows of.
  func knownSecrets() async -> [String] {
    var secrets: [String] = []
    for key in SettingKey.all where key.isSecret {
      if let text = settings.text(key.name) { secrets.append(text) }
    }
    for name in [
      "nsx.passwordFile", "nsx.tokenFile", "repository.tokenFile",
      "repository.push.tokenFile", "supportBundle.passwordFile",
    ] {
      guard let path = settings.path(name, home: home) else { continue }
      if let text = try? secret(in: path, named: name) { secrets.append(text) }
    }
    for cluster in settings.clusters {
      guard let connection = try? await clusterConnection(cluster),
        let header = try? await connection.credentials.authorization()
      else { continue }
      secrets.append(header)
      if let blank = header.firstIndex(of: " ") {
        secrets.append(String(header[header.index(after: blank)...]))
      }
    }
    return secrets
  }
}
