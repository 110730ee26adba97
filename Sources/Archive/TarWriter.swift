/// Writes a tar archive (POSIX ustar, with PAX records for longer names and larger sizes),
/// in bounded memory: each entry's size is known before its bytes.
public final class TarWriter {
  private let write: ([UInt8]) throws -> Void
  private static let block = 512

  /// Creates a writer.
  ///
  /// - Parameter write: Takes the archive's bytes as they come.
  public init(write: @escaping ([UInt8]) throws -> Void) { self.write = write }

  /// Adds a file.
  ///
  /// - Parameters:
  ///   - name: Path in the archive, relative, without `..`.
  ///   - time: Seconds since 1970.
  /// - Throws: ``ArchiveError``, or what `write` throws.
  public func add(_ name: String, _ bytes: [UInt8], time: Int64) throws {
    try begin(name, size: Int64(bytes.count), time: time)
    try write(bytes)
    try pad(Int64(bytes.count))
  }

  /// Adds a file whose bytes come in pieces.
  ///
  /// - Parameter pieces: Is given what takes the pieces; they must be `size` bytes
  ///   together.
  public func add(
    _ name: String, size: Int64, time: Int64,
    pieces: (_ take: ([UInt8]) throws -> Void) throws -> Void
  ) throws {
    try begin(name, size: size, time: time)
    var written: Int64 = 0
    try pieces { piece in
      written += Int64(piece.count)
      guard written <= size else { throw ArchiveError.unsuitableEntry(name: name) }
      try write(piece)
    }
    guard written == size else { throw ArchiveError.unsuitableEntry(name: name) }
    try pad(size)
  }

  /// Ends the archive.
  public func finish() throws { try write([UInt8](repeating: 0, count: 2 * Self.block)) }

  private func pad(_ size: Int64) throws {
    let rest = Int(size % Int64(Self.block))
    if rest > 0 { try write([UInt8](repeating: 0, count: Self.block - rest)) }
  }

  private func begin(_ name: String, size: Int64, time: Int64) throws {
    guard Self.isSuitable(name), size >= 0 else {
      throw ArchiveError.unsuitableEntry(name: name)
    }
    let isLarge = size >= 1 << 33
    if let (prefix, rest) = Self.split(name), !isLarge {
      return try writeHeader(prefix, rest, "0", size: size, time: time)
    }
    let records = TarExtras.records(name: name, size: isLarge ? size : nil)
    try writeHeader("", "PaxHeader", "x", size: Int64(records.count), time: time)
    try write(records)
    try pad(Int64(records.count))
    // For programs that know nothing of extended headers.
    let short = name.unicodeScalars.suffix(90).drop { $0 == "/" }.map {
      $0.isASCII ? Character($0) : "_"
    }
    try writeHeader("", String(short), "0", size: isLarge ? 0 : size, time: time)
  }

  /// Whether a path stays in the folder that the archive is unpacked in.
  private static func isSuitable(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return !name.utf8.contains(0) && parts.allSatisfy { !["", ".", ".."].contains($0) }
  }

  private func writeHeader(
    _ prefix: String, _ name: String, _ kind: String, size: Int64, time: Int64
  ) throws {
    var header = [UInt8](repeating: 0, count: Self.block)
    func put(_ text: String, at offset: Int) {
      for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
    }
    func octal(_ value: Int64, _ digits: Int, at offset: Int) {
      let text = String(max(value, 0), radix: 8)
      put(String(repeating: "0", count: max(digits - text.count, 0)) + text, at: offset)
    }
    put(name, at: 0)
    octal(0o600, 7, at: 100)
    octal(0, 7, at: 108)
    octal(0, 7, at: 116)
    octal(size, 11, at: 124)
    octal(time, 11, at: 136)
    put("        ", at: 148)
    put(kind, at: 156)
    put("ustar", at: 257)
    put("00", at: 263)
    put(prefix, at: 345)
    octal(header.reduce(0) { $0 + Int64($1) }, 6, at: 148)
    header[154] = 0
    try write(header)
  }

  /// A path in the two fields of a header; `nil` where it does not fit.
  private static func split(_ name: String) -> (prefix: String, name: String)? {
    let bytes = Array(name.utf8)
    if bytes.count <= 100 { return ("", name) }
    for index in bytes.indices.reversed()
    where bytes[index] == UInt8(ascii: "/") && index <= 155 && bytes.count - index - 1 <= 100 {
      return (
        String(decoding: bytes[..<index], as: UTF8.self),
        String(decoding: bytes[(index + 1)...], as: UTF8.self)
      )
    }
    return nil
  }
}
