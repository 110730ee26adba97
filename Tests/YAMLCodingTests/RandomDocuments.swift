import Documents

/// A generator whose sequence is its seed's (SplitMix64), so that a failure
/// can be repeated.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Random values with the strings that YAML writers get wrong.
struct RandomDocuments {
  var generator: SeededGenerator

  static let nasty = [
    "true", "True", "yes", "NO", "on", "Off", "y", "N", "null", "Null", "~", "", " ", " a", "a ",
    "1", "-1", "+1", "007", "0o17", "0x1f", "0X1F", "0b11", "1e3", "1E3", "1.5", ".5", "5.", "-.5",
    "1_000", "1:20", "190:20:30", "2001-12-14", "2001-12-14T21:59:43Z", "2001-12-14 21:59:43",
    ".inf", "-.Inf", ".nan", "<<", "=", "a: b", "a:", ":a", ": ", "#", "# a", "a #b", "a#b", "-",
    "- a", "--- a", "---", "...", "?", "? a", "!", "!!str a", "&a", "*a", "%a", "@a", "`a", "|",
    ">", "[", "]", "{", "}", "[a]", "{a: b}", ",", "a, b", "\"", "'", "'a'", "\"a\"", "\\", "a\\nb",
    "a\nb", "a\n", "\na", "a\r\nb", "a\tb", "\t", "\u{0}", "\u{1}", "\u{7F}", "\u{85}", "\u{A0}",
    "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{FEFF}a", "\u{FFFE}", "\u{FFFF}", "\u{FFFD}", "é",
    "\u{202E}b\u{2066}", "e\u{301}", "日本語", "😀", "\u{10FFFF}", "\u{E000}", "10.0.0.1", "10.0.0.0/8",
    "2001:db8::1",
    "::1", "2001:0:0:1", "1.2.3", "1f", "12e03", "-2E+05", "0.", "-0", "0", "08", "1e", "e1",
    "key with spaces", "/infra/domains/default/groups/web", "app.kubernetes.io/name", "a\n\n\nb",
    "  indented\n text", "\u{1F468}\u{200D}\u{1F469}", "NaN", "Infinity", "undefined",
  ]

  private static let pieces: [Unicode.Scalar] = Array(
    "aAyn019 :#-?,[]{}&*!|>'\"%@`~.\\\n\r\t\u{0}\u{85}\u{A0}\u{2028}\u{2029}\u{FEFF}\u{FFFF}é😀"
      .unicodeScalars)

  mutating func string() -> String {
    switch Int.random(in: 0..<12, using: &generator) {
    case 0..<5: return Self.nasty.randomElement(using: &generator) ?? ""
    case 5:
      return String(repeating: "long key ", count: Int.random(in: 100..<600, using: &generator))
    default:
      var text = ""
      for _ in 0..<Int.random(in: 0..<10, using: &generator) {
        if let scalar = Self.pieces.randomElement(using: &generator) {
          text.unicodeScalars.append(scalar)
        }
      }
      return text
    }
  }

  mutating func scalar() -> JSONValue {
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &generator))
    case 2:
      return .integer(
        [0, -1, 7, 5432, .max, .min, Int64.random(in: .min ... .max, using: &generator)]
          .randomElement(using: &generator) ?? 0)
    case 3:
      let double = Double(bitPattern: UInt64.random(in: .min ... .max, using: &generator))
      // An integral Double is written as an integer and reads back as one.
      if !double.isFinite || Int64(exactly: double) != nil { return 1.0000000177635693 }
      return .number(double)
    default: return .string(string())
    }
  }

  mutating func value(depth: Int) -> JSONValue {
    guard depth > 0 else { return scalar() }
    switch Int.random(in: 0..<5, using: &generator) {
    case 0, 1:
      var object = JSONObject()
      for _ in 0..<Int.random(in: 0..<6, using: &generator) {
        object[string()] = value(depth: depth - 1)
      }
      return .object(object)
    case 2, 3:
      var list: [JSONValue] = []
      for _ in 0..<Int.random(in: 0..<5, using: &generator) { list.append(value(depth: depth - 1)) }
      return .array(list)
    default: return scalar()
    }
  }
}
