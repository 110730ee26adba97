import ArgumentParser
import Workflow

/// The status that tells of differences. A command takes the options of its
/// subcommands that it has itself, and shares them with them only in groups.
struct DifferenceStatus: ParsableArguments {
  @Flag(help: "Exit with 2 when there are differences.")
  var exitCode = false
}

/// `plan`.
struct PlanCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show what apply would do to the clusters.",
    discussion: """
      What is wanted comes from the tree of --repo or of the configuration, from --nsx-snapshot, \
      or from NSX. It is proved to do what NSX says: what was translated against what it was \
      translated from, a tree against NSX as it is now, or against the snapshot beside --repo. A \
      difference is refused (3); a tree that was rendered from an earlier state of NSX, or that \
      --ref names, is not, and the plan says that it is not proved. Nor does it need NSX: where \
      that cannot be read, the plan says so and goes on.

      --out saves the plan for `apply --plan`, which does exactly that or refuses. \
      --output markdown prints a comment for a merge request.
      """,
    subcommands: [PlanShowCommand.self])
  @OptionGroup var global: GlobalOptions
  @OptionGroup var source: SourceOptions
  @OptionGroup var ref: RefOptions
  @OptionGroup var live: LiveOptions
  @OptionGroup var proof: ProofOptions
  @OptionGroup var objects: ObjectOptions
  @Option(help: ArgumentHelp("Write the plan for apply --plan.", valueName: "file"))
  var out: String?
  @OptionGroup var status: DifferenceStatus
  @Option(help: "Check the objects here (local) or by a dry run of the cluster (server).")
  var verify: PlanVerification = .local
  var flags: [String: String] {
    source.flags.merging(live.flags) { $1 }.merging(proof.flags) { $1 }
      .merging(global.markdownFlags) { $1 }
  }
  func run(in run: Run) async throws -> ExitStatus {
    try await run.plan(
      ref.of(source.source), clusterObjects: objects.clusterObjects, out: out,
      exitCode: status.exitCode,
      verify: verify, isMarkdown: global.isMarkdown)
  }
}

extension PlanVerification: ExpressibleByArgument {}

/// `plan show`.
struct PlanShowCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a plan that plan --out saved; asks no cluster.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: ArgumentHelp("The plan.", valueName: "file"))
  var file: String
  @OptionGroup var status: DifferenceStatus
  var flags: [String: String] { global.markdownFlags }
  func run(in run: Run) async throws -> ExitStatus {
    try run.showPlan(file, exitCode: status.exitCode, isMarkdown: global.isMarkdown)
  }
}

extension GlobalOptions {
  /// Whether a comment for a merge request is to be printed; only plans can be.
  var isMarkdown: Bool { output == "markdown" }
  /// The setting in its place: to other commands it is no form.
  var markdownFlags: [String: String] { isMarkdown ? ["output": "text"] : [:] }
}
