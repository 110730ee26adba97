import AntreaModel
import Documents

/// How antrea-controller is, by its `AntreaControllerInfo`.
public struct ControllerHealth: Sendable, Hashable {
  /// Its version; empty where it never reported.
  public var version: String
  /// How it is.
  public var status: HealthStatus
  /// Why; empty where it is healthy.
  public var reasons: [String]
  /// Its last sign of life, in seconds since 1970.
  public var heartbeat: Int64?
  /// Agents that hold a connection to it, by its own count.
  public var connectedAgents: Int64
  /// What it reports.
  public var conditions: [AntreaCondition]

  /// Judges the controller; `nil` where there is no such object.
  public init(_ info: KubernetesObject?, now: Int64, rules: HealthRules) {
    version = info?.document["version"]?.string ?? ""
    conditions = AntreaCondition.list(info?.document["controllerConditions"])
    connectedAgents = info?.document["connectedAgentNum"]?.integer ?? 0
    heartbeat = conditions.compactMap(\.heartbeat).max()
    if info == nil || conditions.isEmpty {
      status = .unknown
      reasons = ["antrea-controller has never reported"]
    } else if rules.isSilent(heartbeat, now: now) {
      status = .unknown
      reasons = [
        heartbeat.map { "antrea-controller has not reported since \(UTCTime.text(seconds: $0))" }
          ?? "antrea-controller does not say when it reported"
      ]
    } else {
      let trouble = conditions.filter { $0.status != "True" }
      status =
        trouble.contains { $0.status == "False" } ? .failed : trouble.isEmpty ? .healthy : .degraded
      reasons = trouble.map { "antrea-controller: \($0.text)" }
    }
  }

  /// The controller in JSON.
  public var document: JSONValue {
    [
      "version": .string(version), "status": .string(status.rawValue),
      "reasons": .array(reasons.map { .string($0) }), "lastHeartbeatTime": heartbeat.time,
      "connectedAgents": .integer(connectedAgents),
      "conditions": .array(conditions.map(\.document)),
    ]
  }
}
