/// A JSON text that is not JSON, and where.
public struct JSONSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Bytes before the fault.
  public let offset: Int
  /// What was wrong, for example `expected ',' or '}'`.
  public let reason: String

  /// Creates an error.
  public init(offset: Int, reason: String) {
    self.offset = offset
    self.reason = reason
  }

  /// The reason with the offset.
  public var description: String { "invalid JSON at byte \(offset): \(reason)" }
}

/// A pull reader over the bytes of a JSON text (RFC 8259), for decoding large
/// documents straight into structs.
///
/// Foundation's decoders read NSX pages at 25 to 75 MB/s, which would be most
/// of a render's time; this reads several hundred.
///
///     try reader.readObject { key, reader in
///       switch key {
///       case "id": id = try reader.readString()
///       default: try reader.skip()
///       }
///     }
public struct JSONReader {
  /// What the next value is.
  public enum Kind: Sendable { case null, bool, number, string, array, object }

  /// The key of a member: a slice of the text that is compared without making
  /// a String.
  public struct Key {
    @usableFromInline let bytes: UnsafeBufferPointer<UInt8>
    @usableFromInline let escaped: String?

    /// The key as a String.
    public var string: String { escaped ?? String(decoding: bytes, as: UTF8.self) }

    /// The first byte of its UTF-8; `nil` for an empty key.
    public var first: UInt8? { escaped.map(\.utf8.first) ?? bytes.first }

    /// Compares with a literal, so that `switch key { case "id": … }` works.
    @inlinable
    public static func ~= (pattern: StaticString, key: Key) -> Bool {
      // Most of a `switch` ends here, so this part must not be a call.
      if pattern.utf8CodeUnitCount != key.bytes.count, key.escaped == nil { return false }
      return key.isEqual(pattern)
    }

    @usableFromInline
    func isEqual(_ pattern: StaticString) -> Bool {
      let key = self
      if let escaped = key.escaped { return escaped == pattern.description }
      guard pattern.utf8CodeUnitCount == key.bytes.count else { return false }
      let start = pattern.utf8Start
      for index in 0..<key.bytes.count where start[index] != key.bytes[index] { return false }
      return true
    }
  }

  /// Deeper nesting than this is refused: a hostile text must not exhaust the
  /// stack.
  public static let maximumDepth = 256

  let bytes: UnsafeBufferPointer<UInt8>
  /// Bytes read so far.
  public private(set) var offset: Int
  private var depth = 0

  /// Reads from a buffer, which must outlive the reader and the keys it hands
  /// out.
  public init(_ bytes: UnsafeBufferPointer<UInt8>, from offset: Int = 0) {
    self.bytes = bytes
    self.offset = offset
    if offset == 0, bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
      self.offset = 3
    }
  }

  // MARK: Structure

  /// What the next value is.
  public mutating func peek() throws -> Kind {
    skipSpace()
    guard offset < bytes.count else { throw error("unexpected end of text") }
    switch bytes[offset] {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    default: throw error("expected a value")
    }
  }

  /// Reads an object; `member` must read or skip the value of every key.
  public mutating func readObject(_ member: (Key, inout JSONReader) throws -> Void) throws {
    try enter(UInt8(ascii: "{"), "expected '{'")
    skipSpace()
    if take(UInt8(ascii: "}")) { return leave() }
    while true {
      skipSpace()
      let key = try readKey()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw error("expected ':'") }
      try member(key, &self)
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      if take(UInt8(ascii: "}")) { return leave() }
      throw error("expected ',' or '}'")
    }
  }

  /// Reads an array; `element` must read or skip every element.
  public mutating func readArray(_ element: (inout JSONReader) throws -> Void) throws {
    try enter(UInt8(ascii: "["), "expected '['")
    skipSpace()
    if take(UInt8(ascii: "]")) { return leave() }
    while true {
      try element(&self)
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      if take(UInt8(ascii: "]")) { return leave() }
      throw error("expected ',' or ']'")
    }
  }

  /// Checks that nothing but white space follows.
  public mutating func expectEnd() throws {
    skipSpace()
    if offset < bytes.count { throw error("text after the end of the document") }
  }

  // MARK: Values

  /// Reads `null` where the next value is one.
  public mutating func readNull() throws -> Bool {
    guard try peek() == .null else { return false }
    try literal("null")
    return true
  }

  /// Reads a boolean.
  public mutating func readBool() throws -> Bool {
    skipSpace()
    if offset < bytes.count, bytes[offset] == UInt8(ascii: "t") {
      try literal("true", expecting: "expected true or false")
      return true
    }
    try literal("false", expecting: "expected true or false")
    return false
  }

  /// Reads a string.
  public mutating func readString() throws -> String {
    skipSpace()
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
      throw error("expected a string")
    }
    let (slice, escaped) = try scanString()
    if escaped { return try unescape(slice) }
    return String(decoding: slice, as: UTF8.self)
  }

  /// Reads a number: an integer where it is one and fits 64 bits.
  public mutating func readNumber() throws -> JSONValue {
    skipSpace()
    let start = offset
    var isInteger = true
    var magnitude: UInt64 = 0
    var overflow = false
    let negative = take(UInt8(ascii: "-"))
    let digits = offset
    while offset < bytes.count, case let byte = bytes[offset], byte &- 48 < 10 {
      let (product, over) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, more) = product.addingReportingOverflow(UInt64(byte &- 48))
      magnitude = sum
      overflow = overflow || over || more
      offset += 1
    }
    guard offset > digits else { throw error("expected a number") }
    if bytes[digits] == UInt8(ascii: "0"), offset - digits > 1 {
      throw error("a number with a leading zero")
    }
    if take(UInt8(ascii: ".")) {
      isInteger = false
      try skipDigits()
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isInteger = false
      if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
      try skipDigits()
    }
    if isInteger, !overflow {
      if !negative, magnitude <= UInt64(Int64.max) { return .integer(Int64(magnitude)) }
      if negative, magnitude != 0, magnitude <= UInt64(Int64.max) {
        return .integer(-Int64(magnitude))
      }
      if negative, magnitude == UInt64(Int64.max) + 1 { return .integer(.min) }
    }
    let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<offset]), as: UTF8.self)
    guard let value = Double(text), value.isFinite else { throw error("a number out of range") }
    return .number(value)
  }

  /// Reads a whole value into a tree.
  public mutating func readValue() throws -> JSONValue {
    switch try peek() {
    case .null:
      try literal("null")
      return .null
    case .bool: return .bool(try readBool())
    case .number: return try readNumber()
    case .string: return .string(try readString())
    case .array:
      var list: [JSONValue] = []
      try readArray { list.append(try $0.readValue()) }
      return .array(list)
    case .object:
      let start = offset
      var members: [JSONObject.Member] = []
      try readObject { key, reader in
        let name = key.string
        members.append(.init(key: name, value: try reader.readValue()))
      }
      guard let object = JSONObject(unsorted: members) else {
        throw JSONSyntaxError(offset: start, reason: "an object with a key that occurs twice")
      }
      return .object(object)
    }
  }

  /// Reads past a value, checking its syntax.
  public mutating func skip() throws {
    switch try peek() {
    case .null: try literal("null")
    case .bool: _ = try readBool()
    case .number: _ = try readNumber()
    case .string: _ = try scanString()
    case .array: try readArray { try $0.skip() }
    case .object: try readObject { try $1.skip() }
    }
  }

  /// Reads past a value and gives the range of bytes that it takes.
  public mutating func skipRange() throws -> Range<Int> {
    skipSpace()
    let start = offset
    try skip()
    return start..<offset
  }

  /// A syntax error at the current place.
  public func error(_ reason: String) -> JSONSyntaxError {
    JSONSyntaxError(offset: offset, reason: reason)
  }

  // MARK: Bytes

  @inline(__always)
  private mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x0A, 0x0D, 0x09: offset += 1
      default: return
      }
    }
  }

  @inline(__always)
  private mutating func take(_ byte: UInt8) -> Bool {
    guard offset < bytes.count, bytes[offset] == byte else { return false }
    offset += 1
    return true
  }

  private mutating func enter(_ byte: UInt8, _ reason: String) throws {
    skipSpace()
    guard take(byte) else { throw error(reason) }
    depth += 1
    guard depth <= Self.maximumDepth else { throw error("nested too deeply") }
  }

  private mutating func leave() { depth -= 1 }

  private mutating func skipDigits() throws {
    let start = offset
    while offset < bytes.count, bytes[offset] &- 48 < 10 { offset += 1 }
    guard offset > start else { throw error("expected a digit") }
  }

  private mutating func literal(
    _ text: StaticString, expecting reason: String = "expected a value"
  ) throws {
    skipSpace()
    let count = text.utf8CodeUnitCount
    guard offset + count <= bytes.count else { throw error(reason) }
    for index in 0..<count where bytes[offset + index] != text.utf8Start[index] {
      throw error(reason)
    }
    offset += count
  }

  private mutating func readKey() throws -> Key {
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
      throw error("expected a key")
    }
    let (slice, escaped) = try scanString()
    return Key(bytes: slice, escaped: escaped ? try unescape(slice) : nil)
  }

  /// Reads past a string and gives what stands between its quotes.
  private mutating func scanString() throws -> (UnsafeBufferPointer<UInt8>, escaped: Bool) {
    offset += 1
    let start = offset
    var escaped = false
    var seen: UInt8 = 0
    while offset < bytes.count {
      let byte = bytes[offset]
      seen |= byte
      if byte == UInt8(ascii: "\"") {
        let slice = UnsafeBufferPointer(rebasing: bytes[start..<offset])
        // Two names that differ only in what is no text must not become one.
        if seen >= 0x80, String(validating: slice, as: UTF8.self) == nil {
          throw JSONSyntaxError(offset: start, reason: "a string that is not UTF-8")
        }
        offset += 1
        return (slice, escaped)
      }
      if byte == UInt8(ascii: "\\") {
        escaped = true
        offset += 2
      } else if byte < 0x20 {
        throw error("a control character in a string")
      } else {
        offset += 1
      }
    }
    offset = bytes.count
    throw error("a string without an end")
  }
}
