import ChildProcesses
import Foundation
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

  private let process = Mutex<ChildProgram?>(nil)

  /// The tool, which stands beside the tests.
  static let path = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appending(path: "nsx-antrea").path

  /// Sends a signal, once the process runs.
  func signal(_ number: Int32) async {
    while true {
      if let process = process.withLock({ $0 }) {
        process.signal(number)
        return
      }
      try? await Task.sleep(for: .milliseconds(2))
    }
  }

  /// Runs the tool to its end.
  func run(_ arguments: [String], environment: [String: String], folder: String) async throws -> End
  {
    let end = try await ProgramRun.ended(
      [Self.path] + arguments, environment: environment, folder: folder
    ) { process in
      self.process.withLock { $0 = process }
      // Everybody on the machine can read these.
      let line = (try? Files.read("/proc/\(process.id)/cmdline")) ?? []
      Secrets.check(Secrets.leaks(in: String(decoding: line, as: UTF8.self)))
    }
    return End(status: end.status, signal: end.signal, output: end.output + end.errors)
  }
}
