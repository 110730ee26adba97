import Dispatch
import Documents
import Failures
import Glibc
import HTTPTransport
import Logging
import Synchronization
import YAMLCoding

/// The exit status of a command.
public typealias ExitStatus = Failures.ExitCode

/// One run of the tool: its context and its settings. Every command is a
/// method in an extension of its own.
public struct Run: Sendable {
  /// Version of the tool.
  public static let version = "0.1.0"

  /// The outside world.
  public let context: RunContext
  /// The settings in force.
  public let settings: Settings
  /// The log, on standard error.
  public let log: Logger
  /// Where all requests of the run to NSX wait, whatever cluster they are for.
  let nsxGate: RequestGate
  /// How the run ends for each cluster.
  let journal: RunJournal
  /// Which cluster reports to which inventory.
  let inventoryClaims: InventoryClaims

  /// Creates a run.
  public init(context: RunContext, settings: Settings) {
    self.init(context: context, settings: settings, nsxGate: RequestGate(.nsx))
  }

  init(
    context: RunContext, settings: Settings, nsxGate: RequestGate,
    journal: RunJournal = RunJournal(),
    inventoryClaims: InventoryClaims = InventoryClaims()
  ) {
    self.context = context
    self.settings = settings
    self.nsxGate = nsxGate
    self.journal = journal
    self.inventoryClaims = inventoryClaims
    self.log = TalkLogHandler.logger(settings: settings, write: context.writeTalk)
  }

  /// Reads the configuration, does the work and turns every error into a
  /// message and a status. SIGINT and SIGTERM stop it cleanly within 5 s.
  public static func perform(
    configuration: String?, flags: [String: String], context: RunContext = .process(),
    body: @escaping @Sendable (Run) async throws -> ExitStatus
  ) async -> ExitStatus {
    signal(SIGPIPE, SIG_IGN)
    let run: Run
    do {
      run = Run(
        context: context,
        settings: try ConfigurationFile.settings(
          path: configuration, flags: flags, environment: context.environment))
    } catch {
      return report(error, json: false, to: context)
    }
    for name in run.settings.unknownVariables {
      run.log.warning("\(name) is set, but names no setting; `config show --origin` lists them")
    }
    let json = run.settings.text("logFormat") == "json"
    let limit = run.settings.duration("timeout") ?? .seconds(600)
    let stop = StopSignals()
    let timedOut = Mutex(false)
    let work = Task { try await body(run) }
    stop.install { work.cancel() }
    let timer = Task {
      try await Task.sleep(for: limit)
      timedOut.withLock { $0 = true }
      work.cancel()
    }
    let result = await work.result
    timer.cancel()
    switch result {
    case .success(let status):
      if status == .success, let failure = context.outputFailure() {
        return report(failure, json: json, to: context)
      }
      guard stop.received == nil || status == .success else { return stop.status }
      guard timedOut.withLock({ $0 }), [.failed, .partial, .interrupted].contains(status) else {
        return status
      }
      // What was changed meanwhile is told by the status.
      let late = report(overdue(limit), json: json, to: context)
      return status == .partial ? status : late
    case .failure(let error):
      if stop.received != nil {
        context.writeTalk("stopped by a signal\n")
        return stop.status
      }
      let isStopped =
        error is CancellationError
        || (error as? any FailureConvertible)?.failure.kind == .interrupted
      if timedOut.withLock({ $0 }), isStopped {
        return report(overdue(limit), json: json, to: context)
      }
      return report(error, json: json, to: context)
    }
  }

  /// The run was stopped because its time was over.
  private static func overdue(_ limit: Duration) -> Failure {
    Failure(
      .unreachable, subject: "the run", cause: "did not end within \(limit)",
      remedy: "raise --timeout, or look with --log-level debug for what it waited for")
  }

  /// Prints an error and gives its status.
  static func report(_ error: any Error, json: Bool, to context: RunContext) -> ExitStatus {
    let failure: Failure
    switch error {
    case let known as any FailureConvertible: failure = known.failure
    case is CancellationError:
      failure = Failure(.failed, subject: "the run", cause: "was cancelled")
    default:
      failure = Failure(.failed, subject: "unexpected error", cause: String(describing: error))
    }
    context.writeTalk(line(failure, json: json))
    return ExitStatus(failure.kind)
  }

  /// A failure as a line of the log, of either format.
  static func line(_ failure: Failure, json: Bool) -> String {
    guard json else { return "error: \(failure)\n" }
    var object = JSONObject()
    object["level"] = "error"
    object["subject"] = .string(failure.subject)
    object["cause"] = .string(failure.cause)
    object["kind"] = .string(failure.kind.rawValue)
    if let remedy = failure.remedy { object["hint"] = .string(remedy) }
    return "\(JSONValue.object(object))\n"
  }

  /// Whether text may be coloured.
  var color: Bool {
    switch settings.text("color") {
    case "always": true
    case "never": false
    default: context.outputIsTerminal && context.environment["NO_COLOR"] == nil
    }
  }

  /// Whether data is to be printed as JSON.
  var isJSON: Bool { settings.text("output") == "json" }
  /// Whether data is to be printed as one JSON object a line.
  var isNDJSON: Bool { settings.text("output") == "ndjson" }

  /// Prints data as text, or as JSON with `schemaVersion`.
  func print(text: @autoclosure () -> String, json: @autoclosure () -> JSONValue) {
    if isJSON {
      context.writeOutput(String(decoding: JSONWriter.pretty(json()), as: UTF8.self))
    } else if isNDJSON {
      context.writeOutput("\(json())\n")
    } else {
      context.writeOutput(text())
    }
  }

  /// A line of progress on standard error.
  func talk(_ text: String) { context.writeTalk(text + "\n") }

  /// The home folder.
  var home: String? { context.environment["HOME"] }
}

/// SIGINT and SIGTERM, turned into a cancellation.
final class StopSignals: Sendable {
  private let state = Mutex<(signal: Int32?, sources: [any DispatchSourceSignal])>((nil, []))

  /// The signal that came, if any.
  var received: Int32? { state.withLock { $0.signal } }
  /// The exit status for it.
  var status: ExitStatus { received == SIGTERM ? .terminated : .interrupted }

  /// Calls `stop` once at the first signal; at the second, or 5 s after the
  /// first, the process ends where it is.
  func install(_ stop: @escaping @Sendable () -> Void) {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [weak self] in
        guard let self else { return }
        let first = self.state.withLock { state -> Bool in
          defer { state.signal = state.signal ?? number }
          return state.signal == nil
        }
        guard first else { _exit(128 + number) }
        stop()
        DispatchQueue.global().asyncAfter(deadline: .now() + 4.5) { _exit(128 + number) }
      }
      source.resume()
      state.withLock { $0.sources.append(source) }
    }
  }
}
