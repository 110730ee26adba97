import ArgumentParser

/// `nsx-antrea`.
public struct RootCommand: AsyncParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "nsx-antrea",
    abstract: "Translates NSX firewall policy to Antrea, exactly, by way of git.",
    discussion: """
      Every run is a stateless full sync: NSX is read, translated, rendered into a git \
      repository, compared with the cluster and applied; the cluster's inventory goes back to \
      NSX. Standard output carries data, standard error carries talk.

      Start with `nsx-antrea init` and `nsx-antrea doctor`, or without any NSX with \
      `nsx-antrea sandbox`.
      """,
    version: VersionCommand.text,
    subcommands: [
      PullCommand.self, RenderCommand.self, ValidateCommand.self, PlanCommand.self,
      DiffCommand.self, ApplyCommand.self, SyncCommand.self, StatusCommand.self,
      StatsCommand.self, HealthCommand.self, ReportCommand.self, ImportCommand.self,
      ReachCommand.self, ExplainCommand.self, TraceflowCommand.self, LogCommand.self,
      RollbackCommand.self,
      DoctorCommand.self, LogsCommand.self, SupportBundleCommand.self, InitCommand.self,
      ConfigCommand.self, VersionCommand.self, SandboxCommand.self,
    ])

  /// Creates the command.
  public init() {}
}

/// The program.
public enum Tool {
  /// What is wrong with a command line, without running it; `nil` for nothing.
  public static func complaint(about arguments: [String]) -> String? {
    do {
      _ = try RootCommand.parseAsRoot(GlobalArguments.moved(arguments))
      return nil
    } catch { return RootCommand.message(for: error) }
  }

  /// Parses the command line, runs the command and ends the process.
  public static func run() async {
    await RootCommand.main(GlobalArguments.moved(Array(CommandLine.arguments.dropFirst())))
  }
}
