import ChildProcesses
import Foundation

/// A command that a test runs, without blocking the threads that the servers
/// in the same process need.
struct Subprocess {
  var status: Int32
  var output: String
  var errors: String

  static func run(
    _ executable: String, _ arguments: [String], environment: [String: String]? = nil
  ) async throws -> Subprocess {
    let run = try await ProgramRun.ended([executable] + arguments, environment: environment)
    return Subprocess(status: run.status ?? -1, output: run.output, errors: run.errors)
  }

  /// Where PATH has a program; `nil` where it has not.
  static func find(_ name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}

/// A folder that goes away with its last reference.
final class TemporaryFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("sandbox-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func file(_ name: String, _ text: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try Data(text.utf8).write(to: file)
    return file.path
  }
}
