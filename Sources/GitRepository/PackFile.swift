import CLibGit2
import Glibc

/// A pack and its index (version 2 of both) on disk.
///
/// libgit2's own writer maps its file into memory, where a full disk shows as a
/// signal that ends the process, and it reads the stream again to index it;
/// plain writes fail with an error. The index goes last, because git looks for
/// a pack by its index. What a killed run leaves is named as git names its own
/// temporary files, so that `git gc` removes it.
struct PackFile {
  /// The folder `objects/pack`.
  let folder: String

  /// Writes the stream so that all of its objects are there or none.
  func write(_ stream: PackStream) throws(GitError) {
    let name = "\(folder)/pack-\(stream.digest.map(Self.hex).joined())"
    let pack = try writeTemporary("tmp_pack_", stream.bytes)
    do throws(GitError) {
      let index = try writeTemporary("tmp_idx_", Self.index(of: stream))
      do throws(GitError) {
        try FileSystem.rename(pack, "\(name).pack")
        try FileSystem.rename(index, "\(name).idx")
      } catch {
        unlink(index)
        throw error
      }
    } catch {
      unlink(pack)
      throw error
    }
    try FileSystem.syncFolder(folder)
  }

  private func writeTemporary(_ prefix: String, _ bytes: [UInt8]) throws(GitError) -> String {
    var number = 0
    while true {
      // In a container a killed run may have had the same process id.
      let path = "\(folder)/\(prefix)nsx_\(getpid())_\(number)"
      do throws(GitError) {
        try FileSystem.create(path, bytes, mode: 0o444, sync: true)
        return path
      } catch {
        guard case .file(_, _, EEXIST) = error, number < 10_000 else { throw error }
      }
      number += 1
    }
  }

  /// The index of a pack: names in order, checksums and places of the objects.
  static func index(of stream: PackStream) -> [UInt8] {
    let entries = stream.entries.map { (raw: $0.id.raw, entry: $0) }
      .sorted { $0.raw.lexicographicallyPrecedes($1.raw) }
    var counts = [UInt32](repeating: 0, count: 256)
    for entry in entries { counts[Int(entry.raw[0])] += 1 }
    var bytes: [UInt8] = [0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2]
    bytes.reserveCapacity(1072 + entries.count * 28)
    var total: UInt32 = 0
    for count in counts {
      total += count
      bytes += PackStream.bigEndian(total)
    }
    for entry in entries { bytes += entry.raw }
    for entry in entries { bytes += PackStream.bigEndian(entry.entry.checksum) }
    // Places beyond 2 GiB stand in a table of their own.
    var far: [UInt64] = []
    for entry in entries {
      if entry.entry.offset < 1 << 31 {
        bytes += PackStream.bigEndian(UInt32(entry.entry.offset))
      } else {
        bytes += PackStream.bigEndian(UInt32(1 << 31 | far.count))
        far.append(entry.entry.offset)
      }
    }
    for offset in far { bytes += PackStream.bigEndian(offset) }
    bytes += stream.digest
    return bytes + PackStream.sha1(bytes)
  }

  private static func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return byte < 16 ? "0\(digits)" : digits
  }
}

extension ObjectDatabase {
  /// Stores a pack stream and its index, and makes its objects readable here.
  func write(_ stream: PackStream, in repository: OpaquePointer) throws(GitError) {
    var buffer = git_buf()
    defer { git_buf_dispose(&buffer) }
    try check(
      git_repository_item_path(&buffer, repository, GIT_REPOSITORY_ITEM_OBJECTS), "objects")
    guard let path = buffer.ptr else { throw libraryError(-1, "objects") }
    let folder = String(cString: path) + "pack"
    try FileSystem.makeFolders(folder)
    try PackFile(folder: folder).write(stream)
    try check(git_odb_refresh(odb), "pack")
  }
}
