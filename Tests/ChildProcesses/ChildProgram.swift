import Dispatch
import Glibc
import Synchronization

/// A program that a test runs beside itself.
///
/// By `posix_spawn`, and waited for by `waitpid`: Foundation's `Process` watches its
/// end in the run loop of the thread that starts it, and threads of the task pool
/// come and go; that crashed a whole test run.
public final class ChildProgram: Sendable {
  /// Where a stream of the program leads.
  public enum Stream: Sendable {
    /// To `/dev/null`, or from it.
    case nowhere
    /// To or from the stream of this process.
    case inherited
    /// To or from a descriptor, which stays the caller's.
    case descriptor(Int32)
    /// To or from a pipe whose other end this process has.
    case pipe
  }

  /// What a program is started with.
  public struct Start: Sendable {
    /// The program, looked up in `PATH` where it has no slash, and its arguments.
    public var arguments: [String]
    /// Its environment; `nil` for that of this process.
    public var environment: [String: String]?
    /// The folder it works in; `nil` for that of this process.
    public var folder: String?
    /// Its standard streams.
    public var input = Stream.nowhere
    public var output = Stream.inherited
    public var errors = Stream.inherited

    /// Creates a start; output goes where that of the test goes.
    public init(
      _ arguments: [String], environment: [String: String]? = nil, folder: String? = nil
    ) {
      self.arguments = arguments
      self.environment = environment
      self.folder = folder
    }
  }

  /// Why a program was not started.
  public struct NotStarted: Error, CustomStringConvertible {
    public var description: String
  }

  /// The number of the process.
  public let id: pid_t
  /// This process' ends of pipes; -1 where there is none.
  public let inputEnd: Int32
  public let outputEnd: Int32
  private let end = Mutex<End?>(nil)

  /// How a program ended.
  public struct End: Sendable {
    /// The exit status; `nil` where a signal ended it.
    public var status: Int32?
    /// The signal that ended it.
    public var signal: Int32?
  }

  /// Held while ends of pipes are open to be inherited.
  private static let spawning = Mutex(())

  /// Starts a program.
  ///
  /// - Throws: ``NotStarted`` where it cannot be.
  public init(_ start: Start) throws {
    (id, inputEnd, outputEnd) = try Self.spawning.withLock { _ in try Self.spawn(start) }
  }

  deinit {
    closeInput()
    if outputEnd >= 0 { close(outputEnd) }
  }

  private let isInputClosed = Mutex(false)

  /// Ends the program's input.
  public func closeInput() {
    let wasOpen = isInputClosed.withLock { isClosed in
      defer { isClosed = true }
      return !isClosed
    }
    if wasOpen, inputEnd >= 0 { close(inputEnd) }
  }

  /// Writes to the program's input.
  public func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(inputEnd, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// What the program prints next, at most so many bytes; `nil` at the end.
  public func read(upTo count: Int = 4096) -> String? {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = Glibc.read(outputEnd, &bytes, count)
    return got > 0 ? String(decoding: bytes[..<got], as: UTF8.self) : nil
  }

  /// Sends a signal, unless its end was waited for already.
  public func signal(_ number: Int32) {
    end.withLock { if $0 == nil { kill(id, number) } }
  }

  /// Waits for its end; blocks the thread.
  @discardableResult public func wait() -> End {
    if let end = end.withLock({ $0 }) { return end }
    // Its number stays its own until it is waited for.
    var info = siginfo_t()
    while waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    return end.withLock { end in
      if let end { return end }
      var status: Int32 = 0
      while waitpid(id, &status, 0) < 0, errno == EINTR {}
      let signal = status & 0x7F
      let result =
        signal == 0
        ? End(status: (status >> 8) & 0xFF, signal: nil) : End(status: nil, signal: signal)
      end = result
      return result
    }
  }

  /// Waits for its end outside of the threads that tasks run on.
  public func ended() async -> End {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(returning: self.wait()) }
    }
  }
}

extension ChildProgram {
  private static func spawn(_ start: Start) throws -> (pid_t, Int32, Int32) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var ends: [Int32: Int32] = [:]
    var theirs: [Int32] = []
    defer { for descriptor in theirs { close(descriptor) } }
    for (number, stream) in [(Int32(0), start.input), (1, start.output), (2, start.errors)] {
      switch stream {
      case .inherited: break
      case .nowhere:
        posix_spawn_file_actions_addopen(
          &actions, number, "/dev/null", number == 0 ? O_RDONLY : O_WRONLY, 0)
      case .descriptor(let descriptor):
        posix_spawn_file_actions_adddup2(&actions, descriptor, number)
      case .pipe:
        var pipes: [Int32] = [0, 0]
        guard pipe(&pipes) == 0 else { throw NotStarted(description: "no pipe") }
        for descriptor in pipes { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        let (mine, its) = number == 0 ? (pipes[1], pipes[0]) : (pipes[0], pipes[1])
        ends[number] = mine
        theirs.append(its)
        posix_spawn_file_actions_adddup2(&actions, its, number)
      }
    }
    // What the tests' own process ignores or blocks must not reach the program.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD] { sigaddset(&defaults, number) }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    // glibc's action for the folder is not imported.
    let words = (start.folder.map { ["env", "-C", $0] } ?? []) + start.arguments
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var variables: [UnsafeMutablePointer<CChar>?] =
      (start.environment ?? [:]).map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for variable in variables { free(variable) } }
    var id = pid_t()
    let code =
      start.environment == nil
      ? posix_spawnp(&id, words[0], &actions, &attributes, &arguments, environ)
      : posix_spawnp(&id, words[0], &actions, &attributes, &arguments, &variables)
    guard code == 0 else {
      for descriptor in ends.values { close(descriptor) }
      throw NotStarted(description: "\(start.arguments[0]): \(String(cString: strerror(code)))")
    }
    return (id, ends[0] ?? -1, ends[1] ?? -1)
  }
}
