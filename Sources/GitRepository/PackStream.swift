import CLibGit2
import CZlib
import Dispatch
import GitShim
import Synchronization

/// An object that a commit needs and that may not be stored yet.
struct NewObject: Sendable {
  var id: ObjectID
  var kind: git_object_t
  var bytes: [UInt8]
}

/// One object of a pack, as its index names it.
struct PackEntry: Sendable {
  var id: ObjectID
  /// From the start of the pack.
  var offset: UInt64
  /// CRC-32 of its bytes in the pack.
  var checksum: UInt32
}

/// The objects of a commit as one pack stream: far faster than a file an
/// object, and all of it is there or nothing.
struct PackStream {
  /// The stream: header, deflated objects, SHA-1.
  private(set) var bytes: [UInt8]
  /// Where each object stands, for the index.
  private(set) var entries: [PackEntry] = []

  /// Deflates the objects on all cores.
  init(_ objects: [NewObject]) throws(GitError) {
    let chunks = Work.chunks(objects.count)
    let parts = Mutex<[Int: (bytes: [UInt8], entries: [PackEntry])]>([:])
    DispatchQueue.concurrentPerform(iterations: chunks.count) { index in
      let part = Self.deflate(objects[chunks[index]])
      parts.withLock { $0[index] = part }
    }
    bytes = Array("PACK".utf8)
    bytes += Self.bigEndian(UInt32(2))
    bytes += Self.bigEndian(UInt32(objects.count))
    entries.reserveCapacity(objects.count)
    for index in chunks.indices {
      guard let part = parts.withLock({ $0.removeValue(forKey: index) }) else {
        throw .library(operation: "pack", code: -1, errorClass: 0, message: "zlib failed")
      }
      for var entry in part.entries {
        entry.offset += UInt64(bytes.count)
        entries.append(entry)
      }
      bytes += part.bytes
    }
    bytes += Self.sha1(bytes)
  }

  /// The SHA-1 that the stream ends with, and that names its files.
  var digest: ArraySlice<UInt8> { bytes.suffix(20) }

  /// The SHA-1 of raw bytes.
  static func sha1(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 20)
    git_shim_sha1(bytes, bytes.count, &digest)
    return digest
  }

  /// The hash of many blobs, on all cores.
  static func hash(_ files: [GitFile]) throws(GitError) -> [ObjectID] {
    let chunks = Work.chunks(files.count)
    let parts = Mutex<[Int: [ObjectID]]>([:])
    DispatchQueue.concurrentPerform(iterations: chunks.count) { index in
      let part = files[chunks[index]].compactMap { hash(GIT_OBJECT_BLOB, $0.bytes) }
      parts.withLock { $0[index] = part }
    }
    let ids = chunks.indices.flatMap { index in parts.withLock { $0[index] ?? [] } }
    guard ids.count == files.count else { throw libraryError(-1, "hash") }
    return ids
  }

  /// The name of an object.
  static func hash(_ kind: git_object_t, _ bytes: [UInt8]) -> ObjectID? {
    var oid = git_oid()
    return git_odb_hash(&oid, bytes, bytes.count, kind) == 0 ? ObjectID(oid) : nil
  }

  /// The value in network order.
  static func bigEndian<Value: FixedWidthInteger & UnsignedInteger>(_ value: Value) -> [UInt8] {
    let size = Value.bitWidth / 8
    return (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * (size - 1 - $0))) }
  }

  /// Offsets count from the start of the part; `nil` when zlib has no memory.
  private static func deflate(
    _ objects: ArraySlice<NewObject>
  ) -> (bytes: [UInt8], entries: [PackEntry])? {
    guard let deflater = Deflater() else { return nil }
    var out: [UInt8] = []
    var entries: [PackEntry] = []
    out.reserveCapacity(objects.reduce(0) { $0 + $1.bytes.count / 2 + 32 })
    for object in objects {
      let start = out.count
      // Type in bits 4 to 6 of the first byte, size in 4 bits, then 7 a byte.
      var size = object.bytes.count
      var byte = UInt8(truncatingIfNeeded: object.kind.rawValue) << 4 | UInt8(size & 15)
      size >>= 4
      while size > 0 {
        out.append(byte | 0x80)
        byte = UInt8(size & 0x7f)
        size >>= 7
      }
      out.append(byte)
      guard deflater.append(object.bytes, to: &out) else { return nil }
      let checksum = out[start...].withUnsafeBufferPointer { buffer in
        UInt32(truncatingIfNeeded: crc32(0, buffer.baseAddress, UInt32(buffer.count)))
      }
      entries.append(PackEntry(id: object.id, offset: UInt64(start), checksum: checksum))
    }
    return (out, entries)
  }
}

/// Splits work over the cores.
enum Work {
  /// Ranges that cover `0..<count`, enough for every core to stay busy.
  static func chunks(_ count: Int) -> [Range<Int>] {
    let size = max(64, count / 16 + 1)
    return stride(from: 0, to: count, by: size).map { $0..<min(count, $0 + size) }
  }
}

/// A zlib stream that is used again for each object.
final class Deflater {
  /// zlib keeps a pointer to its stream, which therefore must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private var scratch: [UInt8] = []

  /// `nil` when zlib has no memory.
  init?(level: Int32 = 1) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let size = Int32(MemoryLayout<z_stream>.size)
    guard deflateInit_(stream, level, ZLIB_VERSION, size) == Z_OK else { return nil }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Appends the zlib form of `bytes`.
  func append(_ bytes: [UInt8], to out: inout [UInt8]) -> Bool {
    deflateReset(stream)
    let bound = Int(deflateBound(stream, UInt(bytes.count)))
    if scratch.count < bound { scratch = [UInt8](repeating: 0, count: bound) }
    var written = -1
    bytes.withUnsafeBufferPointer { input in
      scratch.withUnsafeMutableBufferPointer { output in
        // zlib reads only; its C declaration lacks the const.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        if CZlib.deflate(stream, Z_FINISH) == Z_STREAM_END {
          written = output.count - Int(stream.pointee.avail_out)
        }
      }
    }
    guard written >= 0 else { return false }
    out += scratch[..<written]
    return true
  }
}
