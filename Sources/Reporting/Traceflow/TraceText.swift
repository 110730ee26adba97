import AntreaModel
import Documents

/// Renders what a trace found as a path through Nodes and components.
public enum TraceText {
  /// The whole report.
  public static func render(_ report: TraceReport, color: Bool) -> String {
    let style = TextStyle(color: color)
    let flow = TextStyle.printable("\(report.from) -> \(report.to), \(report.traffic)")
    let by = report.stoppingSide.map { " \(words(of: $0))" } ?? ""
    var text =
      style(.heading, flow) + ": " + style(role(report.result), report.result.words + by)
      + style(.faint, " (cluster \(TextStyle.printable(report.cluster)))") + "\n"
    text += path(report, style)
    if report.result == .inconclusive {
      let reason = report.status.reason.isEmpty ? "" : ": \(report.status.reason)"
      text += "  " + style(.warning, "phase \(report.status.phase.name)")
      text += TextStyle.printable(reason) + "\n"
    }
    for cause in report.causes { text += "  maybe: \(TextStyle.printable(cause))\n" }
    text += comparison(report, style)
    for note in report.notes { text += style(.faint, "note: \(TextStyle.printable(note))\n") }
    return text
  }

  /// The result and the rule in one line.
  public static func line(_ report: TraceReport) -> String {
    report.result.words + (report.stoppingSide.map { " \(words(of: $0))" } ?? "")
  }

  private static func path(_ report: TraceReport, _ style: TextStyle) -> String {
    let nodes = report.status.results.map { TextStyle.printable($0.node) }
    let width = nodes.map(\.count).max() ?? 0
    let steps = report.status.results.flatMap(\.observations)
    let inner = steps.map { TextStyle.printable($0.component).count }.max() ?? 0
    var text = ""
    for (node, result) in zip(nodes, report.status.results) {
      for (index, observation) in result.observations.enumerated() {
        let component = TextStyle.printable(observation.component)
        text += "  " + padded(index == 0 ? node : "", width) + "  " + padded(component, inner)
        text += "  " + words(of: observation, report) + "\n"
      }
    }
    return text
  }

  private static func words(of observation: TraceflowObservation, _ report: TraceReport) -> String {
    var parts = [action(observation)]
    if let side = report.side(of: observation) {
      parts[0] += " " + words(of: side)
    } else if observation.componentInfo.hasSuffix("DefaultRule") {
      parts[0] += " by the isolation of Kubernetes NetworkPolicies"
    }
    if let address = observation.sourcePodAddress { parts.append("from \(address)") }
    if let address = observation.translatedSource { parts.append("source becomes \(address)") }
    if let address = observation.translatedDestination {
      parts.append(
        "destination becomes \(address)" + (observation.pod.map { " (\($0))" } ?? ""))
    }
    if let address = observation.tunnelDestination { parts.append("by tunnel to \(address)") }
    if !observation.egress.isEmpty {
      parts.append("Egress \(observation.egress) \(observation.egressAddress)")
    }
    return TextStyle.printable(parts.joined(separator: ", "))
  }

  private static func action(_ observation: TraceflowObservation) -> String {
    let direction =
      ["Egress", "Ingress"].first { observation.componentInfo.hasPrefix($0) }
      .map { "\($0.lowercased()) " } ?? ""
    let isPolicy = observation.component == "NetworkPolicy"
    switch observation.action {
    case "Forwarded" where isPolicy: return direction + "allowed"
    case "ForwardedOutOfNetwork": return "forwarded out of the cluster's network"
    case "ForwardedToEgressNode": return "forwarded to the Node of the Egress"
    case "MarkedForSNAT": return "marked for the Egress"
    default: return (isPolicy ? direction : "") + observation.action.lowercased()
    }
  }

  /// `by rule 1003 "deny" (policy shop), revision 4`.
  private static func words(of side: TraceReport.Side) -> String {
    "by \(side.ruleText)" + (side.revision.map { ", revision \($0) of the tree" } ?? "")
  }

  private static func comparison(_ report: TraceReport, _ style: TextStyle) -> String {
    switch report.agreement {
    case .agrees: return style(.added, "  reach predicts the same\n")
    case .notCompared(let reason):
      return style(.faint, "  not compared with reach: \(TextStyle.printable(reason))\n")
    case .otherVerdict, .otherRule:
      let what = report.agreement == .otherVerdict ? "verdict" : "deciding rule"
      var text =
        "  " + style(.warning, "finding") + ": trace and prediction differ in the \(what)\n"
      text += "    traced:    \(report.tracedText)\n"
      if let prediction = report.prediction { text += "    predicted: \(prediction.text)\n" }
      return text
        + "    hint: look with `nsx-antrea status` whether the policies are realized on these Nodes\n"
    }
  }

  private static func role(_ result: TraceReport.Result) -> TextStyle.Role {
    switch result {
    case .delivered, .left: .added
    case .dropped, .rejected: .removed
    case .inconclusive: .warning
    }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}

extension TraceReport {
  /// What was decided at both ends, in the words of a prediction.
  public var tracedText: String {
    func words(_ side: Side?) -> String {
      guard let side else { return "allow, no rule" }
      return "\(side.outcome.rawValue) by \(side.ruleText)"
    }
    let out = verdict.sawEgress ? words(egress) : "not seen"
    if let egress, egress.outcome != .allow { return "out \(out)" }
    return "out \(out), in \(verdict.sawIngress || result == .left ? words(ingress) : "not seen")"
  }
}

extension TraceReport.Side {
  /// The rule, or its policy alone where Antrea does not name the rule: before
  /// 1.15, and of Kubernetes' own policies.
  fileprivate var ruleText: String {
    guard let rule else {
      return isIsolation
        ? "the isolation of Kubernetes NetworkPolicies" : "a policy that Antrea does not name"
    }
    guard rule.name.isEmpty else { return rule.text }
    let policy = TextStyle.printable(rule.policy)
    return rule.isNSX ? "policy \(policy), a rule that Antrea does not name" : policy
  }
}
