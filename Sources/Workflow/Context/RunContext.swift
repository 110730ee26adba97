import Failures
import Glibc
import Logging
import Synchronization

/// Everything that a run takes from the outside world and a test replaces:
/// environment, clock, terminal and log.
public struct RunContext: Sendable {
  /// The environment variables.
  public var environment: [String: String]
  /// Seconds since 1970.
  public var now: @Sendable () -> Int64
  /// Writes data: standard output.
  public var writeOutput: @Sendable (String) -> Void
  /// Writes talk (progress, warnings, errors): standard error.
  public var writeTalk: @Sendable (String) -> Void
  /// Writes what is only worth reading now (that something is still waited for):
  /// standard error, unless others are printing there.
  public var writeProgress: @Sendable (String) -> Void
  /// Asks a yes-or-no question; `nil` where nobody can answer.
  public var confirm: @Sendable (String) -> Bool?
  /// Why data could not be written to standard output; `nil` while it could.
  public var outputFailure: @Sendable () -> Failure? = { nil }
  /// Whether standard output is a terminal.
  public var outputIsTerminal: Bool
  /// Whether standard error is a terminal.
  public var talkIsTerminal = false
  /// Random bits, for names that no other run chooses.
  public var random: @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }
  /// How time passes.
  public var clock = RunClock.system
  /// Identity of this run in leases and logs.
  public var holder: String
  /// Whether another run's identity is one of a process that runs no more.
  public var isGone: @Sendable (String) -> Bool = { _ in false }

  /// The environment of programs that the tool starts (git, ssh, gpg, hooks,
  /// credential plugins): without the tool's own settings, which may be secrets.
  public var programEnvironment: [String: String] {
    environment.filter { !$0.key.hasPrefix(SettingKey.variablePrefix) }
  }

  /// Creates a context.
  public init(
    environment: [String: String], now: @escaping @Sendable () -> Int64,
    writeOutput: @escaping @Sendable (String) -> Void,
    writeTalk: @escaping @Sendable (String) -> Void,
    confirm: @escaping @Sendable (String) -> Bool? = { _ in nil },
    outputIsTerminal: Bool = false, holder: String = "test"
  ) {
    self.environment = environment
    self.now = now
    self.writeOutput = writeOutput
    self.writeTalk = writeTalk
    self.writeProgress = writeTalk
    self.confirm = confirm
    self.outputIsTerminal = outputIsTerminal
    self.holder = holder
  }

  /// The context of the real process.
  public static func process() -> RunContext {
    let output = OutputState()
    var context = RunContext(
      environment: processEnvironment(),
      now: { Int64(time(nil)) },
      writeOutput: { text in output.write(text) },
      writeTalk: { text in try? Files.writeAll(Array(text.utf8), to: 2, path: "standard error") },
      confirm: { question in
        guard isatty(0) == 1, isatty(2) == 1 else { return nil }
        try? Files.writeAll(Array("\(question) [y/N] ".utf8), to: 2, path: "standard error")
        guard let line = readLine() else { return false }
        return ["y", "yes"].contains(line.lowercased())
      },
      outputIsTerminal: isatty(1) == 1,
      holder: "\(ProcessIdentity.current())")
    context.isGone = { ProcessIdentity.isGone($0) }
    context.talkIsTerminal = isatty(2) == 1
    context.outputFailure = { output.failure.withLock { $0 } }
    return context
  }

  private static func processEnvironment() -> [String: String] {
    // Read once at start, before any other thread could change it.
    var result: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let line = String(cString: text)
      if let equals = line.firstIndex(of: "=") {
        result[String(line[..<equals])] = String(line[line.index(after: equals)...])
      }
      entry += 1
    }
    return result
  }
}

/// Standard output, with the first failure to write to it.
private final class OutputState: Sendable {
  let failure = Mutex<Failure?>(nil)

  func write(_ text: String) {
    do {
      try Files.writeAll(Array(text.utf8), to: 1, path: "standard output")
    } catch {
      let found =
        (error as? Failure) ?? Failure(.failed, subject: "standard output", cause: "\(error)")
      failure.withLock { $0 = $0 ?? found }
    }
  }
}
