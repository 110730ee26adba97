import ArgumentParser
import Workflow

/// `report`.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Report the clusters' state to NSX.",
    subcommands: [
      Inventory.self, Realization.self, Statistics.self, Health.self, Everything.self,
      Groups.self,
    ])

  /// `report inventory`.
  struct Inventory: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "inventory",
      abstract: "Bring NSX's inventory of the clusters up to date.",
      discussion:
        "Sends the difference between what NSX has and what the clusters have: nodes, namespaces, pods, services, ingresses, gateways, policies, egresses and IP pools. See docs/inventory.md."
    )
    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: ReportOptions
    @OptionGroup var deletion: DeletionOptions
    @Flag(help: "Delete what nsx-antrea wrote into the inventory, and only that.")
    var remove = false
    @Flag(help: "With --remove: do not ask.")
    var yes = false
    @Option(
      name: .customLong("inventory-id"),
      help: ArgumentHelp(
        "With --remove: the container cluster (external_id) that the cluster had under a former name or inventoryID.",
        valueName: "id"))
    var inventoryID: String?
    var flags: [String: String] { options.flags.merging(deletion.flags) { $1 } }
    func validate() throws {
      if yes, !remove { throw ValidationError("--yes: only --remove asks") }
      if inventoryID != nil, !remove {
        throw ValidationError(
          "--inventory-id: only with --remove; else it is set in the configuration")
      }
    }
    func run(in run: Run) async throws -> ExitStatus {
      remove
        ? try await run.removeInventory(
          clusters: options.clusters.names, id: inventoryID, dryRun: options.dryRun,
          approved: yes)
        : try await run.report(options.request([.inventory]))
    }
  }

  /// `report realization`.
  struct Realization: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "realization",
      abstract: "Tell NSX's inventory how far the policies are realized.")
    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: ReportOptions
    var flags: [String: String] { options.flags }
    func run(in run: Run) async throws -> ExitStatus {
      try await run.report(options.request([.realization]))
    }
  }

  /// `report statistics`.
  struct Statistics: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "statistics",
      abstract: "Put the counters of the policies into their objects of NSX's inventory.",
      discussion: "NSX has no way to write what its own rule statistics show.")
    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: ReportOptions
    var flags: [String: String] { options.flags }
    func run(in run: Run) async throws -> ExitStatus {
      try await run.report(options.request([.statistics]))
    }
  }

  /// `report health`.
  struct Health: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "health",
      abstract: "Tell NSX how the clusters are, by its status call and in its inventory.")
    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: ReportOptions
    var flags: [String: String] { options.flags }
    func run(in run: Run) async throws -> ExitStatus {
      try await run.report(options.request([.health]))
    }
  }

  /// `report all`.
  struct Everything: ToolCommand {
    static let configuration = CommandConfiguration(
      commandName: "all",
      abstract:
        "Report inventory, realization, statistics and health in one pass, and bring the groups of addresses up to date."
    )
    @OptionGroup var global: GlobalOptions
    @OptionGroup var options: ReportOptions
    @OptionGroup var deletion: DeletionOptions
    var flags: [String: String] { options.flags.merging(deletion.flags) { $1 } }
    func run(in run: Run) async throws -> ExitStatus {
      var request = options.request(Set(ReportPart.allCases))
      request.includesGroups = true
      return try await run.report(request)
    }
  }
}

/// What every report takes.
struct ReportOptions: ParsableArguments {
  @OptionGroup var clusters: ClusterOptions
  @OptionGroup var fleet: FleetOptions
  @Flag(help: "Print what would be sent; send nothing.")
  var dryRun = false

  var flags: [String: String] { fleet.flags }

  /// The report of some parts.
  func request(_ parts: Set<ReportPart>) -> ReportRequest {
    ReportRequest(parts, clusters: clusters.names, dryRun: dryRun)
  }
}

/// How much of an inventory a report may delete.
struct DeletionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Most objects that may be deleted, or their share: 25 or 40%.", valueName: "n"))
  var maxDeletes: String?

  var flags: [String: String] { maxDeletes.map { ["inventory.maxDeletes": $0] } ?? [:] }
}
