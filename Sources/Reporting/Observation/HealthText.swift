import Documents
import Observation

/// The health of clusters for people.
public enum HealthText {
  /// One row for each cluster, and the reasons of those that are not healthy.
  public static func render(
    _ clusters: [(name: String, health: ClusterHealth)], color: Bool
  ) -> String {
    let style = TextStyle(color: color)
    var table = TextTable([
      "CLUSTER", "HEALTH", "CONTROLLER", "AGENTS", "VERSION", "POLICIES LAST BROUGHT",
      "LAST REPORT",
    ])
    for (name, health) in clusters {
      table.add([
        name, health.status.rawValue, health.controller?.status.rawValue ?? "-", agents(health),
        versions(health), run(health, .policies), run(health, .reporting),
      ])
    }
    var text = table.render(style: style)
    for (name, health) in clusters {
      for reason in health.reasons {
        text += style(
          health.status == .healthy ? .faint : .warning,
          "\(TextStyle.printable(name)): \(TextStyle.printable(reason))")
        text += "\n"
      }
    }
    return text
  }

  private static func agents(_ health: ClusterHealth) -> String {
    if health.agents.isEmpty { return "-" }
    let sick: [(HealthStatus, String)] = [
      (.degraded, "degraded"), (.failed, "failed"), (.unknown, "unknown"),
    ]
    let parts = sick.compactMap { status, word in
      health.count(status) > 0 ? "\(health.count(status)) \(word)" : nil
    }
    return (["\(health.count(.healthy)) of \(health.agents.count) healthy"] + parts)
      .joined(separator: ", ")
  }

  private static func versions(_ health: ClusterHealth) -> String {
    var all: [String] = []
    for version in [health.controller?.version ?? ""] + health.agents.map(\.version)
    where !version.isEmpty && !all.contains(version) {
      all.append(version)
    }
    return all.isEmpty ? "-" : all.prefix(3).joined(separator: ", ") + (all.count > 3 ? ", …" : "")
  }

  private static func run(_ health: ClusterHealth, _ part: ToolRun.Part) -> String {
    guard let run = health.tool.first(where: { $0.part == part })?.lastRun else { return "-" }
    let end = run.isSuccess ? "" : " (\(run.exitCode))"
    return "\(UTCTime.text(seconds: run.time)) \(run.command)\(end)"
  }
}
