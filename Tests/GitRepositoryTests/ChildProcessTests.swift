import Foundation
import Testing

@testable import GitRepository

/// How programs are ended, and what they are born with.
@Suite(.timeLimit(.minutes(1))) struct ChildProcessTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Waits for a program to write a file.
  private func wait(for name: String) async throws {
    while folder.read(name) == nil { try await Task.sleep(for: .milliseconds(5)) }
  }

  private func run(
    _ script: String, stop: StopFlag = StopFlag(), seconds: Int64 = 50
  ) throws(ChildProcess.Interruption) -> ChildProcess.Result {
    try ChildProcess.run(
      "/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin", "F": folder.path],
      seconds: seconds, stop: stop)
  }

  /// Runs a program on another thread and stops it when it has written `started`.
  private func stopped(_ script: String) async throws -> ChildProcess.Interruption? {
    let stop = StopFlag()
    async let end: ChildProcess.Interruption? = withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        do throws(ChildProcess.Interruption) {
          _ = try self.run(script, stop: stop)
          continuation.resume(returning: nil)
        } catch { continuation.resume(returning: error) }
      }
    }
    try await wait(for: "started")
    stop.set()
    return await end
  }

  @Test("a program that is stopped has time to tidy up")
  func asked() async throws {
    let end = try await stopped(
      "trap 'echo tidy > $F/tidy; exit 1' TERM; echo > $F/started; sleep 60 & wait")
    guard case .stopped? = end else {
      Issue.record("\(String(describing: end))")
      return
    }
    #expect(folder.read("tidy") == "tidy\n")
  }

  @Test("one that does not end is killed, with what it started")
  func killed() async throws {
    let end = try await stopped(
      "trap '' TERM; sleep 60 & echo $! > $F/child; echo $$ > $F/self; echo > $F/started; wait")
    guard case .stopped? = end else {
      Issue.record("\(String(describing: end))")
      return
    }
    for name in ["self", "child"] {
      let text = try #require(folder.read(name)).trimmingCharacters(in: .whitespacesAndNewlines)
      let process = try #require(pid_t(text))
      // A zombie of somebody else's may stand a moment.
      while kill(process, 0) == 0, try !isZombie(process) {
        try await Task.sleep(for: .milliseconds(5))
      }
    }
  }

  private func isZombie(_ process: pid_t) throws -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else {
      return true
    }
    return text.contains(") Z ")
  }

  @Test("the deadline holds for one that has closed its output as well")
  func silent() throws {
    #expect(throws: ChildProcess.Interruption.self) {
      _ = try run("exec >&- 2>&-; sleep 60", seconds: 1)
    }
    #expect(try run("exec >&- 2>&-; exit 3").status == 3)
  }

  @Test("signals that the tool takes for itself end its programs")
  func dispositions() async throws {
    await #expect(processExitsWith: .success) {
      for number in [SIGINT, SIGTERM, SIGPIPE] { signal(number, SIG_IGN) }
      let result = try ChildProcess.run(
        "/bin/grep", ["SigIgn", "/proc/self/status"], environment: [:], seconds: 50,
        stop: StopFlag())
      let mask = result.output.split(separator: "\t").last.flatMap {
        UInt64($0.trimmingCharacters(in: .whitespacesAndNewlines), radix: 16)
      }
      let signals = [SIGINT, SIGTERM, SIGPIPE].map { UInt64(1) << UInt64($0 - 1) }
      exit(mask.map { mask in signals.allSatisfy { mask & $0 == 0 } } == true ? 0 : 1)
    }
  }
}

/// A program in git's place that does as a fetch into a shallow repository.
@Suite(.timeLimit(.minutes(1))) struct StoppedFetchTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func access(_ fetch: String) throws -> RemoteAccess {
    let fake = try folder.write(
      "bin/git",
      """
      #!/bin/sh
      cd '\(folder.path)'
      case "$*" in
      *ls-remote*) printf '%040d\\trefs/heads/main\\n' 1;;
      *fetch*) \(fetch);;
      esac

      """)
    chmod(fake, 0o755)
    return RemoteAccess(
      transport: .git, timeoutSeconds: 50,
      environment: ["PATH": folder.file("bin") + ":/usr/bin:/bin"])
  }

  @Test("a fetch that is cancelled has ended when the caller goes on")
  func cancelled() async throws {
    let access = try access(
      "trap 'sleep 0.3; rm r/shallow.lock; exit 1' TERM; : > r/shallow.lock; sleep 60 & wait")
    let repository = try GitRepository.initialize(at: folder.file("r"), bare: true)
    let task = Task { try await repository.fetch("file:///x", branch: "main", access: access) }
    while folder.read("r/shallow.lock") == nil { try await Task.sleep(for: .milliseconds(5)) }
    #expect(try repository.lockState(of: "main").gitLocks == ["shallow.lock"])
    task.cancel()
    await #expect(throws: GitError.cancelled(remote: "file:///x")) { try await task.value }
    #expect(folder.read("r/shallow.lock") == nil)
  }

  @Test("locks of a killed fetch are removed by the next run, and those of others are not")
  func killed() async throws {
    let access = try access(
      """
      mkdir -p r/refs/nsx-antrea/fetched
      for lock in shallow refs/nsx-antrea/fetched/main packed-refs; do : > r/$lock.lock; done
      kill -9 $PPID
      """)
    let path = folder.file("r")
    _ = try GitRepository.initialize(at: path, bare: true)
    let tools = try #require(access.environment["PATH"])
    await #expect(processExitsWith: .signal(SIGKILL)) {
      [path = path as String, tools = tools as String] in
      let repository = try GitRepository.open(at: path)
      try repository.lockForWriting(holder: "killed")
      let access = RemoteAccess(
        transport: .git, timeoutSeconds: 50, environment: ["PATH": tools])
      _ = try await repository.fetch("file:///x", branch: "main", access: access)
    }
    #expect(folder.read("r/shallow.lock") != nil)
    let next = try GitRepository.open(at: path)
    #expect(try next.lockState(of: "main").gitLocks == ["packed-refs.lock"])
    try next.lockForWriting(holder: "next")
    #expect(folder.read("r/shallow.lock") == nil)
    #expect(folder.read("r/refs/nsx-antrea/fetched/main.lock") == nil)
    #expect(folder.read("r/packed-refs.lock") != nil)
  }
}
