/// Reads a tar archive as a stream, in bounded memory: POSIX ustar, with the longer names
/// and larger sizes of PAX and GNU. Links, devices and folders are passed over, and
/// nothing is made: what a name says is for the caller to judge.
public struct TarReader {
  private enum State {
    case header
    /// What tells more about the next entry.
    case extra(kind: UInt8, left: Int, padding: Int)
    case content(left: Int64, padding: Int, wanted: Bool)
    case padding(Int)
    case ended
  }

  private var state = State.header
  private var pending: [UInt8] = []
  /// What was told about the next entry.
  private var next = TarExtras()
  private var extra: [UInt8] = []
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
      case .extra(let kind, let left, let padding):
        let count = min(left, rest.count)
        extra.append(contentsOf: rest.prefix(count))
        rest = rest.dropFirst(count)
        state = .extra(kind: kind, left: left - count, padding: padding)
        if count == left {
          try next.take(kind, extra)
          extra = []
          state = padding > 0 ? .padding(padding) : .header
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
    guard Self.isSummed(header), let own = Self.octal(header[124..<136]) else {
      throw ArchiveError.notTar("a header has a wrong checksum")
    }
    let kind = header[156]
    // Links, devices and folders have no bytes, whatever stands there.
    let size = (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(kind) ? 0 : next.size ?? own
    let rest = Int(size % Int64(Self.block))
    let padding = rest > 0 ? Self.block - rest : 0
    if TarExtras.kinds.contains(kind) {
      guard own <= TarExtras.longest else {
        throw ArchiveError.notTar("what is told of a file is too long")
      }
      let padding = (Self.block - Int(own) % Self.block) % Self.block
      state = own > 0 ? .extra(kind: kind, left: Int(own), padding: padding) : .header
      return
    }
    let prefix = TarReader.isTar(header) ? text(345..<500) : ""
    let short = prefix.isEmpty ? text(0..<100) : "\(prefix)/\(text(0..<100))"
    let name = next.name ?? short
    next = TarExtras()
    guard kind != UInt8(ascii: "S") else {
      throw ArchiveError.notTar("\(name) is a file with holes, which are not read")
    }
    let isFile = [UInt8(ascii: "0"), UInt8(ascii: "7"), 0].contains(kind) && !name.hasSuffix("/")
    let wanted = isFile ? try begin(name) : false
    if size == 0 {
      if wanted { try end() }
      state = .header
    } else {
      state = .content(left: size, padding: padding, wanted: wanted)
    }
  }

  /// Whether the checksum is right; old programs added signed bytes up.
  private static func isSummed(_ header: [UInt8]) -> Bool {
    var (plain, signed): (Int64, Int64) = (0, 0)
    for index in header.indices {
      let byte = (148..<156).contains(index) ? 32 : header[index]
      plain += Int64(byte)
      signed += Int64(Int8(bitPattern: byte))
    }
    guard let told = octal(header[148..<156]) else { return false }
    return told == plain || told == signed
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
