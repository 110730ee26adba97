import Glibc

/// What one run of a command took.
struct Measurement {
  /// Seconds by the wall clock.
  var wall: Double
  /// Seconds of processor time, user and system.
  var cpu: Double
  /// Largest resident set in megabytes.
  var memory: Double
  /// Exit status.
  var status: Int32

  /// Runs a program to its end with its output thrown away.
  static func run(_ arguments: [String]) -> Measurement {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    pointers.append(nil)
    defer { pointers.forEach { free($0) } }
    var pid: pid_t = 0
    let start = seconds()
    guard posix_spawnp(&pid, arguments[0], &actions, nil, pointers, environ) == 0 else {
      return Measurement(wall: 0, cpu: 0, memory: 0, status: 127)
    }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
    let cpu =
      Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
      + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    return Measurement(
      wall: seconds() - start, cpu: cpu, memory: Double(usage.ru_maxrss) / 1024,
      status: status >> 8 & 0xFF)
  }

  /// Starts a program with its output thrown away; `nil` where that fails.
  static func spawn(_ arguments: [String]) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    pointers.append(nil)
    defer { pointers.forEach { free($0) } }
    var pid: pid_t = 0
    return posix_spawnp(&pid, arguments[0], &actions, nil, pointers, environ) == 0 ? pid : nil
  }

  /// The quickest of some runs.
  static func best(of count: Int, _ arguments: [String]) -> Measurement {
    (0..<count).map { _ in run(arguments) }.min { $0.wall < $1.wall }
      ?? Measurement(wall: 0, cpu: 0, memory: 0, status: 127)
  }

  private static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
