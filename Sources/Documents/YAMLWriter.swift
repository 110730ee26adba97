/// Writes values as YAML the way kubectl prints them: block style, sorted
/// keys, two spaces, sequences at the indent of their key.
///
/// Written by hand because libyaml's emitter quotes by syntax only (a string
/// `true` comes out as a boolean) and takes seven times as long; tests hold it
/// against libyaml's and PyYAML's parsers.
public enum YAMLWriter {
  /// One document, without a `---` line, with a line feed at the end.
  public static func document(_ value: JSONValue) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(1024)
    append(value, to: &output)
    return output
  }

  /// Appends one document.
  public static func append(_ value: JSONValue, to output: inout [UInt8]) {
    switch value {
    case .object(let object) where !object.isEmpty: writeMembers(object, at: 0, to: &output)
    case .array(let list) where !list.isEmpty: writeElements(list, at: 0, to: &output)
    default:
      writeScalar(value, to: &output)
      output.append(lineFeed)
    }
  }

  private static let lineFeed = UInt8(ascii: "\n")
  private static let space = UInt8(ascii: " ")
  /// YAML readers find the `:` of a key only within 1024 characters; a longer
  /// key is announced by `?`.
  private static let longestSimpleKey = 1000

  /// Writes members at an indent; the first one's indent stands already when
  /// `inline`.
  private static func writeMembers(
    _ object: JSONObject, at indent: Int, inline: Bool = false, to output: inout [UInt8]
  ) {
    var first = inline
    for member in object.members {
      if !first { output.append(contentsOf: repeatElement(space, count: indent)) }
      first = false
      let start = output.count
      writeString(member.key, to: &output)
      if output.count - start > longestSimpleKey {
        output.insert(contentsOf: "? ".utf8, at: start)
        output.append(lineFeed)
        output.append(contentsOf: repeatElement(space, count: indent))
      }
      output.append(UInt8(ascii: ":"))
      switch member.value {
      case .object(let inner) where !inner.isEmpty:
        output.append(lineFeed)
        writeMembers(inner, at: indent + 2, to: &output)
      case .array(let list) where !list.isEmpty:
        output.append(lineFeed)
        writeElements(list, at: indent, to: &output)
      default:
        output.append(space)
        writeScalar(member.value, to: &output)
        output.append(lineFeed)
      }
    }
  }

  private static func writeElements(
    _ list: [JSONValue], at indent: Int, inline: Bool = false, to output: inout [UInt8]
  ) {
    var first = inline
    for element in list {
      if !first { output.append(contentsOf: repeatElement(space, count: indent)) }
      first = false
      output.append(UInt8(ascii: "-"))
      output.append(space)
      switch element {
      case .object(let object) where !object.isEmpty:
        writeMembers(object, at: indent + 2, inline: true, to: &output)
      case .array(let inner) where !inner.isEmpty:
        writeElements(inner, at: indent + 2, inline: true, to: &output)
      default:
        writeScalar(element, to: &output)
        output.append(lineFeed)
      }
    }
  }

  private static func writeScalar(_ value: JSONValue, to output: inout [UInt8]) {
    switch value {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): output.append(contentsOf: String(value).utf8)
    case .number(let value): output.append(contentsOf: numberText(value).utf8)
    case .string(let value): writeString(value, to: &output)
    case .array: output.append(contentsOf: "[]".utf8)
    case .object: output.append(contentsOf: "{}".utf8)
    }
  }

  /// Writes a string plain where every YAML 1.1 and 1.2 reader takes it for
  /// that string, else in double quotes.
  private static func writeString(_ value: String, to output: inout [UInt8]) {
    var value = value
    value.withUTF8 { bytes in
      if isPlain(bytes) {
        output.append(contentsOf: bytes)
      } else {
        writeQuoted(bytes, to: &output)
      }
    }
  }

  /// Whether the bytes may stand unquoted. Deliberately narrow: what looks
  /// like a number, a date, a boolean or `null` in any YAML version is quoted.
  private static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = bytes.first, let last = bytes.last, bytes.count <= 4096 else { return false }
    switch first {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "/"), UInt8(ascii: "_"):
      break
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      if looksNumeric(bytes) { return false }
    default: return false
    }
    guard last != UInt8(ascii: ":"), last != space else { return false }
    var previous: UInt8 = 0
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "_"),
        UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "="),
        UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: ";"),
        UInt8(ascii: "@"), UInt8(ascii: "$"), UInt8(ascii: "^"), UInt8(ascii: "~"),
        UInt8(ascii: ":"):
        break
      case space:
        if previous == UInt8(ascii: ":") { return false }
      default: return false
      }
      previous = byte
    }
    return !isReserved(bytes)
  }

  /// Whether a text that starts with a digit has only bytes that occur in
  /// numbers, sexagesimals, IP addresses, dates or times.
  private static func looksNumeric(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    if bytes.count > 2, bytes[0] == UInt8(ascii: "0") {
      switch bytes[1] | 0x20 {
      case UInt8(ascii: "x"), UInt8(ascii: "o"), UInt8(ascii: "b"): return true
      default: break
      }
    }
    var dots = 0
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "."): dots += 1
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
        UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: ","),
        UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "t"), UInt8(ascii: "T"),
        UInt8(ascii: "z"), UInt8(ascii: "Z"):
        break
      default: return false
      }
    }
    // 10.0.0.1 is a string to every reader.
    return dots < 3
  }

  private static func isReserved(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count <= 5 else { return false }
    return reservedWords.contains { word in
      guard word.utf8CodeUnitCount == bytes.count else { return false }
      return bytes.indices.allSatisfy { bytes[$0] | 0x20 == word.utf8Start[$0] }
    }
  }

  private static let reservedWords: [StaticString] = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null",
  ]

  private static func writeQuoted(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0x22: output.append(contentsOf: "\\\"".utf8)
      case 0x5C: output.append(contentsOf: "\\\\".utf8)
      case 0x0A: output.append(contentsOf: "\\n".utf8)
      case 0x0D: output.append(contentsOf: "\\r".utf8)
      case 0x09: output.append(contentsOf: "\\t".utf8)
      case 0..<0x20, 0x7F...0xA0: writeEscape("\\x", scalar.value, digits: 2, to: &output)
      case 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
        writeEscape("\\u", scalar.value, digits: 4, to: &output)
      case _ where scalar.reordersText:
        writeEscape("\\u", scalar.value, digits: 4, to: &output)
      default: output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    output.append(UInt8(ascii: "\""))
  }

  private static func writeEscape(
    _ prefix: String, _ value: UInt32, digits: Int, to output: inout [UInt8]
  ) {
    output.append(contentsOf: prefix.utf8)
    for shift in stride(from: (digits - 1) * 4, through: 0, by: -4) {
      output.append(hexDigits[Int(value >> UInt32(shift)) & 15])
    }
  }
}
