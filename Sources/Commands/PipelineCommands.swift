import ArgumentParser
import Workflow

/// Which clusters a command is about.
struct ClusterOptions: ParsableArguments {
  @Option(
    name: .customLong("cluster"), parsing: .upToNextOption,
    help: "Only these clusters; default: all of the configuration, or all of the snapshot.")
  var names: [String] = []
}

/// Where desired objects come from.
struct SourceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Translate this snapshot instead of reading NSX; plan and apply with a tree in --repo: prove the tree against it.",
      valueName: "file"))
  var nsxSnapshot: String?
  @Option(
    help: ArgumentHelp("The git repository or folder with the rendered tree.", valueName: "dir"))
  var repo: String?
  @Option(help: "What a rule that cannot be translated does: fail, skip-policy or fail-closed.")
  var onUnsupported: String?
  @OptionGroup var clusters: ClusterOptions
  @OptionGroup var fleet: FleetOptions

  var flags: [String: String] {
    var result = fleet.flags
    if let onUnsupported { result["translation.onUnsupported"] = onUnsupported }
    return result
  }
  var source: DesiredSource {
    DesiredSource(snapshot: nsxSnapshot, repository: repo, clusters: clusters.names)
  }
}

/// `pull`.
struct PullCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull", abstract: "Read NSX and write a snapshot file.")
  @OptionGroup var global: GlobalOptions
  @Option(help: ArgumentHelp("Snapshot file to write; - is standard output.", valueName: "file"))
  var to: String
  func run(in run: Run) async throws -> ExitStatus { try await run.pull(to: to) }
}

/// `render`.
struct RenderCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "render",
    abstract: "Translate, write clusters/<cluster>/… and commit when something changed.")
  @OptionGroup var global: GlobalOptions
  @OptionGroup var source: SourceOptions
  @Flag(
    name: .customLong("no-commit"), help: "Write files only; the folder need not be a repository.")
  var noCommit = false
  @Flag(name: .customLong("init"), help: "Make the repository when it is missing.")
  var initialize = false
  @Flag(help: "Follow repository.remote before the commit and push to it afterwards.")
  var push = false
  @OptionGroup var branch: BranchOptions
  var flags: [String: String] { source.flags.merging(branch.flags) { $1 } }
  func run(in run: Run) async throws -> ExitStatus {
    try await run.render(source.source, commit: !noCommit, initialize: initialize, push: push)
  }
}

/// `validate`.
struct ValidateCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract:
      "Print what cannot be translated exactly, and what deserves a look; change nothing.",
    discussion: """
      Beside the refusals of the translation: rules that never decide, repeated rules, rules that \
      allow or deny everything, groups without users. With --cluster-objects or --live also what \
      conditions match in the cluster, labels that NSX and Kubernetes read differently by their \
      case, and what the cluster's Antrea does not have.

      --output sarif prints SARIF 2.1.0 for code scanning.
      """)
  @OptionGroup var global: GlobalOptions
  @OptionGroup var source: SourceOptions
  @Option(
    help: ArgumentHelp(
      "What runs in the cluster: pods, namespaces, Services and CustomResourceDefinitions as kubectl get -o json or yaml prints them, or a folder of such files.",
      valueName: "file"))
  var clusterObjects: String?
  @Flag(help: "Read from the clusters what runs there.")
  var live = false
  @Option(help: "Exit with 65 when there is such a finding or a graver one.")
  var failOn: ValidateOptions.Threshold = .error

  private static let sarif = "sarif"
  var flags: [String: String] {
    // Only this command has it; to the others it is no form.
    source.flags.merging(global.output == Self.sarif ? ["output": "json"] : [:]) { $1 }
  }
  func run(in run: Run) async throws -> ExitStatus {
    try await run.validate(
      source.source,
      options: ValidateOptions(
        clusterObjects: clusterObjects, isLive: live, failOn: failOn,
        isSARIF: global.output == Self.sarif))
  }
}

extension ValidateOptions.Threshold: ExpressibleByArgument {}

/// Options of `plan`, `diff`, `apply` and `sync`.
struct LiveOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Most objects that may be deleted.", valueName: "n|p%"))
  var maxDeletes: String?
  @Flag(help: "Take fields over from other field managers.")
  var forceConflicts = false
  @Option(
    help: ArgumentHelp(
      "Whether to prove that the policies are NSX's and to show who reaches whom anew; lists pods, services, … in the cluster.",
      valueName: "on|off"))
  var connectivity: String?

  var flags: [String: String] {
    var result: [String: String] = [:]
    if let maxDeletes { result["apply.maxDeletes"] = maxDeletes }
    if forceConflicts { result["apply.forceConflicts"] = "true" }
    if let connectivity { result["plan.connectivity"] = connectivity }
    return result
  }
}

/// Whether NSX is read to prove a tree.
struct ProofOptions: ParsableArguments {
  @Flag(
    name: .customLong("no-pull"),
    help: "Do not read NSX to prove the tree of a repository; it is planned all the same.")
  var noPull = false

  var flags: [String: String] { noPull ? ["plan.pull": "false"] : [:] }
}

/// Live objects from a file.
struct ObjectOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Compare with these objects (what kubectl get -o json or yaml prints, or a folder of such files) instead of the cluster.",
      valueName: "file"))
  var clusterObjects: String?
}

/// `diff`.
struct DiffCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Show the differing objects as YAML.")
  @OptionGroup var global: GlobalOptions
  @OptionGroup var source: SourceOptions
  @OptionGroup var ref: RefOptions
  @OptionGroup var live: LiveOptions
  @OptionGroup var objects: ObjectOptions
  @Flag(help: "Compare with the tree in the repository instead of the cluster.")
  var git = false
  @Flag(help: "Exit with 2 when there are differences.")
  var exitCode = false
  var flags: [String: String] { source.flags.merging(live.flags) { $1 } }
  func run(in run: Run) async throws -> ExitStatus {
    try await run.diff(
      ref.of(source.source), againstRepository: git, clusterObjects: objects.clusterObjects,
      exitCode: exitCode
    )
  }
}

/// `apply`.
struct ApplyCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Make the clusters as the tree says.")
  @OptionGroup var global: GlobalOptions
  @OptionGroup var source: SourceOptions
  @OptionGroup var ref: RefOptions
  @OptionGroup var live: LiveOptions
  @OptionGroup var proof: ProofOptions
  @Option(
    help: ArgumentHelp("Do exactly what this plan says, or refuse as stale.", valueName: "file"))
  var plan: String?
  @Flag(help: "Do not ask.")
  var yes = false
  @Flag(help: "Wait until Antrea has realized the policies.")
  var wait = false
  @OptionGroup var lock: LockOptions
  var flags: [String: String] {
    source.flags.merging(live.flags) { $1 }.merging(proof.flags) { $1 }
      .merging(lock.flags) { $1 }
  }
  func validate() throws {
    if plan != nil, ref.ref != nil {
      throw ValidationError("--plan says what is applied, and --ref cannot change it: give one")
    }
  }
  func run(in run: Run) async throws -> ExitStatus {
    try await run.apply(ref.of(source.source), planFile: plan, approved: yes, wait: wait)
  }
}

/// `sync`.
struct SyncCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract:
      "Pull, render, commit, push, plan, apply, wait and report: the cron job's one command.")
  @OptionGroup var global: GlobalOptions
  @OptionGroup var source: SourceOptions
  @OptionGroup var live: LiveOptions
  @OptionGroup var lock: LockOptions
  var flags: [String: String] {
    source.flags.merging(live.flags) { $1 }.merging(lock.flags) { $1 }
  }
  func run(in run: Run) async throws -> ExitStatus { try await run.sync(source.source) }
}
