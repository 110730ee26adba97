import ArgumentParser
import Workflow

/// `support-bundle`.
struct SupportBundleCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "support-bundle",
    abstract: "Gather all that somebody needs who looks for a fault from afar, in one archive.",
    discussion: """
      The tool's own part (versions, settings, doctor, plan, status, findings, provenance, health, \
      statistics, objects, logs, audit lines) is without the secrets that the tool knows. Antrea's bundles come from the \
      controller by way of the API server, and from each agent at its node's address; or agents \
      upload them to a file server (supportBundle.fileServer) where the gate \
      SupportBundleCollection is on. The manifest in the archive has the digest of every file, and \
      says what is missing and why; the exit status is 4 then. Whatever is made in a cluster for \
      it goes again.
      """)
  @OptionGroup var global: GlobalOptions
  @OptionGroup var clusters: ClusterOptions
  @OptionGroup var fleet: FleetOptions
  @Option(
    help: ArgumentHelp("The git repository or folder with the rendered tree.", valueName: "dir"))
  var repo: String?
  @Option(
    help: ArgumentHelp(
      "The archive; default: nsx-antrea-bundle-TIME.tar.gz here.", valueName: "file"))
  var out: String?
  @Option(name: .customLong("node"), help: "Only the agent of this node; may be repeated.")
  var nodes: [String] = []
  @Option(
    help: ArgumentHelp("How old logs may be, for example 2h; all: any age.", valueName: "time"))
  var since = "24h"
  @Option(
    help: ArgumentHelp("How long each of Antrea's bundles is waited for.", valueName: "time"))
  var wait = "10m"
  @Flag(help: "Only the tool's own part.")
  var withoutAntrea = false
  @Flag(help: "Without the audit lines of nodes, which need the right to get nodes/proxy.")
  var withoutAudit = false

  var flags: [String: String] {
    var result = fleet.flags
    if global.timeout == nil { result["timeout"] = "1h" }
    return result
  }

  func validate() throws {
    if since != "all", Settings.duration(since) == nil {
      throw ValidationError("--since \(since): write it as 30m or 24h, or all")
    }
    if Settings.duration(wait) == nil {
      throw ValidationError("--wait \(wait): write it as 90s or 10m")
    }
  }

  func run(in run: Run) async throws -> ExitStatus {
    var question = BundleQuestion(DesiredSource(repository: repo, clusters: clusters.names))
    question.out = out
    question.nodes = nodes
    question.since = since == "all" ? nil : Settings.duration(since)
    question.wait = Settings.duration(wait) ?? question.wait
    question.withAntrea = !withoutAntrea
    question.withAudit = !withoutAudit
    return try await run.supportBundle(question)
  }
}
