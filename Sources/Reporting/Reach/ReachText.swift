import Documents
import Reachability

/// Renders what `reach` found.
public enum ReachText {
  /// One sentence and the rules at both ends for a single flow, a table for
  /// several.
  public static func render(_ answer: ReachAnswer, color: Bool) -> String {
    let style = TextStyle(color: color)
    let traffic = answer.rows.count == 1 ? answer.rows[0].traffic : answer.traffic
    let question =
      "\(TextStyle.printable(answer.from)) -> \(TextStyle.printable(answer.to)), \(traffic)"
    var text =
      style(.heading, question) + ": "
      + style(role(answer.verdict), answer.verdict.words)
      + style(.faint, " (\(TextStyle.printable(answer.subject)))") + "\n"
    if answer.rows.count == 1, let row = answer.rows.first {
      text += sides(row)
    } else {
      var table = TextTable(["FROM", "TO", "TRAFFIC", "VERDICT", "OUT", "IN"])
      for row in answer.rows {
        table.add([
          row.from.words, row.to.words, row.traffic, row.verdict.words, row.sides.egress.text,
          row.sides.ingress.text,
        ])
      }
      text += table.render(style: style)
    }
    for limit in answer.limits { text += style(.faint, "without \(TextStyle.printable(limit))\n") }
    return text
  }

  /// One compact JSON document a line: each row, then the answer without them.
  public static func ndjson(_ answer: ReachAnswer) -> String {
    var lines: [JSONValue] = []
    for row in answer.rows {
      guard case .object(var object) = row.document else { continue }
      object["schemaVersion"] = 1
      object["type"] = "row"
      lines.append(.object(object))
    }
    if case .object(var object) = answer.document {
      object["rows"] = nil
      object["type"] = "summary"
      lines.append(.object(object))
    }
    return lines.map { "\($0)\n" }.joined()
  }

  private static func sides(_ row: ReachAnswer.Row) -> String {
    let ends: [(String, SidesText.Side)] = [
      ("out of \(row.from.words)", row.sides.egress), ("into \(row.to.words)", row.sides.ingress),
    ]
    let width = ends.map(\.0.count).max() ?? 0
    var text = ""
    for (label, side) in ends {
      let gap = String(repeating: " ", count: width - label.count + 2)
      text += "  \(TextStyle.printable(label))\(gap)\(side.text)\n"
    }
    return text
  }

  private static func role(_ verdict: ReachAnswer.Verdict) -> TextStyle.Role {
    switch verdict {
    case .allow: .added
    case .deny: .removed
    case .inspect, .partly, .undetermined: .changed
    }
  }
}
