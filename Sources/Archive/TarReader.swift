/// Reads a tar archive as a stream, in bounded memory.
public struct TarReader {
  private enum State {
    case header
    case content(left: Int64, padding: Int, wanted: Bool)
    case padding(Int)
    case ended
  }

  private var state = State.header
  private var pending: [UInt8] = []
  private static let block = 512

  /// Creates a reader.
  public init() {}

  /// Whether bytes begin as a tar archive does.
  public static func isTar(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.count >= 262 && bytes.dropFirst(257).prefix(5).elementsEqual(Array("ustar".utf8))
  }

  /// Takes more bytes.
  ///
  /// - Parameters:
  ///   - begin: Called with the name of each file; says whether it is wanted.
  ///   - content: Called with the bytes of wanted files as they come.
  ///   - end: Called after each wanted file.
  /// - Throws: ``ArchiveError/notTar(_:)``, or what the closures throw.
  public mutating func add(
    _ bytes: UnsafeRawBufferPointer, begin: (String) throws -> Bool,
    content: (UnsafeRawBufferPointer) throws -> Void, end: () throws -> Void
  ) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      switch state {
      case .ended: return
      case .padding(let count):
        let skipped = min(count, rest.count)
        rest = rest.dropFirst(skipped)
        state = skipped == count ? .header : .padding(count - skipped)
      case .content(let left, let padding, let wanted):
        let count = Int(min(left, Int64(rest.count)))
        if wanted { try content(UnsafeRawBufferPointer(rebasing: rest.prefix(count))) }
        rest = rest.dropFirst(count)
        if Int64(count) == left {
          if wanted { try end() }
          state = padding > 0 ? .padding(padding) : .header
        } else {
          state = .content(left: left - Int64(count), padding: padding, wanted: wanted)
        }
      case .header:
        let needed = Self.block - pending.count
        pending.append(contentsOf: rest.prefix(needed))
        rest = rest.dropFirst(min(needed, rest.count))
        if pending.count == Self.block {
          try read(pending, begin: begin, end: end)
          pending.removeAll(keepingCapacity: true)
        }
      }
    }
  }

  /// Says that no more bytes come.
  ///
  /// - Throws: ``ArchiveError/notTar(_:)`` where the archive is cut.
  public func end() throws {
    switch state {
    case .ended: return
    case .header where pending.isEmpty: return
    default: throw ArchiveError.notTar("the archive is cut")
    }
  }

  private mutating func read(
    _ header: [UInt8], begin: (String) throws -> Bool, end: () throws -> Void
  ) throws {
    if header.allSatisfy({ $0 == 0 }) {
      state = .ended
      return
    }
    func text(_ range: Range<Int>) -> String {
      String(decoding: header[range].prefix { $0 != 0 }, as: UTF8.self)
    }
    let sum = header.indices.reduce(0) {
      $0 + ((148..<156).contains($1) ? 32 : Int64(header[$1]))
    }
    guard Self.octal(header[148..<156]) == sum, let size = Self.octal(header[124..<136]) else {
      throw ArchiveError.notTar("a header has a wrong checksum")
    }
    let prefix = TarReader.isTar(header) ? text(345..<500) : ""
    let name = prefix.isEmpty ? text(0..<100) : "\(prefix)/\(text(0..<100))"
    let isFile = header[156] == UInt8(ascii: "0") || header[156] == 0
    let wanted = isFile ? try begin(name) : false
    let rest = Int(size % Int64(Self.block))
    let padding = rest > 0 ? Self.block - rest : 0
    if size == 0 {
      if wanted { try end() }
      state = .header
    } else {
      state = .content(left: size, padding: padding, wanted: wanted)
    }
  }

  private static func octal(_ field: ArraySlice<UInt8>) -> Int64? {
    // GNU tar writes large sizes in base 256.
    if let first = field.first, first & 0x80 != 0 {
      guard field.count == 12, field.prefix(5).elementsEqual([0x80, 0, 0, 0, 0]) else { return nil }
      return field.dropFirst(5).reduce(0) { $0 << 8 | Int64($1) }
    }
    var value: Int64 = 0
    for byte in field.drop(while: { $0 == 0x20 }) {
      if byte == 0 || byte == 0x20 { break }
      let digit = byte &- 48
      guard digit < 8 else { return nil }
      value = value << 3 | Int64(digit)
    }
    return value
  }
}
