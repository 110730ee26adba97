import ArgumentParser
import Workflow

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
