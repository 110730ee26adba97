import Documents

/// Which value an unquoted scalar stands for.
///
/// The rules are kubectl's (`sigs.k8s.io/yaml`): the YAML 1.2 core schema
/// widened by the YAML 1.1 words `y`, `yes`, `on`, `n`, `no` and `off`, octal
/// numbers with a leading `0`, binary numbers and `_` between digits.
/// Sexagesimals (`1:20`) and dates are strings. A manifest must mean here what
/// it means to the API server's usual clients, even where that surprises.
enum YAMLScalars {
  /// The value of an unquoted scalar without a tag.
  ///
  /// - Returns: `nil` for `.nan` and `.inf`, which JSON cannot hold.
  static func resolve(_ text: String) -> JSONValue? {
    guard let first = text.utf8.first else { return .null }
    switch first {
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "."):
      if isNotFinite(text) { return nil }
      return integer(text) ?? float(text) ?? .string(text)
    case UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "n"), UInt8(ascii: "N"),
      UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"),
      UInt8(ascii: "o"), UInt8(ascii: "O"), UInt8(ascii: "~"):
      return word(text) ?? .string(text)
    default: return .string(text)
    }
  }

  /// The text of an object key: kubectl turns numbers and booleans that stand
  /// as keys into strings.
  ///
  /// - Returns: `nil` for null, which cannot be a key.
  static func keyText(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text): text
    case .integer(let number): String(number)
    case .number(let number): numberText(number)
    case .bool(let flag): flag ? "true" : "false"
    case .null, .array, .object: nil
    }
  }

  private static func word(_ text: String) -> JSONValue? {
    switch text {
    case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": .bool(true)
    case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": .bool(false)
    case "~", "null", "Null", "NULL": .null
    default: nil
    }
  }

  private static func isNotFinite(_ text: String) -> Bool {
    switch text {
    case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf",
      "-.Inf", "-.INF":
      true
    default: false
    }
  }

  /// An integer in any of Go's notations; one beyond 64 bits becomes a Double.
  static func integer(_ text: String) -> JSONValue? {
    var digits = text.utf8.filter { $0 != UInt8(ascii: "_") }[...]
    guard let sign = digits.first, sign != UInt8(ascii: ".") else { return nil }
    let negative = sign == UInt8(ascii: "-")
    if negative || sign == UInt8(ascii: "+") { digits = digits.dropFirst() }
    var radix: UInt64 = 10
    if digits.first == UInt8(ascii: "0"), let second = digits.dropFirst().first {
      var prefix = 2
      switch second | 0x20 {
      case UInt8(ascii: "x"): radix = 16
      case UInt8(ascii: "o"): radix = 8
      case UInt8(ascii: "b"): radix = 2
      default: (radix, prefix) = (8, 1)
      }
      digits = digits.dropFirst(prefix)
    }
    guard !digits.isEmpty else { return nil }
    var magnitude: UInt64 = 0
    var approximate = 0.0
    var overflow = false
    for byte in digits {
      guard let digit = digitValue(byte), digit < radix else { return nil }
      let (product, over) = magnitude.multipliedReportingOverflow(by: radix)
      let (sum, more) = product.addingReportingOverflow(digit)
      magnitude = sum
      overflow = overflow || over || more
      approximate = approximate * Double(radix) + Double(digit)
    }
    if !overflow {
      if magnitude <= UInt64(Int64.max) {
        return .integer(negative ? -Int64(magnitude) : Int64(magnitude))
      }
      if negative, magnitude == UInt64(Int64.max) + 1 { return .integer(.min) }
      return .number(negative ? -Double(magnitude) : Double(magnitude))
    }
    // Decimal digits are left to the float reader, which rounds correctly.
    if radix == 10 { return nil }
    return approximate.isFinite ? .number(negative ? -approximate : approximate) : nil
  }

  /// A decimal number with digits, at most one point and an exponent.
  static func float(_ text: String) -> JSONValue? {
    let plain = text.utf8.filter { $0 != UInt8(ascii: "_") }
    var index = plain.startIndex
    func isDigit() -> Bool { index < plain.endIndex && plain[index] &- 48 < 10 }
    func skipDigits() -> Int {
      let start = index
      while isDigit() { index += 1 }
      return index - start
    }
    if index < plain.endIndex, plain[index] == 0x2B || plain[index] == 0x2D { index += 1 }
    var digits = skipDigits()
    if index < plain.endIndex, plain[index] == UInt8(ascii: ".") {
      index += 1
      digits += skipDigits()
    }
    guard digits > 0 else { return nil }
    if index < plain.endIndex, plain[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < plain.endIndex, plain[index] == 0x2B || plain[index] == 0x2D { index += 1 }
      guard skipDigits() > 0 else { return nil }
    }
    guard index == plain.endIndex else { return nil }
    var spelled = String(decoding: plain, as: UTF8.self)
    if spelled.hasPrefix("+") { spelled.removeFirst() }
    guard let value = Double(spelled), value.isFinite else { return nil }
    return .number(value)
  }

  private static func digitValue(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }
}
