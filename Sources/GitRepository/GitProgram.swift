import Glibc

/// Speaks to a remote with the installed `git`.
///
/// Secrets go by environment only. Decisions rest on exit statuses, on
/// `--porcelain` output and on git's credential protocol: our helper is asked
/// for credentials (`get`) and told when they were refused (`erase`).
struct GitProgram {
  let program: String
  let repository: String
  let remote: RemoteAddress
  let access: RemoteAccess
  let stop: StopFlag

  /// Where the remote reference is; `nil` when there is no such one.
  func remoteTip(_ reference: String) throws(GitError) -> ObjectID? {
    let result = try run(["ls-remote", "--exit-code", "--", remote.name, reference])
    if result.status == 2 { return nil }
    try require(result)
    for line in result.output.split(separator: "\n") {
      let fields = line.split(separator: "\t")
      if fields.count == 2, fields[1] == reference {
        return ObjectID(hex: String(fields[0]))
      }
    }
    return nil
  }

  /// Brings the commits of a remote reference into a local one.
  func fetch(_ source: String, into reference: String, depth: Int?) throws(GitError) {
    let depth = depth.map { ["--depth", String($0)] } ?? []
    try require(
      try run(
        ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head"] + depth
          + ["--", remote.name, "+\(source):\(reference)"]))
  }

  /// Brings all commits that a shallow repository lacks.
  func unshallow(_ branches: [String]) throws(GitError) {
    let specs = branches.map { "+refs/heads/\($0):refs/nsx-antrea/fetched/\($0)" }
    try require(
      try run(
        ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--unshallow", "--"]
          + [remote.name] + specs))
  }

  /// Pushes one commit to a branch.
  func push(_ commit: ObjectID, to branch: String) throws(GitError) -> PushReport {
    let spec = "\(commit):refs/heads/\(branch)"
    let options = access.pushOptions.map { "--push-option=\($0)" }
    let result = try run(["push", "--porcelain"] + options + ["--", remote.name, spec])
    for line in result.output.split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 3, fields[1].hasSuffix(":refs/heads/\(branch)") else { continue }
      switch fields[0] {
      case "=": return .upToDate
      case " ", "*", "+": return .pushed(created: fields[0] == "*")
      default: return .refused(String(fields[2]))
      }
    }
    try require(result)
    throw .remoteFailed(remote: remote.url, detail: "git push gave no result")
  }

  /// Lets git go through a push without sending anything. That the branch has moved
  /// is no matter here: the connection was granted.
  func checkPush(_ commit: ObjectID, to branch: String) throws(GitError) {
    let result = try run(
      ["push", "--dry-run", "--porcelain", "--force", "--", remote.name]
        + ["\(commit):refs/heads/\(branch)"])
    try require(result)
  }

  /// Makes a copy of the remote.
  func clone(to path: String, branch: String?, bare: Bool) throws(GitError) {
    var arguments = ["clone", "--quiet"]
    if bare { arguments.append("--bare") }
    if let branch { arguments += ["--branch", branch] }
    try require(try run(arguments + ["--", remote.name, path], inside: false))
  }

  private func run(_ arguments: [String], inside: Bool = true) throws(GitError)
    -> (status: Int32, output: String, errors: String, refused: Bool)
  {
    var template = Array(
      "\(access.environment["TMPDIR"] ?? "/tmp")/nsx-antrea-git-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else {
      throw FileSystem.failed("temporary folder", "create")
    }
    let folder = String(cString: made)
    let marker = folder + "/refused"
    defer {
      unlink(marker)
      rmdir(folder)
    }
    do {
      let result = try ChildProcess.run(
        program, (inside ? ["-C", repository] : []) + arguments, environment: environment(marker),
        seconds: access.timeoutSeconds, stop: stop)
      return (
        result.status, result.output, result.errors, Glibc.access(marker, F_OK) == 0
      )
    } catch {
      switch error {
      case .timedOut: throw .timedOut(remote: remote.url, seconds: access.timeoutSeconds)
      case .stopped: throw .cancelled(remote: remote.url)
      case .notStarted(let code): throw .file(path: program, operation: "start", errno: code)
      }
    }
  }

  private func require(
    _ result: (status: Int32, output: String, errors: String, refused: Bool)
  ) throws(GitError) {
    guard result.status != 0 else { return }
    if result.refused { throw .credentialsRefused(remote: remote.url) }
    let words = result.errors.split(separator: "\n").suffix(3).joined(separator: "; ")
    throw .remoteFailed(remote: remote.url, detail: words)
  }

  /// git's settings, none of them in the argument list.
  private func environment(_ marker: String) -> [String: String] {
    var environment = access.environment
    environment["LC_ALL"] = "C"
    environment["GIT_TERMINAL_PROMPT"] = "0"
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_ASKPASS"] {
      environment[name] = nil
    }
    // Nobody is there to answer: a question of git or ssh ends the exchange.
    environment["SSH_ASKPASS"] = "false"
    environment["SSH_ASKPASS_REQUIRE"] = "force"
    var settings: [(key: String, value: String)] = []
    if let file = access.certificateAuthorityFile {
      settings.append(("http.sslCAInfo", file))
      environment["GIT_SSL_CAINFO"] = file
    }
    if let origin = remote.origin {
      environment["NSX_ANTREA_GIT_REFUSED"] = marker
      let key = "credential.\(origin).helper"
      if case .basic(let user, let password)? = access.credentials ?? remote.credentials {
        environment["NSX_ANTREA_GIT_USER"] = user
        environment["NSX_ANTREA_GIT_PASSWORD"] = password
        settings += [("credential.helper", ""), (key, ""), (key, Self.answeringHelper)]
      } else {
        settings.append((key, Self.watchingHelper))
      }
    }
    if let command = sshCommand { environment["GIT_SSH_COMMAND"] = command }
    let first = Int(environment["GIT_CONFIG_COUNT"] ?? "") ?? 0
    for (index, setting) in settings.enumerated() {
      environment["GIT_CONFIG_KEY_\(first + index)"] = setting.key
      environment["GIT_CONFIG_VALUE_\(first + index)"] = setting.value
    }
    environment["GIT_CONFIG_COUNT"] = String(first + settings.count)
    return environment
  }

  private static let answeringHelper =
    "!f() { case \"$1\" in get) printf 'username=%s\\npassword=%s\\n' \"$NSX_ANTREA_GIT_USER\""
    + " \"$NSX_ANTREA_GIT_PASSWORD\";; erase) : > \"$NSX_ANTREA_GIT_REFUSED\";; esac; }; f"

  /// Is asked after the user's own helpers had nothing, or told of a refusal.
  private static let watchingHelper =
    "!f() { case \"$1\" in get|erase) : > \"$NSX_ANTREA_GIT_REFUSED\";; esac; }; f"

  private var sshCommand: String? {
    var options: [String] = []
    if case .sshKey(let file)? = access.credentials {
      options += ["-i", file, "-o", "IdentitiesOnly=yes"]
    }
    if let file = access.knownHostsFile {
      options += ["-o", "UserKnownHostsFile=\"\(file)\"", "-o", "GlobalKnownHostsFile=/dev/null"]
      options += ["-o", "StrictHostKeyChecking=yes"]
    }
    guard !options.isEmpty else { return nil }
    options += ["-o", "BatchMode=yes"]
    let quoted = options.map { option in
      "'"
        + option.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
        + "'"
    }
    return (["ssh"] + quoted).joined(separator: " ")
  }
}

/// What a transport learnt from a push; the caller finds out what a refusal
/// means by looking at the remote again.
enum PushReport: Sendable {
  case upToDate
  case pushed(created: Bool)
  case refused(String)
}
