import Dispatch
import Glibc

/// A program that ran to its end, with what it printed.
public struct ProgramRun: Sendable {
  /// The exit status; `nil` where a signal ended it.
  public var status: Int32?
  /// The signal that ended it.
  public var signal: Int32?
  /// What it wrote to standard output.
  public var output: String
  /// What it wrote to standard error.
  public var errors: String

  /// Runs a program to its end; blocks the thread.
  ///
  /// - Parameters:
  ///   - arguments: The program, looked up in `PATH` where it has no slash, and its
  ///     arguments.
  ///   - environment: Its environment; `nil` for that of this process.
  ///   - folder: The folder it works in; `nil` for that of this process.
  ///   - input: What it reads.
  ///   - started: Is told the process as soon as it runs.
  /// - Throws: ``ChildProgram/NotStarted`` where it cannot be started.
  public static func blocking(
    _ arguments: [String], environment: [String: String]? = nil, folder: String? = nil,
    input: String? = nil, started: (ChildProgram) -> Void = { _ in }
  ) throws -> ProgramRun {
    let (output, errors, given) = (try Spool(), try Spool(), try Spool())
    if let input { given.write(input) }
    var start = ChildProgram.Start(arguments, environment: environment, folder: folder)
    start.input = input == nil ? .nowhere : .descriptor(given.descriptor)
    start.output = .descriptor(output.descriptor)
    start.errors = .descriptor(errors.descriptor)
    let process = try ChildProgram(start)
    started(process)
    let end = process.wait()
    return ProgramRun(
      status: end.status, signal: end.signal, output: output.text, errors: errors.text)
  }

  /// The same outside of the threads that tasks run on.
  public static func ended(
    _ arguments: [String], environment: [String: String]? = nil, folder: String? = nil,
    started: @escaping @Sendable (ChildProgram) -> Void = { _ in }
  ) async throws -> ProgramRun {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(
          with: Result {
            try blocking(
              arguments, environment: environment, folder: folder, started: started)
          })
      }
    }
  }
}

/// A file without a name.
private final class Spool {
  let descriptor: Int32

  init() throws {
    var name = Array("/tmp/nsx-antrea-child-XXXXXX".utf8CString)
    descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw ChildProgram.NotStarted(description: "no file in /tmp") }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(name)
  }

  deinit { close(descriptor) }

  func write(_ text: String) {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      guard count > 0 else { return }
      written += count
    }
    lseek(descriptor, 0, SEEK_SET)
  }

  var text: String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = pread(descriptor, &buffer, buffer.count, bytes.count)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }
}
