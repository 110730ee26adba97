import CZlib

/// Unpacks a gzip stream, in bounded memory; several members in a row are one
/// stream, as rotated logs have them.
public final class GzipReader {
  private let stream: UnsafeMutablePointer<z_stream>
  private var buffer = [UInt8](repeating: 0, count: 256 << 10)
  private var isAtEnd = false
  private var hasBegun = false

  /// Whether bytes begin as a gzip stream does.
  public static func isGzip(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.prefix(2).elementsEqual([0x1f, 0x8b])
  }

  /// Creates a reader.
  ///
  /// - Throws: ``ArchiveError``.
  public init() throws {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let code = inflateInit2_(
      stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw ArchiveError.notGzip(code: code) }
  }

  deinit {
    inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Takes compressed bytes and hands over what they unpack to.
  public func add(
    _ bytes: UnsafeRawBufferPointer, _ output: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard !bytes.isEmpty else { return }
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: bytes.baseAddress?.assumingMemoryBound(to: Bytef.self))
    stream.pointee.avail_in = uInt(bytes.count)
    while true {
      if isAtEnd {
        // What follows the last member is left alone where it is padding.
        guard stream.pointee.avail_in > 0, stream.pointee.next_in.pointee == 0x1f else { return }
        guard inflateReset(stream) == Z_OK else { return }
        isAtEnd = false
      }
      hasBegun = true
      let available = stream.pointee.avail_in
      let (code, produced) = buffer.withUnsafeMutableBufferPointer { space -> (Int32, Int) in
        stream.pointee.next_out = space.baseAddress
        stream.pointee.avail_out = uInt(space.count)
        let code = inflate(stream, Z_NO_FLUSH)
        return (code, space.count - Int(stream.pointee.avail_out))
      }
      guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
        throw ArchiveError.notGzip(code: code)
      }
      if produced > 0 {
        try buffer.withUnsafeBytes {
          try output(UnsafeRawBufferPointer(rebasing: $0[..<produced]))
        }
      }
      if code == Z_STREAM_END { isAtEnd = true }
      let isStuck = produced == 0 && stream.pointee.avail_in == available
      if stream.pointee.avail_in == 0, stream.pointee.avail_out > 0 { return }
      if isStuck, !isAtEnd { return }
    }
  }

  /// Says that no more bytes come.
  ///
  /// - Throws: ``ArchiveError/notGzip(code:)`` where the stream has not ended.
  public func end() throws {
    if hasBegun, !isAtEnd { throw ArchiveError.notGzip(code: Z_BUF_ERROR) }
  }
}
