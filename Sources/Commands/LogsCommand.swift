import ArgumentParser
import Workflow

/// `logs`.
struct LogsCommand: ToolCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "Show Antrea's logs, and audit lines with the NSX rules that they are about.",
    discussion: """
      Without --file it shows the output of Antrea's containers, by way of the API server; \
      with --audit, --summary, --policy, --rule or --action the audit lines that agents write to \
      /var/log/antrea/networkpolicy on their nodes, by way of the kubelets, for which the right \
      to get nodes/proxy is needed. --file takes such files, also compressed, or an archive of \
      support-bundle; - is standard input. Times of audit lines are the node's, taken for UTC. \
      Rule names are turned back into NSX rules where there is a rendered tree.
      """)
  @OptionGroup var global: GlobalOptions
  @OptionGroup var clusters: ClusterOptions
  @OptionGroup var fleet: FleetOptions
  @Option(
    help: ArgumentHelp("The git repository or folder with the rendered tree.", valueName: "dir"))
  var repo: String?
  @Option(
    help: ArgumentHelp("Take names of rules from this snapshot.", valueName: "file"))
  var nsxSnapshot: String?
  @Option(help: "Whose output: controller, agent or all.")
  var component = LogsQuestion.Component.all
  @Option(name: .customLong("node"), help: "Only of this node; may be repeated.")
  var nodes: [String] = []
  @Option(
    help: ArgumentHelp(
      "From then on: a time (2026-02-03T04:05:06Z) or how long ago (30m, 2h, 3d).",
      valueName: "time"))
  var since: String?
  @Option(help: ArgumentHelp("Up to then.", valueName: "time"))
  var until: String?
  @Option(
    help: ArgumentHelp(
      "Only the last lines of each container, or of each node's np.log.", valueName: "n"))
  var tail: Int?
  @Flag(name: .shortAndLong, help: "Go on with what is written from now on.")
  var follow = false
  @Option(
    name: .customLong("file"),
    help: ArgumentHelp(
      "An audit log, or an archive with some; may be repeated.", valueName: "file"))
  var files: [String] = []
  @Option(
    name: .customLong("policy"),
    help: "Only audit lines of this NSX policy: path, id or name; may be repeated.")
  var policies: [String] = []
  @Option(
    name: .customLong("rule"),
    help: "Only audit lines of this NSX rule: rule id, path, id or name; may be repeated.")
  var rules: [String] = []
  @Option(
    name: .customLong("action"),
    help: "Only audit lines of this action: allow, drop, reject or pass; may be repeated.")
  var actions: [String] = []
  @Flag(help: "Only audit lines.")
  var audit = false
  @Flag(help: "Numbers instead of lines: flows denied most, rules that matched most.")
  var summary = false
  @Option(help: ArgumentHelp("How many flows and rules a summary names.", valueName: "n"))
  var top = 10

  var flags: [String: String] {
    var result = fleet.flags
    // Following ends when somebody stops it.
    if follow, global.timeout == nil { result["timeout"] = "8760h" }
    return result
  }

  func validate() throws {
    for (name, text) in [("--since", since), ("--until", until)] {
      if let text, LogsQuestion.moment(text, now: 0) == nil {
        throw ValidationError("\(name) \(text): write a time, or how long ago: 30m, 2h, 3d")
      }
    }
    for action in actions where LogsQuestion.action(action) == nil {
      throw ValidationError("--action \(action): must be allow, drop, reject or pass")
    }
    if follow, until != nil { throw ValidationError("--follow has no end: leave --until away") }
    if let tail, tail < 0 { throw ValidationError("--tail \(tail): must be 0 or more") }
    if component == .controller, files.isEmpty,
      audit || summary || !policies.isEmpty || !rules.isEmpty || !actions.isEmpty
    {
      throw ValidationError("--component controller: audit lines are the agents'")
    }
    if top < 1 { throw ValidationError("--top \(top): must be at least 1") }
    if !files.isEmpty, !nodes.isEmpty || tail != nil {
      throw ValidationError("--node and --tail are about clusters, and not about --file")
    }
  }

  func run(in run: Run) async throws -> ExitStatus {
    var question = LogsQuestion(
      DesiredSource(snapshot: nsxSnapshot, repository: repo, clusters: clusters.names))
    let now = run.context.now()
    question.component = component
    question.nodes = nodes
    question.since = since.flatMap { LogsQuestion.moment($0, now: now) }
    question.until = until.flatMap { LogsQuestion.moment($0, now: now) }
    question.tail = tail
    question.follow = follow
    question.files = files
    question.policies = policies
    question.rules = rules
    question.setActions(actions)
    question.audit = audit
    question.summary = summary
    question.top = top
    return try await run.logs(question)
  }
}

extension LogsQuestion.Component: ExpressibleByArgument {}
