/// `Warning` header fields, by which the API server tells of deprecated
/// versions and dubious fields.
enum WarningHeader {
  /// The texts of one field: `299 - "first", 299 - "second"`.
  static func texts(_ field: String) -> [String] {
    var texts: [String] = []
    var current: String?
    var escaped = false
    for character in field {
      guard let text = current else {
        if character == "\"" { current = "" }
        continue
      }
      if escaped {
        current = text + String(character)
        escaped = false
      } else if character == "\\" {
        escaped = true
      } else if character == "\"" {
        texts.append(text)
        current = nil
      } else {
        current = text + String(character)
      }
    }
    return texts
  }
}
