import ArgumentParser
import Workflow

/// `stats`.
struct StatsCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Show what Antrea counted, by NSX policy and rule.",
    discussion: """
      The halves and parts of one NSX rule are taken together, over all clusters. With --since \
      it shows what came on top, and since when a rule has seen no traffic; --since and --save \
      may be the same file. --output csv and --output prometheus print these forms.
      """)
  @OptionGroup var global: GlobalOptions
  @OptionGroup var clusters: ClusterOptions
  @OptionGroup var fleet: FleetOptions
  @Option(
    help: ArgumentHelp(
      "The git repository or folder with the rendered tree, which names the rules.",
      valueName: "dir"))
  var repo: String?
  @Option(help: ArgumentHelp("Compare with the counters of this file.", valueName: "file"))
  var since: String?
  @Option(help: ArgumentHelp("Save the counters in this file.", valueName: "file"))
  var save: String?
  @Flag(help: "Policies that were not made from NSX as well.")
  var all = false
  @Flag(help: "Only rules that have seen no traffic.")
  var unused = false

  private var form: StatisticsQuestion.Form? {
    global.output.flatMap { StatisticsQuestion.Form(rawValue: $0) }
  }
  var flags: [String: String] {
    // Only this command has these forms; to the others they are none.
    fleet.flags.merging(form != nil ? ["output": "text"] : [:]) { $1 }
  }
  func run(in run: Run) async throws -> ExitStatus {
    try await run.statistics(
      StatisticsQuestion(
        clusters: clusters.names, repository: repo, all: all, quietOnly: unused, since: since,
        save: save, form: form))
  }
}

/// `health`.
struct HealthCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Show how Antrea's controller and agents are, and the tool's last runs.",
    discussion: """
      HEALTHY, DEGRADED, UNKNOWN or FAILED for each cluster, with the reasons. What has not \
      reported for three intervals is UNKNOWN. --output prometheus prints that form.
      """)
  @OptionGroup var global: GlobalOptions
  @OptionGroup var clusters: ClusterOptions
  @OptionGroup var fleet: FleetOptions
  @Flag(help: "Exit with 2 unless every cluster is HEALTHY.")
  var exitCode = false

  private var isPrometheus: Bool { global.output == StatisticsQuestion.Form.prometheus.rawValue }
  var flags: [String: String] {
    fleet.flags.merging(isPrometheus ? ["output": "text"] : [:]) { $1 }
  }
  func run(in run: Run) async throws -> ExitStatus {
    try await run.health(
      HealthQuestion(clusters: clusters.names, exitCode: exitCode, isPrometheus: isPrometheus))
  }
}
