import ArgumentParser
import Workflow

extension ReportCommand {
  /// `report groups`.
  struct Groups: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "groups",
      abstract: "Fill NSX groups with addresses of the clusters, for rules between them and VMs.",
      discussion: """
        `groups` in the configuration says which: pods and load balancers by namespaces and \
        labels, Nodes, pod CIDRs or Egress addresses. Only what differs is written. A group that \
        is not this tool's, or that would become empty, is refused.
        """)
    @OptionGroup var global: GlobalOptions
    @OptionGroup var clusters: ClusterOptions
    @OptionGroup var fleet: FleetOptions
    @Flag(help: "Print what would be written; write nothing.")
    var dryRun = false
    var flags: [String: String] { fleet.flags }
    func run(in run: Run) async throws -> ExitStatus {
      try await run.reportGroups(clusters: clusters.names, dryRun: dryRun)
    }
  }
}
