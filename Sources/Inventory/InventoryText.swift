import Documents

/// Texts cut to the lengths that NSX takes.
enum InventoryText {
  /// Objects get at most this many tags, as from nsx-operator: NSX takes 30
  /// and adds some itself.
  static let maximumTags = 20
  /// A spec longer than this is cut: it is only shown, and one huge object
  /// must not make NSX refuse its whole batch.
  static let maximumSpecBytes = 65_536

  /// The first `count` Unicode scalars.
  static func prefix(_ text: String, _ count: Int) -> String {
    guard text.utf8.count > count else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.prefix(count)))
  }

  /// Tags from labels: the first ``maximumTags`` by key.
  static func tags(of labels: [String: String]) -> JSONValue {
    let sorted = labels.sorted { utf8Order($0.key, $1.key) < 0 }
    return .array(
      sorted.prefix(maximumTags).map { key, value in
        ["scope": .string(scope(of: key)), "tag": .string(prefix(value, 256))]
      })
  }

  /// `dis:k8s:` and the label key. A key over 120 characters keeps 111 of them
  /// and gets `-` with the first 8 hexadecimal digits of its SHA-1, so that
  /// the scope fits NSX's 128 and stays distinct.
  static func scope(of key: String) -> String {
    guard key.unicodeScalars.count > 120 else { return "dis:k8s:" + key }
    return "dis:k8s:\(prefix(key, 111))-\(hexText(SHA1.hash(key.utf8)).prefix(8))"
  }

  /// A spec as YAML, cut at a line where it is too long.
  static func spec(of value: JSONValue) -> String {
    let bytes = YAMLWriter.document(value)
    guard bytes.count > maximumSpecBytes else { return String(decoding: bytes, as: UTF8.self) }
    let room = bytes.prefix(maximumSpecBytes - 64)
    let end = room.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return String(decoding: bytes[..<end], as: UTF8.self)
      + "# cut: \(bytes.count - end) more bytes\n"
  }

  /// `origin_properties`: sorted by key, values cut to NSX's length.
  static func properties(_ texts: [String: String?]) -> JSONValue {
    let list = texts.compactMap { key, value in value.map { (key, $0) } }
      .sorted { utf8Order($0.0, $1.0) < 0 }
    return .array(
      list.map { key, value in
        ["key": .string(prefix(key, 255)), "value": .string(prefix(value, 1024))]
      })
  }

  /// `network_errors` without repeats.
  static func errors(_ problems: [InventoryObservation.Problem]) -> JSONValue {
    var seen: Set<String> = []
    let distinct = problems.filter { !$0.message.isEmpty && seen.insert($0.message).inserted }
    return .array(
      distinct.map { problem in
        var error = JSONObject()
        error["error_code"] = problem.code.map { .string($0) }
        error["error_message"] = .string(problem.message)
        error["spec"] = problem.details.map { .string($0) }
        return .object(error)
      })
  }

  static func texts(_ list: [String]) -> JSONValue { .array(list.map { .string($0) }) }
}
