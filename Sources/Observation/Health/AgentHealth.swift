import AntreaModel
import Documents

/// How one Antrea agent is, by its `AntreaAgentInfo`.
public struct AgentHealth: Sendable, Hashable {
  /// Name of its Node or ExternalNode.
  public var node: String
  /// Its version; empty where it never reported.
  public var version: String
  /// How it is.
  public var status: HealthStatus
  /// Why; empty where it is healthy.
  public var reasons: [String]
  /// Its last sign of life, in seconds since 1970.
  public var heartbeat: Int64?
  /// What it reports.
  public var conditions: [AntreaCondition]

  /// Judges an agent.
  ///
  /// Without its controller an agent goes on enforcing what it has and learns of
  /// nothing new: degraded. Without Open vSwitch it enforces nothing new either and
  /// cannot mend what breaks: failed. `AgentHealthy` itself is True as long as an
  /// agent reports at all; three missed reports make it unknown.
  public init(_ info: KubernetesObject, now: Int64, rules: HealthRules) {
    node = info.name
    version = info.document["version"]?.string ?? ""
    conditions = AntreaCondition.list(info.document["agentConditions"])
    heartbeat = conditions.compactMap(\.heartbeat).max()
    reasons = []
    guard !conditions.isEmpty else {
      status = .unknown
      reasons = ["its agent has never reported"]
      return
    }
    if rules.isSilent(heartbeat, now: now) {
      status = .unknown
      reasons = [
        heartbeat.map { "its agent has not reported since \(UTCTime.text(seconds: $0))" }
          ?? "its agent does not say when it reported"
      ]
      return
    }
    let trouble = conditions.filter { $0.status != "True" }
    reasons = trouble.map(\.text)
    let isDown = trouble.contains {
      $0.status == "False"
        && ["OVSDBConnectionUp", "OpenflowConnectionUp", "AgentHealthy"].contains($0.type)
    }
    status = isDown ? .failed : trouble.isEmpty ? .healthy : .degraded
  }

  /// The agent in JSON.
  public var document: JSONValue {
    [
      "node": .string(node), "version": .string(version), "status": .string(status.rawValue),
      "reasons": .array(reasons.map { .string($0) }), "lastHeartbeatTime": heartbeat.time,
      "conditions": .array(conditions.map(\.document)),
    ]
  }
}
