import GitShim
import Glibc
import Synchronization

/// Stops a running exchange from another task.
final class StopFlag: Sendable {
  private let value = Atomic<Bool>(false)
  var isSet: Bool { value.load(ordering: .relaxed) }
  func set() { value.store(true, ordering: .relaxed) }
}

/// A program that runs to its end under a deadline.
enum ChildProcess {
  /// How a program ended.
  struct Result {
    /// The exit status, or 128 and the signal.
    var status: Int32
    var output: String
    var errors: String
  }

  /// Why a program did not end by itself.
  enum Interruption: Error { case timedOut, stopped, notStarted(Int32) }

  /// The first executable of a name in a `PATH`.
  static func find(_ name: String, path: String) -> String? {
    path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  /// How long a program that is stopped has to end by itself.
  static let grace: Int64 = 2000

  /// Runs a program in a process group of its own, which is ended as a whole at
  /// the deadline or when the flag is set: it is asked to (SIGTERM), so that git
  /// removes its locks, and killed when it has not done so after ``grace``
  /// milliseconds. `input` is its standard input.
  static func run(
    _ program: String, _ arguments: [String], environment: [String: String],
    input bytes: [UInt8] = [], seconds: Int64, stop: StopFlag
  ) throws(Interruption) -> Result {
    guard !stop.isSet else { throw .stopped }
    let input = git_shim_memory_file(bytes, bytes.count)
    guard input >= 0 else { throw .notStarted(errno) }
    defer { close(input) }
    var output: (read: Int32, write: Int32) = (-1, -1)
    var errors: (read: Int32, write: Int32) = (-1, -1)
    try makePipe(&output)
    defer { close(output.read) }
    do { try makePipe(&errors) } catch {
      close(output.write)
      throw error
    }
    defer { close(errors.read) }
    let started = spawn(program, arguments, environment, [input, output.write, errors.write])
    close(output.write)
    close(errors.write)
    guard case .success(let child) = started else {
      if case .failure(let interruption) = started { throw interruption }
      throw .notStarted(ECHILD)
    }

    var texts: [[UInt8]] = [[], []]
    var open = [output.read, errors.read]
    let deadline = monotonicMilliseconds() + seconds * 1000
    while isRunning(child, open) {
      let left = deadline - monotonicMilliseconds()
      if left <= 0 || stop.isSet {
        let interruption = stop.isSet ? Interruption.stopped : .timedOut
        end(child, &open, &texts)
        throw interruption
      }
      read(&open, into: &texts, milliseconds: min(left, 100))
    }
    return Result(
      status: wait(child), output: String(decoding: texts[0], as: UTF8.self),
      errors: String(decoding: texts[1], as: UTF8.self))
  }

  /// Whether a program, or one that has its output, has not ended.
  private static func isRunning(_ child: pid_t, _ open: [Int32]) -> Bool {
    open.contains { $0 >= 0 } || !hasEnded(child)
  }

  /// Whether a child has ended; it is still there to be waited for, so that its
  /// number names nobody else.
  private static func hasEnded(_ child: pid_t) -> Bool {
    var info = siginfo_t()
    let code = waitid(P_PID, id_t(child), &info, WEXITED | WNOHANG | WNOWAIT)
    return code != 0 ? errno != EINTR : info.si_signo == SIGCHLD
  }

  /// Ends a program and all that it started, and waits for it.
  private static func end(_ child: pid_t, _ open: inout [Int32], _ texts: inout [[UInt8]]) {
    kill(-child, SIGTERM)
    let deadline = monotonicMilliseconds() + grace
    while isRunning(child, open), monotonicMilliseconds() < deadline {
      read(&open, into: &texts, milliseconds: 20)
    }
    kill(-child, SIGKILL)
    _ = wait(child)
  }

  /// Reads what comes within a time; without any output left only a moment passes.
  private static func read(
    _ open: inout [Int32], into texts: inout [[UInt8]], milliseconds: Int64
  ) {
    // Descriptors below zero are left out.
    let time = open.contains { $0 >= 0 } ? milliseconds : 1
    var polled = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    guard poll(&polled, nfds_t(polled.count), Int32(time)) > 0 else { return }
    for index in open.indices where polled[index].revents != 0 {
      if !drain(open[index], into: &texts[index]) { open[index] = -1 }
    }
  }

  private static func makePipe(
    _ ends: inout (read: Int32, write: Int32)
  ) throws(Interruption) {
    var pair: [Int32] = [-1, -1]
    guard git_shim_pipe(&pair) == 0 else { throw .notStarted(errno) }
    ends = (pair[0], pair[1])
  }

  /// Reads what is there; `false` at the end.
  private static func drain(_ descriptor: Int32, into text: inout [UInt8]) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    let count = Glibc.read(descriptor, &buffer, buffer.count)
    if count < 0, errno == EINTR || errno == EAGAIN { return true }
    guard count > 0 else { return false }
    if text.count < 1 << 20 { text += buffer[..<count] }
    return true
  }

  private static func wait(_ child: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
  }

  private static func monotonicMilliseconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
  }

  private static func spawn(
    _ program: String, _ arguments: [String], _ environment: [String: String],
    _ descriptors: [Int32]
  ) -> Swift.Result<pid_t, Interruption> {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, descriptor) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A child inherits what is ignored: git wants its SIGPIPE, and has to end when
    // it is asked to.
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGPIPE, SIGINT, SIGTERM] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setpgroup(&attributes, 0)
    // Threads of a pool block most signals, and a child would do so as well.
    var mask = sigset_t()
    sigemptyset(&mask)
    posix_spawnattr_setsigmask(&attributes, &mask)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETPGROUP))
    var argv = ([program] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer {
      for pointer in argv { free(pointer) }
      for pointer in envp { free(pointer) }
    }
    var child: pid_t = 0
    let code = posix_spawn(&child, program, &actions, &attributes, &argv, &envp)
    return code == 0 ? .success(child) : .failure(.notStarted(code))
  }
}
