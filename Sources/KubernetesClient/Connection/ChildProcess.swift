import Dispatch
import Glibc
import Synchronization

/// Runs a command and takes its standard output. Standard input is empty;
/// standard error is that of this process.
enum ChildProcess {
  /// How a command ended.
  enum Result: Sendable {
    case finished(status: Int32, output: [UInt8])
    case killed(signal: Int32)
    case timedOut
    case notStarted(String)
  }

  /// Output beyond this ends the command.
  private static let maximumOutput = 16 << 20

  /// How long a command that is stopped has to end by itself.
  private static let grace = Duration.seconds(2)

  /// Runs a command; a name without `/` is looked up in `PATH`.
  static func run(
    _ command: String, _ arguments: [String], environment: [String: String], timeout: Duration
  ) async throws -> Result {
    await withCheckedContinuation { continuation in
      // The wait blocks, so it must not take a thread of the task pool.
      DispatchQueue.global().async {
        continuation.resume(
          returning: runBlocking(command, arguments, environment: environment, timeout: timeout))
      }
    }
  }

  private static func runBlocking(
    _ command: String, _ arguments: [String], environment: [String: String], timeout: Duration
  ) -> Result {
    let (process, descriptor): (pid_t, Int32)
    switch spawning.withLock({ _ in spawn(command, arguments, environment) }) {
    case .started(let id, let output): (process, descriptor) = (id, output)
    case .failed(let code): return .notStarted(String(cString: strerror(code)))
    }
    defer { close(descriptor) }
    let deadline = ContinuousClock.now + timeout
    let (output, complete) = collect(descriptor, until: deadline)
    guard complete, let status = wait(for: process, until: deadline) else {
      // A group is asked to end before it is killed: it may have something to tidy up.
      kill(-process, SIGTERM)
      let ended = wait(for: process, until: ContinuousClock.now + grace)
      kill(-process, SIGKILL)
      if ended == nil { _ = wait(for: process, until: nil) }
      return .timedOut
    }
    let signal = status & 0x7F
    return signal == 0
      ? .finished(status: (status >> 8) & 0xFF, output: output) : .killed(signal: signal)
  }

  private enum Start {
    case started(pid_t, output: Int32)
    case failed(Int32)
  }

  /// Held while a pipe is open to be inherited, so that no other plugin gets it
  /// and keeps it from ending.
  private static let spawning = Mutex(())

  private static func spawn(
    _ command: String, _ arguments: [String], _ environment: [String: String]
  ) -> Start {
    var pipes: [Int32] = [0, 0]
    guard pipe(&pipes) == 0 else { return .failed(errno) }
    defer { close(pipes[1]) }
    for descriptor in pipes { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, pipes[1], 1)
    // A group of its own, so that a timeout ends its children as well; signals work
    // there although this process ignores them, and its threads block some.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGPIPE, SIGINT, SIGTERM] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    posix_spawnattr_setpgroup(&attributes, 0)
    let argv = ([command] + arguments).map { strdup($0) }
    let variables = environment.map { strdup("\($0.key)=\($0.value)") }
    defer { (argv + variables).forEach { free($0) } }
    var process: pid_t = 0
    var code: Int32
    var attempts = 20
    repeat {
      code = posix_spawnp(
        &process, command, &actions, &attributes, argv + [nil], variables + [nil])
      // A plugin that is just being written or replaced; it takes a moment.
      guard code == ETXTBSY, attempts > 0 else { break }
      attempts -= 1
      usleep(10_000)
    } while true
    guard code == 0 else {
      close(pipes[0])
      return .failed(code)
    }
    return .started(process, output: pipes[0])
  }

  /// The wait status of a process; `nil` at the deadline.
  private static func wait(for process: pid_t, until deadline: ContinuousClock.Instant?) -> Int32? {
    var status: Int32 = 0
    while true {
      let ended = waitpid(process, &status, deadline == nil ? 0 : WNOHANG)
      if ended == process { return status }
      if ended < 0, errno != EINTR { return 0 }
      if let deadline {
        guard ContinuousClock.now < deadline else { return nil }
        // It is about to end: its output has ended, or it was asked to.
        usleep(1000)
      }
    }
  }

  /// Reads until the end; `complete` is false at the deadline or the limit.
  private static func collect(
    _ descriptor: Int32, until deadline: ContinuousClock.Instant
  ) -> (output: [UInt8], complete: Bool) {
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 14)
    while output.count <= maximumOutput {
      let left = deadline - ContinuousClock.now
      let (seconds, attoseconds) = left.components
      let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
      guard milliseconds > 0 else { break }
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, Int32(clamping: milliseconds))
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else { continue }
      let count = read(descriptor, &chunk, chunk.count)
      if count == 0 { return (output, true) }
      if count < 0 {
        if errno == EINTR { continue }
        break
      }
      output.append(contentsOf: chunk[..<count])
    }
    return (output, false)
  }
}
