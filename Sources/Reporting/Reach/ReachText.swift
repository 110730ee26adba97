import Documents
import Reachability

/// Renders what `reach` found.
public enum ReachText {
  /// Rules on the way that are shown at each end; JSON has all.
  static let shown = 20

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
    if answer.rows.contains(where: { $0.allowed != nil }) {
      text += traffics(answer.rows).render(style: style)
    } else if answer.rows.count == 1, let row = answer.rows.first {
      text += sides(row, style)
    } else {
      text += flows(answer.rows).render(style: style)
      for row in answer.rows where !row.chain.isEmpty {
        let flow = "\(row.from.words) -> \(row.to.words), \(row.traffic)"
        text += "\n\(TextStyle.printable(flow))\n" + sides(row, style)
      }
    }
    for note in answer.notes { text += style(.faint, "note: \(TextStyle.printable(note))\n") }
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

  /// One line for each row.
  private static func flows(_ rows: [ReachAnswer.Row]) -> TextTable {
    table(
      ["FROM", "TO", "TRAFFIC", "VERDICT", "OUT", "IN"],
      rows.map { row in
        [
          row.from.words, row.to.words, row.traffic, row.verdict.words, row.sides.egress.text,
          row.sides.ingress.text,
        ]
      })
  }

  /// A table without columns that say what the question says: an end or a kind
  /// of traffic that is the same in all lines.
  private static func table(_ headings: [String], _ lines: [[String]]) -> TextTable {
    let kept = headings.indices.filter { column in
      !["FROM", "TO", "TRAFFIC"].contains(headings[column]) || lines.count < 2
        || Set(lines.map { $0[column] }).count > 1
    }
    var table = TextTable(kept.map { headings[$0] })
    for line in lines { table.add(kept.map { line[$0] }) }
    return table
  }

  /// One line for all traffic between two ends: what passes by which rules, and
  /// the rules that stop the rest.
  private static func traffics(_ rows: [ReachAnswer.Row]) -> TextTable {
    var lines: [[String]] = []
    var start = 0
    while start < rows.count {
      let first = rows[start]
      let end =
        rows[start...].firstIndex { $0.from != first.from || $0.to != first.to } ?? rows.count
      let parts = rows[start..<end]
      let passing = parts.filter { $0.verdict == .allow }
      let stopped = parts.filter { $0.verdict != .allow }
      let rules = passing.flatMap { [$0.sides.egress, $0.sides.ingress] }
      lines.append([
        first.from.words, first.to.words, passing.isEmpty ? "nothing" : first.allowed ?? "",
        passing.isEmpty ? "" : list(rules, "no rule"), list(stopped.map(\.sides.decisive), ""),
      ])
      start = end
    }
    return table(["FROM", "TO", "ALLOWED", "BY", "THE REST"], lines)
  }

  /// The distinct rules of some ends in short.
  private static func list(_ sides: [SidesText.Side], _ none: String) -> String {
    var names: [String] = []
    for side in sides {
      guard let rule = side.rule else { continue }
      let name = side.outcome == .allow ? rule.short : "\(side.outcome.rawValue) by \(rule.short)"
      if !names.contains(name) { names.append(name) }
    }
    return names.isEmpty ? none : PeerView.words(of: names, limit: 4)
  }

  private static func sides(_ row: ReachAnswer.Row, _ style: TextStyle) -> String {
    let ends: [(String, FlowEnd, SidesText.Side)] = [
      ("out of \(row.from.words)", .egress, row.sides.egress),
      ("into \(row.to.words)", .ingress, row.sides.ingress),
    ]
    let width = ends.map(\.0.count).max() ?? 0
    var text = ""
    for (label, end, side) in ends {
      let gap = String(repeating: " ", count: width - label.count + 2)
      text += "  \(TextStyle.printable(label))\(gap)\(side.text)\n"
      let links = row.chain.filter { $0.end == end }
      for link in links.suffix(shown) {
        let mark = link.decides ? style(.changed, "=>") : "  "
        text += "    \(mark) \(link.rule.text) \(link.words)"
        text += style(.faint, " (\(TextStyle.printable(link.place)))") + "\n"
      }
      if links.count > shown {
        text += "       and \(links.count - shown) rules before them (--output json has all)\n"
      }
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
