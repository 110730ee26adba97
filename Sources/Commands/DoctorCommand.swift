import ArgumentParser
import Workflow

/// `doctor`.
struct DoctorCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look at everything that makes the integration fail, and say how to mend it.",
    discussion: """
      One pass over the configuration, the repository, NSX and each cluster: reachability, \
      certificates, clocks, rights, versions, feature gates, webhooks, tiers, other writers, locks \
      and leftovers; docs/doctor.md lists the checks. It changes nothing. The exit status is that \
      of the first failure; warnings count with --strict.
      """)
  @OptionGroup var global: GlobalOptions
  @OptionGroup var clusters: ClusterOptions
  @OptionGroup var fleet: FleetOptions
  @Flag(help: "Exit with 1 where there are only warnings, too.")
  var strict = false
  @Option(
    help: ArgumentHelp(
      "Warn where the last run ended longer ago, for example 2h; default: three times health.runInterval.",
      valueName: "time"))
  var maxAge: String?
  var flags: [String: String] { fleet.flags }

  func validate() throws {
    if let maxAge, Settings.duration(maxAge) == nil {
      throw ValidationError("--max-age \(maxAge): write it as 90s, 30m or 2h")
    }
  }

  func run(in run: Run) async throws -> ExitStatus {
    try await run.doctor(
      clusters: clusters.names, strict: strict, maxAge: maxAge.flatMap { Settings.duration($0) })
  }
}
