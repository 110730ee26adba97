/// Writes values as JSON with sorted keys.
public enum JSONWriter {
  /// One line without spaces.
  public static func compact(_ value: JSONValue) -> [UInt8] {
    var output: [UInt8] = []
    write(value, to: &output, indent: nil, level: 0)
    return output
  }

  /// Two spaces a level and a line feed at the end.
  public static func pretty(_ value: JSONValue) -> [UInt8] {
    var output: [UInt8] = []
    write(value, to: &output, indent: 2, level: 0)
    output.append(UInt8(ascii: "\n"))
    return output
  }

  /// Appends a string with its quotes and escapes.
  public static func write(string: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    let isWritten: Void? = string.utf8.withContiguousStorageIfAvailable { bytes in
      if bytes.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) {
        writeEscaped(bytes, to: &output)
      } else {
        output.append(contentsOf: bytes)
      }
    }
    if isWritten == nil { writeEscaped(string.utf8, to: &output) }
    output.append(UInt8(ascii: "\""))
  }

  private static func writeEscaped(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""): output.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "\"")])
      case UInt8(ascii: "\\"): output.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "\\")])
      case 0x0A: output.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
      case 0x0D: output.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "r")])
      case 0x09: output.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
      case 0..<0x20:
        output.append(contentsOf: "\\u00".utf8)
        output.append(hexDigits[Int(byte >> 4)])
        output.append(hexDigits[Int(byte & 15)])
      default: output.append(byte)
      }
    }
  }

  private static func write(
    _ value: JSONValue, to output: inout [UInt8], indent: Int?, level: Int
  ) {
    func newline(_ level: Int) {
      guard let indent else { return }
      output.append(UInt8(ascii: "\n"))
      output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * level))
    }
    switch value {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): output.append(contentsOf: String(value).utf8)
    case .number(let value): output.append(contentsOf: numberText(value).utf8)
    case .string(let value): write(string: value, to: &output)
    case .array(let list):
      if list.isEmpty { return output.append(contentsOf: "[]".utf8) }
      output.append(UInt8(ascii: "["))
      for (index, element) in list.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        newline(level + 1)
        write(element, to: &output, indent: indent, level: level + 1)
      }
      newline(level)
      output.append(UInt8(ascii: "]"))
    case .object(let object):
      if object.isEmpty { return output.append(contentsOf: "{}".utf8) }
      output.append(UInt8(ascii: "{"))
      for (index, member) in object.members.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        newline(level + 1)
        write(string: member.key, to: &output)
        output.append(UInt8(ascii: ":"))
        if indent != nil { output.append(UInt8(ascii: " ")) }
        write(member.value, to: &output, indent: indent, level: level + 1)
      }
      newline(level)
      output.append(UInt8(ascii: "}"))
    }
  }
}

let hexDigits = Array("0123456789abcdef".utf8)

/// The shortest text that reads back as the same Double, in the form that
/// JSON, YAML 1.1 and Go agree on: `5`, `1.0000000177635693`, `1e+21`.
///
/// Antrea priorities differ in their last digits, so they must never go
/// through a Float or a fixed precision (antrea facts, T7).
public func numberText(_ value: Double) -> String {
  if let integer = Int64(exactly: value), abs(integer) < 1 << 53 { return String(integer) }
  var text = value.description
  if let mark = text.firstIndex(of: "e"), !text[..<mark].contains(".") {
    text.insert(contentsOf: ".0", at: mark)
  }
  return text
}

extension JSONValue: CustomStringConvertible {
  /// The value as compact JSON.
  public var description: String { String(decoding: JSONWriter.compact(self), as: UTF8.self) }
}
