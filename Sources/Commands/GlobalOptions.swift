import ArgumentParser
import Workflow

/// The options that every command has.
struct GlobalOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Configuration file.",
      discussion:
        "Default: ./nsx-antrea.yaml, then nsx-antrea/nsx-antrea.yaml in the XDG configuration folder.",
      valueName: "file"))
  var config: String?
  @Option(
    help:
      "Form of what is printed: text, json or ndjson; validate: also sarif, plan: also markdown, stats: also csv and prometheus, health: also prometheus."
  )
  var output: String?
  @Option(help: "Colours: auto, always or never.")
  var color: String?
  @Option(help: "Least level that is logged: trace, debug, info, notice, warning or error.")
  var logLevel: String?
  @Option(help: "Form of the log: text or json.")
  var logFormat: String?
  @Option(help: "Limit for the whole run, for example 90s or 10m.")
  var timeout: String?
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Override one setting; may be repeated.", valueName: "key=value"))
  var overrides: [String] = []

  func validate() throws {
    for text in overrides {
      guard let key = SettingKey.named(String(text.prefix { $0 != "=" })), key.isSecret else {
        continue
      }
      throw ValidationError(
        "--set \(key.name): everybody on this machine can read command lines: use \(key.variable), or a file"
      )
    }
  }

  /// The settings that were given as flags, by name.
  func flags() throws -> [String: String] {
    var result: [String: String] = [:]
    for text in overrides {
      guard let equals = text.firstIndex(of: "=") else {
        throw ValidationError("--set \(text): write it as key=value")
      }
      let key = String(text[..<equals])
      guard SettingKey.named(key) != nil else {
        throw ValidationError("--set \(key): is not a setting; `nsx-antrea config show` lists them")
      }
      result[key] = String(text[text.index(after: equals)...])
    }
    for (name, value) in [
      ("output", output), ("color", color), ("logLevel", logLevel), ("logFormat", logFormat),
      ("timeout", timeout),
    ] {
      if let value { result[name] = value }
    }
    return result
  }
}

/// A command that runs in a ``Run`` and ends with an exit status.
protocol ToolCommand: AsyncParsableCommand {
  /// The global options.
  var global: GlobalOptions { get }
  /// Settings that the command's own flags override, by name.
  var flags: [String: String] { get }
  /// Does the work.
  func run(in run: Run) async throws -> ExitStatus
}

extension ToolCommand {
  var flags: [String: String] { [:] }

  func run() async throws {
    let given = try global.flags().merging(flags) { _, command in command }
    // Parsed options are only read from here on.
    nonisolated(unsafe) let command = self
    let status = await Run.perform(configuration: global.config, flags: given) {
      try await command.run(in: $0)
    }
    if status != .success { throw ArgumentParser.ExitCode(status.rawValue) }
  }
}
