import ChildProcesses
import Foundation
import Testing

@testable import GitRepository

/// A folder that is removed with the value.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/git-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    let url = URL(fileURLWithPath: file(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
    return url.path
  }

  func read(_ name: String) -> String? { try? String(contentsOfFile: file(name), encoding: .utf8) }
}

/// What a program printed and how it ended.
struct RunResult {
  var status: Int32
  var output: String
  var errors: String
  var trimmed: String { output.trimmingCharacters(in: .whitespacesAndNewlines) }
}

/// Runs a program to its end with the settings of the user shut out.
@discardableResult
func run(_ arguments: [String], in folder: String? = nil, input: String? = nil) throws -> RunResult
{
  let run = try ProgramRun.blocking(
    arguments, environment: testEnvironment, folder: folder, input: input ?? "")
  return RunResult(status: run.status ?? -1, output: run.output, errors: run.errors)
}

let testEnvironment: [String: String] = {
  var environment = ProcessInfo.processInfo.environment
  environment["GIT_CONFIG_GLOBAL"] = "/dev/null"
  environment["GIT_CONFIG_NOSYSTEM"] = "1"
  environment["GIT_AUTHOR_NAME"] = "Test"
  environment["GIT_AUTHOR_EMAIL"] = "test@example.com"
  environment["GIT_COMMITTER_NAME"] = "Test"
  environment["GIT_COMMITTER_EMAIL"] = "test@example.com"
  return environment
}()

/// Whether a program is on PATH or in the folders of daemons.
func program(_ name: String) -> String? {
  let path = (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/sbin:/sbin"
  return path.split(separator: ":").map { "\($0)/\(name)" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }
}

let somebody = GitSignature(name: "Anna Example", email: "anna@example.com", time: 1_700_000_000)

func request(
  _ files: [String: String], folder: String = "clusters/prod-a", branch: String? = nil,
  message: String = "Render prod-a"
) -> CommitRequest {
  CommitRequest(
    branch: branch,
    folders: [
      GitFolder(path: folder, files: files.map { GitFile(path: $0.key, text: $0.value) })
    ], author: somebody, message: message)
}

/// `git fsck --strict` must have nothing to say.
func expectSound(_ path: String) throws {
  let result = try run(["git", "-C", path, "fsck", "--strict", "--full"])
  #expect(result.status == 0, "\(result.output)\(result.errors)")
}

extension GitError {
  var isBranchMoved: Bool { if case .branchMoved = self { true } else { false } }
  var isNotClean: Bool { if case .folderNotClean = self { true } else { false } }
}
