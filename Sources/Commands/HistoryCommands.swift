import ArgumentParser
import Workflow

/// `rollback`.
struct RollbackCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Bring the trees of an earlier commit back, and apply them.",
    discussion: """
      Makes a new commit with the clusters' trees as they were, plans, asks, and applies as \
      always. NSX is not changed: the next render or sync writes its state again.
      """)
  @OptionGroup var global: GlobalOptions
  @Option(help: ArgumentHelp("The commit, tag or branch to go back to.", valueName: "commit"))
  var to: String
  @Option(help: ArgumentHelp("The git repository with the rendered trees.", valueName: "dir"))
  var repo: String?
  @OptionGroup var clusters: ClusterOptions
  @OptionGroup var branch: BranchOptions
  @OptionGroup var live: LiveOptions
  @Flag(
    name: .customLong("no-apply"),
    help: "Only commit, and push where there is a remote; --branch implies it.")
  var noApply = false
  @Flag(help: "Do not ask.")
  var yes = false
  @Flag(help: "Wait until Antrea has realized the policies.")
  var wait = false
  @OptionGroup var lock: LockOptions
  var flags: [String: String] {
    branch.flags.merging(live.flags) { $1 }.merging(lock.flags) { $1 }
  }
  func run(in run: Run) async throws -> ExitStatus {
    try await run.rollback(
      RollbackRequest(
        to: to, repository: repo, clusters: clusters.names, applies: !noApply),
      approved: yes, wait: wait)
  }
}

/// `log`.
struct LogCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "Show who changed what in NSX, from the repository's history.",
    discussion: """
      Each commit of the repository with the NSX policies, rules and groups that changed in it, \
      who changed them in NSX and when, and the differences in words.
      """)
  @OptionGroup var global: GlobalOptions
  @Option(help: ArgumentHelp("The git repository with the rendered trees.", valueName: "dir"))
  var repo: String?
  @OptionGroup var ref: RefOptions
  @OptionGroup var clusters: ClusterOptions
  @Option(
    help: ArgumentHelp(
      "Only what is about this policy, rule or group: its NSX path, display name or rule id, or the name of an Antrea object or rule.",
      valueName: "path|name"))
  var policy: String?
  @Option(
    help: ArgumentHelp(
      "Only commits since then: 2026-01-31, 2026-01-31T12:00Z, or 24h, 7d, 2w ago.",
      valueName: "time"))
  var since: String?
  @Option(help: ArgumentHelp("Most commits to show.", valueName: "n"))
  var limit: Int?
  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit \(limit): must be at least 1") }
  }
  func run(in run: Run) async throws -> ExitStatus {
    try await run.log(
      LogQuestion(
        repository: repo, ref: ref.ref, clusters: clusters.names, subject: policy, since: since,
        limit: limit))
  }
}
