import Documents

/// Where the next page of a list begins, opaque to clients.
struct ContinueToken {
  /// The revision of the list; negative for "as things are now".
  let revision: Int64
  /// The last object given.
  let last: ObjectKey

  /// Creates a token.
  init(revision: Int64, last: ObjectKey) {
    self.revision = revision
    self.last = last
  }

  /// Reads a token; `nil` where the text is none.
  init?(_ text: String) {
    var bytes: [UInt8] = []
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(byte)
    }
    guard let json = try? JSONValue(json: bytes), let revision = json["rv"]?.integer else {
      return nil
    }
    self.init(
      revision: revision,
      last: ObjectKey(namespace: json.text("namespace"), name: json.text("name")))
  }

  /// The token as text.
  var text: String {
    let json: JSONValue = [
      "rv": .integer(revision), "namespace": .string(last.namespace), "name": .string(last.name),
    ]
    return hexText(JSONWriter.compact(json))
  }
}
