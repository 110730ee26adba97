import ArgumentParser
import Workflow

/// `explain`.
struct ExplainCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Tell where an object comes from, what became of an NSX object, or a flow's fate.",
    discussion: """
      TARGET is an Antrea object (Kind/name or a name), a rule name, an NSX rule id or an NSX \
      path; with --flows also what each of its rules decides in the cluster, and what decides \
      before it. A rule of NSX that left no rule in a cluster is told with the reason; where the \
      rules come from a tree, NSX is read for that. Instead of a target --from and --to name a \
      flow: every rule that concerns it is told, in order of evaluation, up to the one that \
      decides.
      """)
  @OptionGroup var global: GlobalOptions
  @Option(
    help: ArgumentHelp(
      "Translate this snapshot instead of reading a tree; of a flow, ask NSX's own rules.",
      valueName: "file"))
  var nsxSnapshot: String?
  @Option(
    help: ArgumentHelp("The git repository or folder with the rendered tree.", valueName: "dir"))
  var repo: String?
  @Option(name: .customLong("cluster"), help: "Only this cluster; may be repeated.")
  var clusters: [String] = []
  @OptionGroup var flow: FlowOptions
  @Flag(help: "Of a flow: as the cluster is after the plan.")
  var desired = false
  @Flag(help: "Tell what the rules decide; lists pods, services, … in the cluster.")
  var flows = false
  @Option(
    help: ArgumentHelp(
      "Pods, policies, … (what kubectl get -o json or yaml prints, or a folder of such files) instead of the cluster's.",
      valueName: "file"))
  var clusterObjects: String?
  @Argument(help: "Object, rule id or NSX path.")
  var target: String?

  func validate() throws {
    let isFlow = flow.from != nil || flow.to != nil
    if (target == nil) != isFlow {
      throw ValidationError("give a TARGET, or a flow by --from and --to")
    }
  }

  func run(in run: Run) async throws -> ExitStatus {
    let source = DesiredSource(snapshot: nsxSnapshot, repository: repo, clusters: clusters)
    guard let target else {
      return try await run.reach(
        ReachQuestion(
          from: flow.from, to: flow.to, port: flow.port, protocolName: flow.protocolName,
          isDesired: desired, explains: true, clusterObjects: clusterObjects), source: source)
    }
    return try await run.explain(
      target, source: source, flows: flows, clusterObjects: clusterObjects)
  }
}
