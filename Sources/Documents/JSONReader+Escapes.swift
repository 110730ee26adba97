extension JSONReader {
  /// The text of a string with escapes, of which `slice` stands between the
  /// quotes.
  func unescape(_ slice: UnsafeBufferPointer<UInt8>) throws -> String {
    var output: [UInt8] = []
    output.reserveCapacity(slice.count)
    var index = 0
    func hex(at position: Int) throws -> UInt32 {
      guard position + 4 <= slice.count else { throw error("a short \\u escape") }
      var value: UInt32 = 0
      for byte in slice[position..<position + 4] {
        guard let digit = hexDigitValue(byte) else { throw error("a bad \\u escape") }
        value = value << 4 | UInt32(digit)
      }
      return value
    }
    while index < slice.count {
      let byte = slice[index]
      guard byte == UInt8(ascii: "\\") else {
        output.append(byte)
        index += 1
        continue
      }
      guard index + 1 < slice.count else { throw error("a lone backslash") }
      index += 2
      switch slice[index - 1] {
      case UInt8(ascii: "\""): output.append(UInt8(ascii: "\""))
      case UInt8(ascii: "\\"): output.append(UInt8(ascii: "\\"))
      case UInt8(ascii: "/"): output.append(UInt8(ascii: "/"))
      case UInt8(ascii: "b"): output.append(0x08)
      case UInt8(ascii: "f"): output.append(0x0C)
      case UInt8(ascii: "n"): output.append(0x0A)
      case UInt8(ascii: "r"): output.append(0x0D)
      case UInt8(ascii: "t"): output.append(0x09)
      case UInt8(ascii: "u"):
        var scalar = try hex(at: index)
        index += 4
        if scalar & 0xFC00 == 0xD800 {
          guard index + 1 < slice.count, slice[index] == UInt8(ascii: "\\"),
            slice[index + 1] == UInt8(ascii: "u")
          else { throw error("half a surrogate pair") }
          let low = try hex(at: index + 2)
          guard low & 0xFC00 == 0xDC00 else { throw error("half a surrogate pair") }
          index += 6
          scalar = 0x10000 + (scalar & 0x3FF) << 10 + (low & 0x3FF)
        }
        guard let value = Unicode.Scalar(scalar) else { throw error("half a surrogate pair") }
        output.append(contentsOf: UTF8.encode(value) ?? UTF8.encodedReplacementCharacter)
      default: throw error("an unknown escape")
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}

/// The value of an ASCII hexadecimal digit.
func hexDigitValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}
