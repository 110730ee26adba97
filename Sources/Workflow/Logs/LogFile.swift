import Failures
import Glibc

/// Reads a log file piece by piece, and goes on with what is appended.
final class LogFile {
  private let path: String
  private var descriptor: Int32
  private var offset: Int64 = 0
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)

  /// Opens a file; `-` is standard input.
  ///
  /// - Throws: ``Failure`` of kind invalidInput.
  init(_ path: String) throws {
    self.path = path
    descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Files.failure(.invalidInput, path, "cannot be read") }
    if Files.isFolder(path) {
      close(descriptor)
      descriptor = -1
      throw Failure(
        .invalidInput, subject: path, cause: "is a folder, not a file", remedy: "name its files")
    }
  }

  deinit {
    buffer.deallocate()
    if descriptor > 0 { close(descriptor) }
  }

  /// Reads to the present end.
  ///
  /// - Parameter take: Takes each piece.
  func read(_ take: (UnsafeRawBufferPointer) throws -> Void) throws {
    while true {
      try Task.checkCancellation()
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw Files.failure(.invalidInput, path, "cannot be read")
      }
      if count == 0 { return }
      offset += Int64(count)
      try take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// Looks whether another file has taken the name, as at rotation, or the file was
  /// cut; goes on with its start then.
  ///
  /// - Parameter take: Takes what was written to the former file at the end.
  /// - Returns: Whether it did.
  func followName(_ take: (UnsafeRawBufferPointer) throws -> Void) throws -> Bool {
    guard descriptor > 0 else { return false }
    var here = stat()
    var there = stat()
    guard fstat(descriptor, &here) == 0, stat(path, &there) == 0 else { return false }
    if here.st_ino == there.st_ino, here.st_dev == there.st_dev {
      guard Int64(there.st_size) < offset else { return false }
      lseek(descriptor, 0, SEEK_SET)
      offset = 0
      return true
    }
    let next = open(path, O_RDONLY | O_CLOEXEC)
    guard next >= 0 else { return false }
    do { try read(take) } catch {
      close(next)
      throw error
    }
    close(descriptor)
    descriptor = next
    offset = 0
    return true
  }
}
