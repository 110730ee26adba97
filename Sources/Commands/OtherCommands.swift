import ArgumentParser
import Workflow

/// `init`.
struct InitCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write a starting configuration.")
  @OptionGroup var global: GlobalOptions
  @Option(help: ArgumentHelp("URL of the NSX Manager.", valueName: "url"))
  var manager: String?
  @Option(name: .customLong("cluster"), help: "Name of a cluster; may be repeated.")
  var clusters: [String] = []
  @Flag(help: "Replace an existing file.")
  var force = false
  /// Tells the configuration reader that a missing `--config` file is to be written.
  var flags: [String: String] { ["init": "true"] }
  func run(in run: Run) async throws -> ExitStatus {
    try run.initialize(
      path: global.config ?? "nsx-antrea.yaml", manager: manager, clusters: clusters, force: force)
  }
}

/// `config`.
struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Show the configuration.", subcommands: [Show.self])

  /// `config show`.
  struct Show: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Print the settings in force, without secrets.")
    @OptionGroup var global: GlobalOptions
    @Flag(help: "Tell where each value came from.")
    var origin = false
    func run(in run: Run) async throws -> ExitStatus { try run.showConfiguration(origins: origin) }
  }
}

/// `version`.
struct VersionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Print the version.")
  /// The version and those of the libraries.
  static let text = Run.version
  @OptionGroup var global: GlobalOptions
  // It reads no configuration: it must answer where that is broken.
  func run() async throws {
    let form = try global.flags()["output"] ?? "text"
    guard ["text", "json", "ndjson"].contains(form) else {
      throw ValidationError("--output \(form): must be text, json or ndjson")
    }
    print(
      form == "text"
        ? "nsx-antrea \(Run.version)" : "{\"schemaVersion\":1,\"version\":\"\(Run.version)\"}")
  }
}

/// `sandbox`.
struct SandboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox",
    abstract: "Start the embedded NSX Manager and Kubernetes APIs with example data.",
    discussion: "Runs nsx-antrea-sandbox, which stands beside this program or on PATH.")
  @OptionGroup var global: GlobalOptions
  @Option(
    help: ArgumentHelp(
      "Folder for its certificates, kubeconfig and configuration.", valueName: "dir"))
  var state = "nsx-antrea-sandbox"
  func run() async throws {
    let status = Run.startSandbox(arguments: ["--state", state])
    if status != .success { throw ArgumentParser.ExitCode(status.rawValue) }
  }
}
