import Failures

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file of the sandbox that cannot be read or written.
public struct SandboxFileError: FailureConvertible, Hashable {
  /// The file.
  public var path: String
  /// The system's reason.
  public var reason: String

  /// Points at the file.
  public var failure: Failure {
    Failure(.failed, subject: path, cause: reason, remedy: "choose another directory by --state")
  }

  init(_ path: String) {
    self.path = path
    reason = String(cString: strerror(errno))
  }
}

/// The directory of a running sandbox.
struct StateDirectory {
  /// The absolute path.
  let path: String

  static var processID: Int32 { getpid() }

  /// Makes the directory where it is missing; its parent must exist.
  init(_ directory: String) throws(SandboxFileError) {
    if mkdir(directory, 0o700) != 0, errno != EEXIST { throw SandboxFileError(directory) }
    guard let resolved = realpath(directory, nil) else { throw SandboxFileError(directory) }
    path = String(cString: resolved)
    free(resolved)
  }

  /// Writes a file as a whole: readers see the old or the new one.
  func write(_ name: String, _ bytes: [UInt8], mode: mode_t = 0o600) throws(SandboxFileError) {
    let target = "\(path)/\(name)"
    let temporary = "\(target).new"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode)
    guard file >= 0 else { throw SandboxFileError(temporary) }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        #if canImport(Glibc)
          Glibc.write(file, $0.baseAddress, $0.count)
        #elseif canImport(Musl)
          Musl.write(file, $0.baseAddress, $0.count)
        #else
          Darwin.write(file, $0.baseAddress, $0.count)
        #endif
      }
      guard count > 0 else {
        let error = SandboxFileError(temporary)
        close(file)
        throw error
      }
      written += count
    }
    close(file)
    if rename(temporary, target) != 0 { throw SandboxFileError(target) }
  }
}

extension FaultScript {
  /// The bytes of a script file.
  ///
  /// - Throws: ``SandboxFileError``.
  public static func read(file path: String) throws(SandboxFileError) -> [UInt8] {
    guard let file = fopen(path, "r") else { throw SandboxFileError(path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }
}
