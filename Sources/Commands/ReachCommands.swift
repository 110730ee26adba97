import ArgumentParser
import Workflow

/// Two ends and what passes between them.
struct FlowOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Who opens the connection: namespace/pod, a pod's name, namespace/workload, a Node's name or one address; pod:, workload: or node: before it says which.",
      valueName: "pod|ip"))
  var from: String?
  @Option(
    help: ArgumentHelp(
      "Who is spoken to: as --from, or a Service (svc:namespace/name, its name in the DNS or its address).",
      valueName: "pod|ip|service"))
  var to: String?
  @Option(
    help: ArgumentHelp(
      "Port at the destination, of a Service its own, for example 443/tcp or 53/udp; tcp where no protocol is named.",
      valueName: "port"))
  var port: String?
  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp(
      "icmp or icmpv6 (an echo request; icmp/TYPE[/CODE] for others), igmp, or the number of a protocol without ports; tcp, udp or sctp beside --port.",
      valueName: "name"))
  var protocolName: String?
}

/// What rules a question is asked of.
struct SubjectOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Ask NSX's own rules in this snapshot; with --desired, translate it.", valueName: "file"))
  var nsxSnapshot: String?
  @Option(
    help: ArgumentHelp(
      "The git repository or folder with the rendered tree: for the names of rules, and with --desired what is wanted.",
      valueName: "dir"))
  var repo: String?
  @Option(
    help: ArgumentHelp("The cluster; needed where several are configured.", valueName: "name"))
  var cluster: String?
  @Option(
    help: ArgumentHelp(
      "Pods, policies, … (what kubectl get -o json or yaml prints, or a folder of such files) instead of the cluster's.",
      valueName: "file"))
  var clusterObjects: String?

  var source: DesiredSource {
    DesiredSource(
      snapshot: nsxSnapshot, repository: repo, clusters: cluster.map { [$0] } ?? [])
  }
}

/// `reach`.
struct ReachCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "reach",
    abstract: "Tell who reaches whom, and by which rules.",
    discussion: """
      By default the policies of the cluster as they are decide: those of NSX, other policies of \
      Antrea and Kubernetes NetworkPolicies. With --desired it is the cluster after the plan; \
      with --nsx-snapshot alone, NSX's own rules. Without --from or --to it prints a table of all \
      others, with both and neither --port nor --protocol what passes of all traffic.
      """)
  @OptionGroup var global: GlobalOptions
  @OptionGroup var flow: FlowOptions
  @OptionGroup var subject: SubjectOptions
  @Flag(help: "Ask about the cluster as it is after the plan.")
  var desired = false
  @Option(
    help:
      "A table of what passes between all namespaces, or all groups that policies use; with --port or --protocol of that alone."
  )
  var matrix: ReachQuestion.Matrix?
  @Option(help: "Exit with 2 unless every flow is as expected: allow or deny.")
  var expect: ReachQuestion.Expectation?
  func run(in run: Run) async throws -> ExitStatus {
    try await run.reach(
      ReachQuestion(
        from: flow.from, to: flow.to, port: flow.port, protocolName: flow.protocolName,
        matrix: matrix, isDesired: desired, expectation: expect,
        clusterObjects: subject.clusterObjects),
      source: subject.source)
  }
}

extension ReachQuestion.Matrix: ExpressibleByArgument {}
extension ReachQuestion.Expectation: ExpressibleByArgument {}
