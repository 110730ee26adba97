/// Cuts a stream of bytes into lines, in bounded memory.
public struct LineSplitter: Sendable {
  /// A longer line is cut: no audit line is as long.
  public static let longest = 64 << 10

  /// The start of a line whose end has not come yet.
  private var pending: [UInt8] = []
  /// Whether the rest of a line that was too long is being left out.
  private var isSkipping = false
  /// How many lines were cut.
  public private(set) var cut = 0

  /// Creates a splitter.
  public init() {}

  /// Takes more bytes and hands over every line that they end, without its line
  /// feed.
  public mutating func add(
    _ bytes: UnsafeRawBufferPointer, _ line: (UnsafeRawBufferPointer) throws -> Void
  ) rethrows {
    var start = 0
    while let end = Self.lineFeed(bytes, from: start) {
      let part = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
      start = end + 1
      if isSkipping {
        isSkipping = false
      } else if pending.isEmpty {
        try line(part)
      } else {
        pending.append(contentsOf: part)
        try pending.withUnsafeBytes { try line($0) }
      }
      pending.removeAll(keepingCapacity: true)
    }
    guard start < bytes.count, !isSkipping else { return }
    let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
    if pending.count + rest.count > Self.longest {
      pending.append(contentsOf: rest.prefix(Self.longest - pending.count))
      try pending.withUnsafeBytes { try line($0) }
      pending.removeAll(keepingCapacity: true)
      isSkipping = true
      cut += 1
    } else {
      pending.append(contentsOf: rest)
    }
  }

  /// Hands over the last line, where the stream does not end in a line feed.
  public mutating func end(_ line: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    if !pending.isEmpty { try pending.withUnsafeBytes { try line($0) } }
    pending.removeAll()
    isSkipping = false
  }

  /// The place of the next line feed, found eight bytes at a time.
  static func lineFeed(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    var index = start
    let end = bytes.count
    while index + 8 <= end {
      let word = base.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ 0x0a0a_0a0a_0a0a_0a0a
      // A byte that was a line feed is zero now, and the lowest zero is told exactly.
      let zeros = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
      if zeros != 0 { return index + zeros.littleEndian.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < end {
      if base.load(fromByteOffset: index, as: UInt8.self) == 0x0a { return index }
      index += 1
    }
    return nil
  }
}
