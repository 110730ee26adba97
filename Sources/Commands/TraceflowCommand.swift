import ArgumentParser
import Workflow

/// `traceflow`.
struct TraceflowCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "traceflow",
    abstract: "Send a packet through the cluster by Antrea's Traceflow and tell its way.",
    discussion: """
      The Node of the pod --from sends one packet to --to (an echo request where neither --port \
      nor --protocol is given, the first port of a Service); with --live none is sent, and the \
      first packet of a connection that others open is traced. The way through Nodes and \
      components is told with the rules of NSX that decided, and held against what `reach` \
      predicts: a difference is a finding and ends with 2, a trace without a result with 1. The \
      Traceflow object is deleted at the end, also when the run is stopped. With --file a list of \
      expected verdicts runs as a test; with --predict too, only the policies are asked, and \
      nothing is written to the cluster.
      """)
  @OptionGroup var global: GlobalOptions
  @OptionGroup var flow: FlowOptions
  @Option(help: "Port at the source; one by chance where none is given.")
  var sourcePort: Int?
  @Option(
    help: ArgumentHelp(
      "TCP flags, for example syn,ack, or as a number; syn where none are given.",
      valueName: "flags"))
  var tcpFlags: String?
  @Flag(help: "Between IPv6 addresses, where both ends have two families.")
  var ipv6 = false
  @Flag(help: "Wait for the first packet of a connection that others open.")
  var live = false
  @Flag(help: "With --live: only a packet that a policy drops.")
  var droppedOnly = false
  @Option(help: ArgumentHelp("How long Antrea tries, 1 to 300 seconds.", valueName: "seconds"))
  var traceTimeout = 20
  @Option(help: "Exit with 2 unless the packet passes (allow) or is stopped (deny).")
  var expect: ReachQuestion.Expectation?
  @Option(
    help: ArgumentHelp(
      "Run the checks of this file and exit with 2 unless all are met.", valueName: "file"))
  var file: String?
  @Flag(help: "With --file: ask the policies only, and trace nothing.")
  var predict = false
  @Option(
    help: ArgumentHelp("With --file: also write the results as JUnit XML.", valueName: "file"))
  var junit: String?
  @Option(
    help: ArgumentHelp("With --file: most traces at the same time, 1 to 14.", valueName: "n"))
  var parallel: Int?
  @Option(
    help: ArgumentHelp(
      "With --predict: pods, policies, … from this file instead of the cluster's.",
      valueName: "file"))
  var clusterObjects: String?
  @Flag(help: "List what people asked NSX to trace in the cluster.")
  var nsxRequests = false
  @Option(
    help: ArgumentHelp("Run a request that --nsx-requests lists.", valueName: "id"))
  var nsxRequest: String?
  @Flag(help: "With --nsx-request: write the result to the request in NSX, as a tag.")
  var tagResult = false
  @Option(
    help: ArgumentHelp(
      "The git repository or folder with the rendered tree: for the names of rules and the revisions of policies.",
      valueName: "dir"))
  var repo: String?
  @Option(
    help: ArgumentHelp("The cluster; needed where several are configured.", valueName: "name"))
  var cluster: String?

  func validate() throws {
    let ofChecks = predict || junit != nil || parallel != nil || clusterObjects != nil
    if file == nil, ofChecks {
      throw ValidationError("--predict, --junit, --parallel and --cluster-objects go with --file")
    }
    let ofOne =
      flow.from != nil || flow.to != nil || flow.port != nil || flow.protocolName != nil
      || sourcePort != nil || tcpFlags != nil || ipv6 || live || droppedOnly || expect != nil
    let others = [file != nil, nsxRequests, nsxRequest != nil].count { $0 }
    if others > 1 {
      throw ValidationError("--file, --nsx-requests and --nsx-request: give one of them")
    }
    if others == 1, ofOne {
      throw ValidationError("what is traced is said already: leave the options of one trace away")
    }
    if tagResult, nsxRequest == nil {
      throw ValidationError("--tag-result goes with --nsx-request")
    }
  }

  func run(in run: Run) async throws -> ExitStatus {
    let source = DesiredSource(repository: repo, clusters: cluster.map { [$0] } ?? [])
    if let file {
      return try await run.traceChecks(
        file,
        TraceCheckOptions(
          parallel: parallel ?? 4, timeout: traceTimeout, isPrediction: predict,
          clusterObjects: clusterObjects, junit: junit), source: source)
    }
    if nsxRequests { return try await run.listTraceRequests(source: source) }
    if let nsxRequest {
      return try await run.traceRequest(
        nsxRequest, NSXTraceOptions(timeout: traceTimeout, tagsResult: tagResult), source: source)
    }
    return try await run.traceflow(
      TraceQuestion(
        from: flow.from, to: flow.to, port: flow.port, protocolName: flow.protocolName,
        sourcePort: sourcePort, tcpFlags: tcpFlags, isIPv6: ipv6, isLive: live,
        isDroppedOnly: droppedOnly, timeout: traceTimeout, expectation: expect), source: source)
  }
}
