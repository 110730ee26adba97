import CZlib

/// Compresses a stream, in bounded memory. The header has neither name nor time, so
/// that the same bytes give the same file.
public final class GzipWriter {
  private let stream: UnsafeMutablePointer<z_stream>
  private let write: ([UInt8]) throws -> Void
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)

  /// Creates a writer.
  ///
  /// - Parameter write: Takes compressed bytes as they come.
  /// - Throws: ``ArchiveError``.
  public init(level: Int32 = 6, write: @escaping ([UInt8]) throws -> Void) throws {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    self.write = write
    // 16 asks for gzip's header and trailer.
    let code = deflateInit2_(
      stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard code == Z_OK else { throw ArchiveError.compression(code: code) }
  }

  deinit {
    deflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Adds bytes.
  public func add(_ bytes: UnsafeRawBufferPointer) throws {
    try run(bytes, Z_NO_FLUSH)
  }

  /// Adds bytes.
  public func add(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try add($0) } }

  /// Ends the stream.
  public func finish() throws {
    try run(UnsafeRawBufferPointer(start: nil, count: 0), Z_FINISH)
  }

  private func run(_ bytes: UnsafeRawBufferPointer, _ flush: Int32) throws {
    let input = UnsafeMutablePointer(
      mutating: bytes.baseAddress?.assumingMemoryBound(to: Bytef.self))
    stream.pointee.next_in = input
    stream.pointee.avail_in = uInt(bytes.count)
    while true {
      let (code, produced) = buffer.withUnsafeMutableBufferPointer { output -> (Int32, Int) in
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = uInt(output.count)
        let code = deflate(stream, flush)
        return (code, output.count - Int(stream.pointee.avail_out))
      }
      guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
        throw ArchiveError.compression(code: code)
      }
      if produced > 0 { try write(Array(buffer[..<produced])) }
      if code == Z_STREAM_END { return }
      if stream.pointee.avail_out > 0, flush == Z_NO_FLUSH { return }
    }
  }
}
