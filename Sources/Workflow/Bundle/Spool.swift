import Documents
import Failures
import Glibc
import Synchronization

/// Bytes on their way into an archive, kept in a file without a name: nothing of it
/// is left, however the process ends.
final class Spool: Sendable {
  private struct State {
    var size: Int64 = 0
    var digest = SHA256()
  }

  private let descriptor: Int32
  private let state = Mutex(State())

  /// - Parameter folder: Where there is room.
  init(in folder: String) throws {
    var template = Array("\(folder)/.nsx-antrea-spool-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw Files.failure(.failed, folder, "cannot be written") }
    unlink(template)
  }

  deinit { close(descriptor) }

  /// How many bytes there are.
  var size: Int64 { state.withLock { $0.size } }

  /// The SHA-256 of the bytes in hexadecimal; to be asked once, at the end.
  var sum: String {
    state.withLock { state in
      var digest = state.digest
      return hexText(digest.finalize())
    }
  }

  /// Adds bytes.
  func add(_ bytes: [UInt8]) throws {
    try state.withLock { state in
      try Files.writeAll(bytes, to: descriptor, path: "temporary file")
      state.size += Int64(bytes.count)
      state.digest.update(bytes)
    }
  }

  /// Hands the bytes over, from the start.
  func read(_ take: ([UInt8]) throws -> Void) throws {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw Files.failure(.failed, "temporary file", "cannot be read")
    }
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Files.failure(.failed, "temporary file", "cannot be read") }
      if count == 0 { return }
      try take(Array(buffer[..<count]))
    }
  }
}
