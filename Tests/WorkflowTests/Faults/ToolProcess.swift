import Foundation
import Glibc
import Synchronization
import Workflow

/// The built tool as a process of its own, for what cannot be done to a run
/// inside the tests: signals.
final class ToolProcess: Sendable {
  /// How it ended.
  struct End: Sendable {
    /// The exit status; `nil` where a signal ended it.
    var status: Int32?
    /// The signal that ended it.
    var signal: Int32?
    var output: String
  }

  private let pid = Mutex<pid_t?>(nil)

  /// The tool, which stands beside the tests.
  static let path = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appending(path: "nsx-antrea").path

  /// Sends a signal, once the process runs.
  func signal(_ number: Int32) async {
    while true {
      if let pid = pid.withLock({ $0 }) {
        kill(pid, number)
        return
      }
      try? await Task.sleep(for: .milliseconds(2))
    }
  }

  private func started(_ number: pid_t) { pid.withLock { $0 = number } }

  /// Runs the tool to its end.
  func run(_ arguments: [String], environment: [String: String], folder: String) async throws -> End
  {
    let file = "\(folder)/output-\(UUID().uuidString)"
    _ = FileManager.default.createFile(atPath: file, contents: nil)
    let process = Process()
    process.executableURL = URL(filePath: Self.path)
    process.arguments = arguments
    process.environment = environment
    process.currentDirectoryURL = URL(filePath: folder)
    let handle = try FileHandle(forWritingTo: URL(filePath: file))
    process.standardOutput = handle
    process.standardError = handle
    process.standardInput = FileHandle.nullDevice
    let end: (Int32, Process.TerminationReason) = try await withCheckedThrowingContinuation {
      done in
      process.terminationHandler = {
        done.resume(returning: ($0.terminationStatus, $0.terminationReason))
      }
      do {
        try process.run()
        started(process.processIdentifier)
        // Everybody on the machine can read these.
        let line = (try? Files.read("/proc/\(process.processIdentifier)/cmdline")) ?? []
        Secrets.check(Secrets.leaks(in: String(decoding: line, as: UTF8.self)))
      } catch {
        process.terminationHandler = nil
        done.resume(throwing: error)
      }
    }
    try handle.close()
    let output = try String(contentsOfFile: file, encoding: .utf8)
    return end.1 == .exit
      ? End(status: end.0, signal: nil, output: output)
      : End(status: nil, signal: end.0, output: output)
  }
}
