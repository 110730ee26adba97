import Documents
import Observation

/// Figures in Prometheus' text format 0.0.4, for the textfile collector or a push.
public struct PrometheusText: Sendable {
  private var text = ""

  /// Creates an empty exposition.
  public init() {}

  /// Begins a family of samples.
  mutating func family(_ name: String, _ type: String, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }

  /// Adds a sample.
  mutating func sample(_ name: String, _ labels: [(String, String)], _ value: String) {
    let list = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
    text += "\(name){\(list)} \(value)\n"
  }

  /// What is to be printed.
  public var output: String { text }

  private static func escaped(_ value: String) -> String {
    var result = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension PrometheusText {
  /// Rule counters of clusters. Counters that begin anew are for Prometheus' own
  /// functions (`rate`, `increase`) to see.
  ///
  /// - Parameter failed: Clusters that could not be asked.
  public mutating func add(_ statistics: FleetStatistics, failed: [String], time: Int64) {
    family(
      "nsx_antrea_statistics_up", "gauge", "Whether the statistics of the cluster could be read.")
    for name in statistics.clusters { sample("nsx_antrea_statistics_up", [("cluster", name)], "1") }
    for name in failed { sample("nsx_antrea_statistics_up", [("cluster", name)], "0") }
    family(
      "nsx_antrea_statistics_timestamp_seconds", "gauge", "When the statistics were read.")
    for name in statistics.clusters {
      sample("nsx_antrea_statistics_timestamp_seconds", [("cluster", name)], String(time))
    }
    let counters: [(String, String, KeyPath<TrafficCount, Int64> & Sendable)] = [
      ("sessions", "Connections that matched the rule.", \.sessions),
      ("packets", "Packets that matched the rule.", \.packets),
      ("bytes", "Bytes that matched the rule.", \.bytes),
    ]
    for (unit, help, value) in counters {
      let name = "nsx_antrea_rule_\(unit)_total"
      family(name, "counter", help)
      for (labels, figures, isWhole) in Self.series(statistics) {
        let sides = [("ingress", figures.ingress), ("egress", figures.egress)]
        for (direction, count) in isWhole ? [] : sides {
          sample(name, labels + [("direction", direction)], String(count[keyPath: value]))
        }
        if isWhole || !figures.other.isZero {
          sample(name, labels + [("direction", "")], String(figures.other[keyPath: value]))
        }
      }
    }
    family(
      "nsx_antrea_rule_no_traffic_since_seconds", "gauge",
      "Since when the rule has seen no traffic; no sample where it has.")
    for (labels, figures, _) in Self.series(statistics) {
      guard let since = figures.quietSince else { continue }
      sample("nsx_antrea_rule_no_traffic_since_seconds", labels, String(since))
    }
  }

  /// The rules of every cluster with their labels, and policies without rules.
  private static func series(
    _ statistics: FleetStatistics
  ) -> [(labels: [(String, String)], figures: TrafficFigures, isWhole: Bool)] {
    var result: [(labels: [(String, String)], figures: TrafficFigures, isWhole: Bool)] = []
    for policy in statistics.policies {
      for cluster in statistics.clusters {
        let start = [
          ("cluster", cluster), ("policy_path", policy.path ?? ""), ("policy", policy.label),
        ]
        if policy.rules.isEmpty, let figures = policy.clusters[cluster] {
          result.append(
            (
              start + [("rule_path", ""), ("rule_id", ""), ("rule", ""), ("action", "")], figures,
              true
            ))
        }
        for rule in policy.rules {
          guard let figures = rule.clusters[cluster] else { continue }
          let names = [
            ("rule_path", rule.path ?? ""), ("rule_id", rule.ruleID.map(String.init) ?? ""),
            ("rule", rule.ruleID == nil ? rule.names.first ?? "" : rule.displayName),
            ("action", rule.action ?? ""),
          ]
          result.append((start + names, figures, false))
        }
      }
    }
    return result
  }
}

extension PrometheusText {
  /// The health of clusters: 1 for the state that they are in, 0 for the others.
  public mutating func add(_ clusters: [(name: String, health: ClusterHealth)]) {
    family("nsx_antrea_health", "gauge", "1 for the state that the cluster is in.")
    for (name, health) in clusters {
      for status in HealthStatus.allCases {
        sample(
          "nsx_antrea_health", [("cluster", name), ("status", status.rawValue)],
          health.status == status ? "1" : "0")
      }
    }
    family("nsx_antrea_agents", "gauge", "Antrea agents in each state.")
    for (name, health) in clusters where health.controller != nil {
      for status in HealthStatus.allCases {
        sample(
          "nsx_antrea_agents", [("cluster", name), ("status", status.rawValue)],
          String(health.count(status)))
      }
    }
    family("nsx_antrea_last_run_timestamp_seconds", "gauge", "When the tool last ran.")
    each(clusters, "nsx_antrea_last_run_timestamp_seconds") { String($0.time) }
    family("nsx_antrea_last_run_exit_code", "gauge", "The exit status of that run.")
    each(clusters, "nsx_antrea_last_run_exit_code") { String($0.exitCode) }
  }

  private mutating func each(
    _ clusters: [(name: String, health: ClusterHealth)], _ sampleName: String,
    _ value: (ToolRun) -> String
  ) {
    for (name, health) in clusters {
      for tool in health.tool {
        guard let run = tool.lastRun else { continue }
        sample(sampleName, [("cluster", name), ("part", tool.part.rawValue)], value(run))
      }
    }
  }
}
