import ArgumentParser
import Workflow

/// `status`.
struct StatusCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show how far each NSX policy has got: in git, in the cluster, on the nodes.",
    discussion: """
      Compares the rendered tree with the clusters and reads what Antrea reports. With --nsx, or \
      with a snapshot, the tree is compared with NSX as well. It changes nothing.
      """)
  @OptionGroup var global: GlobalOptions
  @OptionGroup var source: SourceOptions
  @OptionGroup var ref: RefOptions
  @Flag(help: "Read NSX and tell what the tree lacks.")
  var nsx = false
  @Flag(help: "Exit with 2 unless everything is in git, in the cluster and realized.")
  var exitCode = false
  var flags: [String: String] { source.flags }
  func run(in run: Run) async throws -> ExitStatus {
    try await run.status(
      StatusQuestion(ref.of(source.source), asksNSX: nsx, exitCode: exitCode))
  }
}
