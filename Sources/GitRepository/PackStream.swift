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

/// The objects of a commit as one pack stream: far faster than a file an
/// object, and all of it is there or nothing.
enum PackStream {
  /// The stream: header, deflated objects, SHA-1.
  static func encode(_ objects: [NewObject]) throws(GitError) -> [UInt8] {
    let chunks = Work.chunks(objects.count)
    let parts = Mutex<[Int: [UInt8]]>([:])
    DispatchQueue.concurrentPerform(iterations: chunks.count) { index in
      let part = deflate(objects[chunks[index]])
      parts.withLock { $0[index] = part }
    }
    var stream: [UInt8] = Array("PACK".utf8) + bigEndian(2) + bigEndian(UInt32(objects.count))
    for index in chunks.indices {
      guard let part = parts.withLock({ $0.removeValue(forKey: index) }) else {
        throw .library(operation: "pack", code: -1, errorClass: 0, message: "zlib failed")
      }
      stream += part
    }
    var digest = [UInt8](repeating: 0, count: 20)
    git_shim_sha1(stream, stream.count, &digest)
    return stream + digest
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

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32($0))) }
  }

  /// `nil` when zlib has no memory.
  private static func deflate(_ objects: ArraySlice<NewObject>) -> [UInt8]? {
    guard let deflater = Deflater() else { return nil }
    var out: [UInt8] = []
    out.reserveCapacity(objects.reduce(0) { $0 + $1.bytes.count / 2 + 32 })
    for object in objects {
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
    }
    return out
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
