import Documents
import Observation

/// Statistics as comma-separated values (RFC 4180, line feeds): one record for each
/// rule and cluster.
public enum StatisticsCSV {
  private static let headings = [
    "cluster", "policy_path", "policy", "rule_path", "rule_id", "rule", "action",
    "sessions", "packets", "bytes", "ingress_sessions", "egress_sessions", "new_sessions",
    "new_packets", "new_bytes", "reset", "counting_since", "no_traffic_since",
  ]

  /// The records, with headings.
  public static func render(_ statistics: FleetStatistics) -> String {
    var text = headings.joined(separator: ",") + "\n"
    for policy in statistics.policies {
      for cluster in statistics.clusters {
        let start = [cluster, policy.path ?? "", policy.label]
        if policy.rules.isEmpty, let figures = policy.clusters[cluster] {
          text += line(start + ["", "", "", ""], figures)
        }
        for rule in policy.rules {
          guard let figures = rule.clusters[cluster] else { continue }
          let names = [
            rule.path ?? "", rule.ruleID.map(String.init) ?? "", rule.displayName,
            rule.action ?? "",
          ]
          text += line(start + names, figures)
        }
      }
    }
    return text
  }

  private static func line(_ names: [String], _ figures: TrafficFigures) -> String {
    func time(_ seconds: Int64?) -> String { seconds.map { UTCTime.text(seconds: $0) } ?? "" }
    func number(_ value: Int64?) -> String { value.map { String($0) } ?? "" }
    let total = figures.total
    let numbers = [
      String(total.sessions), String(total.packets), String(total.bytes),
      String(figures.ingress.sessions), String(figures.egress.sessions),
      number(figures.growth?.sessions), number(figures.growth?.packets),
      number(figures.growth?.bytes), figures.hasReset ? "true" : "false",
      time(figures.countingSince), time(figures.quietSince),
    ]
    return (names.map(field) + numbers).joined(separator: ",") + "\n"
  }

  /// A field in quotes where it needs them. What a spreadsheet would take for a
  /// formula gets an apostrophe before it: names come from NSX.
  public static func field(_ text: String) -> String {
    var text = text
    if let first = text.unicodeScalars.first, "=+-@\t\r\n".unicodeScalars.contains(first) {
      text = "'" + text
    }
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
    var quoted = "\""
    for character in text.unicodeScalars {
      quoted.unicodeScalars.append(character)
      if character == "\"" { quoted.unicodeScalars.append(character) }
    }
    return quoted + "\""
  }
}
