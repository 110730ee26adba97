import Failures
import Foundation
import Synchronization
import Workflow

/// The exit status of a command; Swift Testing has an `ExitStatus` of its own.
typealias ToolStatus = Failures.ExitCode

/// A context that keeps what is printed, with an environment of its own.
///
/// Runs log at the most verbose level, for what must not be in any log; tests see
/// what people see by default.
final class TestContext: Sendable {
  private let text = Mutex((output: "", talk: ""))
  private let all = Mutex("")
  private let asked = Mutex<[String]>([])
  private let terminal = Mutex(false)
  let environment: [String: String]
  let answer: Bool?

  init(environment: [String: String] = [:], answer: Bool? = nil) {
    self.environment = ["NSX_ANTREA_LOG_LEVEL": "trace"].merging(environment) { $1 }
    self.answer = answer
  }

  /// All that was ever printed, logged and asked.
  var transcript: String { all.withLock { $0 } }

  private func keep(_ part: String) { all.withLock { $0 += part } }

  /// Whether a part of the log is below the default level.
  private static func isDetail(_ part: String) -> Bool {
    ["trace", "debug", "info"].contains { level in
      part.hasPrefix("\(level): ") || part.hasPrefix("{\"level\":\"\(level)\"")
    }
  }

  /// What went to standard output.
  var output: String { text.withLock { $0.output } }
  /// What went to standard error.
  var talk: String { text.withLock { $0.talk } }

  /// Whether standard error is a terminal.
  var isTerminal: Bool {
    get { terminal.withLock { $0 } }
    set { terminal.withLock { $0 = newValue } }
  }

  /// The questions that were asked.
  var questions: [String] { asked.withLock { $0 } }

  /// Forgets what was printed.
  func clear() { text.withLock { $0 = ("", "") } }

  var context: RunContext {
    var context = RunContext(
      environment: environment, now: { Int64(Date().timeIntervalSince1970) },
      writeOutput: { part in
        self.keep(part)
        self.text.withLock { $0.output += part }
      },
      writeTalk: { part in
        self.keep(part)
        if !Self.isDetail(part) { self.text.withLock { $0.talk += part } }
      },
      confirm: { question in
        self.keep(question)
        self.asked.withLock { $0.append(question) }
        return self.answer
      })
    context.talkIsTerminal = isTerminal
    return context
  }
}

/// A folder that is removed at the end.
func withTemporaryFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  let folder = FileManager.default.temporaryDirectory.path + "/nsx-antrea-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try await body(folder)
}
