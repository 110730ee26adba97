import ArgumentParser
import Workflow

/// `import`.
struct ImportCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Bring Kubernetes NetworkPolicies into NSX's distributed firewall.",
    discussion: """
      Each NetworkPolicy becomes a policy of what it allows and one that drops the rest, as NSX \
      4.2's own import makes them, spanned to the cluster and placed after the policies of \
      Application that are there. The plan is shown and proved: translated back, NSX's policies \
      must decide as the originals do. The originals stay where they are unless \
      --delete-originals is given, which works once `nsx-antrea sync` has brought NSX's policies \
      to the cluster.

      --cluster-objects and --nsx-snapshot plan without a cluster or NSX; nothing is written then.
      """)
  @OptionGroup var global: GlobalOptions
  @Option(
    name: .customLong("namespace"), parsing: .upToNextOption,
    help: "The namespaces whose policies are imported.")
  var namespaces: [String] = []
  @Flag(help: "Import the policies of all namespaces.")
  var allNamespaces = false
  @Flag(
    help:
      "Import Antrea's own policies as well, those of the whole cluster with --all-namespaces.")
  var antrea = false
  @Option(
    name: .customLong("name"), parsing: .upToNextOption, help: "Only the policies of these names.")
  var names: [String] = []
  @Option(
    help: ArgumentHelp(
      "Only the policies with these labels: key=value or key, with commas between.",
      valueName: "labels"))
  var selector: String?
  @Option(
    help: ArgumentHelp("The cluster; needed where several are configured.", valueName: "name"))
  var cluster: String?
  @Option(
    help: ArgumentHelp(
      "Plan with these objects (what kubectl get -o json or yaml prints, or a folder of such files) instead of the cluster's.",
      valueName: "file"))
  var clusterObjects: String?
  @Option(
    help: ArgumentHelp("Plan against this snapshot instead of NSX.", valueName: "file"))
  var nsxSnapshot: String?
  @Flag(help: "Show the plan; write nothing.")
  var dryRun = false
  @Flag(help: "Exit with 2 when there are differences and nothing is written.")
  var exitCode = false
  @Flag(help: "Do not ask.")
  var yes = false
  @Flag(help: "Leave out policies that NSX cannot say exactly.")
  var skipUnsupported = false
  @Flag(help: "Take away imports of policies that are there and were not chosen.")
  var removeDeselected = false
  @Flag(help: "Take away the last import of a namespace whose policies are gone.")
  var allowEmpty = false
  @Flag(help: "Delete the originals, where the cluster decides the same without them.")
  var deleteOriginals = false
  @Flag(
    help:
      "The cluster was built anew under its name: what was imported from the former one is its own."
  )
  var rebuiltCluster = false
  @Option(help: ArgumentHelp("Most imported objects that may be deleted.", valueName: "n|p%"))
  var maxDeletes: String?
  @Option(
    help: ArgumentHelp(
      "Where new policies go in Application; default: after those that are there.",
      valueName: "a-b"))
  var sequenceNumbers: String?
  @Option(
    help: ArgumentHelp(
      "How long to wait for a Lease that another run holds, for example 2m; default: not at all.",
      valueName: "time"))
  var lockTimeout: String?

  var flags: [String: String] {
    var result: [String: String] = [:]
    if let maxDeletes { result["apply.maxDeletes"] = maxDeletes }
    if let lockTimeout { result["apply.lockTimeout"] = lockTimeout }
    return result
  }

  func validate() throws { _ = try range() }

  private func range() throws -> ClosedRange<Int64>? {
    guard let sequenceNumbers else { return nil }
    let bounds = sequenceNumbers.split(separator: "-", omittingEmptySubsequences: false)
      .map { Int64($0) }
    guard bounds.count == 2, let lower = bounds[0], let upper = bounds[1], lower >= 0,
      lower < upper, upper <= 999_999
    else {
      throw ValidationError(
        "--sequence-numbers \(sequenceNumbers): write it as A-B with numbers from 0 to 999999")
    }
    return lower...upper
  }

  func run(in run: Run) async throws -> ExitStatus {
    var request = ImportRequest()
    request.cluster = cluster
    request.namespaces = namespaces
    request.isEverywhere = allNamespaces
    request.includesAntrea = antrea
    request.names = names
    request.selector = selector
    request.clusterObjects = clusterObjects
    request.nsxSnapshot = nsxSnapshot
    request.isDryRun = dryRun
    request.isApproved = yes
    request.skipsUnsupported = skipUnsupported
    request.removesDeselected = removeDeselected
    request.allowsEmpty = allowEmpty
    request.deletesOriginals = deleteOriginals
    request.isRebuilt = rebuiltCluster
    request.sequenceNumbers = try range()
    request.tellsDifferences = exitCode
    return try await run.importPolicies(request)
  }
}
