import AntreaModel
import Documents

/// How a cluster is: Antrea's controller and agents, and the tool's last runs.
public struct ClusterHealth: Sendable, Hashable {
  /// What it is made from.
  public struct Sources: Sendable {
    /// `AntreaControllerInfo`; `nil` where there is none.
    public var controller: KubernetesObject?
    /// `AntreaAgentInfo` of every Node.
    public var agents: [KubernetesObject]
    /// The last runs.
    public var runs: [ToolRun]
    /// Why the runs are not known; `nil` where they are.
    public var missingRuns: String?

    /// Puts the sources together.
    public init(
      controller: KubernetesObject?, agents: [KubernetesObject], runs: [ToolRun],
      missingRuns: String? = nil
    ) {
      self.controller = controller
      self.agents = agents
      self.runs = runs
      self.missingRuns = missingRuns
    }
  }

  /// How it is as a whole.
  public var status: HealthStatus
  /// Why; empty where it is healthy.
  public var reasons: [String]
  /// antrea-controller; `nil` where the cluster could not be asked.
  public var controller: ControllerHealth?
  /// The agents by node.
  public var agents: [AgentHealth]
  /// The parts of the tool.
  public var tool: [ToolHealth]

  /// A cluster that could not be asked.
  public init(unreachable reason: String) {
    status = .unknown
    reasons = [reason]
    controller = nil
    agents = []
    tool = []
  }

  /// Judges a cluster.
  ///
  /// It is as bad as the worst of controller and tool. Agents that are not healthy
  /// make it degraded; when none is, it has failed, or is unknown where none says
  /// anything.
  public init(_ sources: Sources, now: Int64, rules: HealthRules) {
    let controller = ControllerHealth(sources.controller, now: now, rules: rules)
    let agents = sources.agents.map { AgentHealth($0, now: now, rules: rules) }
      .sorted { utf8Order($0.node, $1.node) < 0 }
    let tool = ToolRun.Part.allCases.map { part in
      ToolHealth(
        part, sources.runs.first { $0.part == part },
        isExpected: part == .policies && sources.missingRuns == nil, now: now, rules: rules)
    }
    self.controller = controller
    self.agents = agents
    self.tool = tool
    var states = [controller.status] + tool.compactMap(\.status)
    var reasons = controller.reasons + tool.flatMap(\.reasons)
    let sick = agents.filter { $0.status != .healthy }
    if !sick.isEmpty {
      let all = sick.count == agents.count
      let unknown = sick.allSatisfy { $0.status == .unknown }
      let works = sick.contains { $0.status == .degraded }
      states.append(!all || works ? .degraded : unknown ? .unknown : .failed)
      reasons.append("\(sick.count) of \(agents.count) agents are not healthy")
      reasons += sick.prefix(Self.namedAgents).map { agent in
        "node \(agent.node): \(agent.reasons.joined(separator: "; "))"
      }
      if sick.count > Self.namedAgents {
        reasons.append("and \(sick.count - Self.namedAgents) more")
      }
    }
    let reporting = agents.count { agent in
      agent.conditions.contains { $0.type == "ControllerConnectionUp" && $0.status == "True" }
        && agent.status != .unknown
    }
    if controller.status == .healthy, controller.connectedAgents < Int64(reporting) {
      states.append(.degraded)
      reasons.append(
        "antrea-controller counts \(controller.connectedAgents) connected agents, and \(reporting) say that they are"
      )
    }
    if agents.isEmpty {
      states.append(.unknown)
      reasons.append("no agent has reported")
    }
    if let missing = sources.missingRuns { reasons.append(missing) }
    status = HealthStatus.worst(states)
    self.reasons = reasons
  }

  /// Agents that a reason names one by one.
  private static let namedAgents = 5

  /// The number of agents in a state.
  public func count(_ status: HealthStatus) -> Int { agents.count { $0.status == status } }

  /// The health in JSON, without the cluster's name.
  public var document: JSONObject {
    var object = JSONObject()
    object["status"] = .string(status.rawValue)
    object["reasons"] = .array(reasons.map { .string($0) })
    object["controller"] = controller?.document ?? .null
    object["agentCounts"] = [
      "total": .integer(Int64(agents.count)), "healthy": .integer(Int64(count(.healthy))),
      "degraded": .integer(Int64(count(.degraded))), "failed": .integer(Int64(count(.failed))),
      "unknown": .integer(Int64(count(.unknown))),
    ]
    object["agents"] = .array(agents.map(\.document))
    object["tool"] = .array(tool.map(\.document))
    return object
  }
}
