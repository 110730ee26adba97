import Documents
import Observation

/// Statistics as a table for people.
public enum StatisticsText {
  /// One row for each rule, and for each policy without rules; a column of
  /// connections for each cluster where there are several.
  ///
  /// - Parameter failed: Clusters that could not be asked.
  public static func render(
    _ statistics: FleetStatistics, failed: [String] = [], color: Bool
  ) -> String {
    let several = statistics.clusters.count > 1
    let grows = statistics.earlier != nil
    var headings = ["POLICY", "RULE", "ID", "ACTION"]
    if several { headings += statistics.clusters }
    headings += ["SESSIONS", "PACKETS", "BYTES"]
    if grows { headings += ["NEW SESSIONS", "SESSIONS/S"] }
    headings.append("NO TRAFFIC SINCE")
    var table = TextTable(headings)
    func cells(
      _ names: [String], _ clusters: [String: TrafficFigures], _ total: TrafficFigures
    ) -> [String] {
      var cells = names
      if several {
        cells += statistics.clusters.map { name in
          clusters[name].map { String($0.total.sessions) } ?? "-"
        }
      }
      let sum = total.total
      cells += [String(sum.sessions), String(sum.packets), String(sum.bytes)]
      if grows {
        cells.append(
          total.growth.map { String($0.sessions) + (total.hasReset ? "*" : "") } ?? "-")
        cells.append(total.rate.map { rate($0.sessions) } ?? "-")
      }
      cells.append(total.quietSince.map { UTCTime.text(seconds: $0) } ?? "")
      return cells
    }
    var resets = false
    for policy in statistics.policies {
      resets = resets || policy.total.hasReset
      if policy.rules.isEmpty {
        table.add(cells([policy.label, "-", "", ""], policy.clusters, policy.total))
      }
      for rule in policy.rules {
        let names = [
          policy.label, rule.displayName, id(of: rule, in: policy),
          rule.action ?? "gone",
        ]
        table.add(cells(names, rule.clusters, rule.total))
      }
    }
    var text = table.render(style: TextStyle(color: color))
    let rules = statistics.policies.flatMap(\.rules)
    let quiet = rules.count { $0.action != nil && $0.total.quietSince != nil }
    text +=
      "\(rules.count) rules of \(statistics.policies.count) policies in \(statistics.clusters.count) \(statistics.clusters.count == 1 ? "cluster" : "clusters"); \(quiet) without traffic.\n"
    if let earlier = statistics.earlier {
      text += "Growth since \(UTCTime.text(seconds: earlier))"
      text += resets ? "; *: counters began anew in between, so that some of it is lost.\n" : ".\n"
    }
    if !failed.isEmpty {
      text += "Not in the figures: \(failed.map(TextStyle.printable).joined(separator: ", ")).\n"
    }
    return text
  }

  /// NSX's number of a rule. The rule that `connectivity_preference` stands for may
  /// have none; of one without path it is not known which it is.
  private static func id(
    of rule: FleetStatistics.Rule, in policy: FleetStatistics.Policy
  ) -> String {
    rule.ruleID.map(String.init)
      ?? (policy.path != nil && rule.path == nil ? "unknown" : "")
  }

  /// A rate with three significant decimals at most.
  static func rate(_ value: Double) -> String {
    let thousandths = (value * 1000).rounded()
    guard thousandths.isFinite, thousandths < 9e15 else { return "-" }
    let number = Int64(thousandths)
    guard number % 1000 != 0 else { return String(number / 1000) }
    var digits = String(number % 1000)
    digits = String(repeating: "0", count: 3 - digits.count) + digits
    while digits.last == "0" { digits.removeLast() }
    return "\(number / 1000).\(digits)"
  }
}
