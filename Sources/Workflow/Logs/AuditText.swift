import AuditLog
import Documents
import Reporting

/// Audit lines and summaries for people and programs.
struct AuditText: Sendable {
  let names: LogRuleNames

  /// One line as JSON.
  ///
  /// - Parameter place: The file, or the node, that it comes from.
  func document(_ record: AuditLine, _ line: UnsafeRawBufferPointer, place: String) -> JSONObject {
    func text(_ span: AuditSpan) -> JSONValue {
      span.text(in: line).map { .string($0) } ?? .null
    }
    let policy = record.policy.text(in: line) ?? ""
    let rule = record.rule.text(in: line) ?? ""
    var object = JSONObject()
    object["source"] = .string(place)
    object["time"] = .string(Self.time(record.time))
    object["table"] = text(record.table)
    object["policy"] = .string(policy)
    object["rule"] = text(record.rule)
    object["direction"] = text(record.direction)
    object["action"] = .string(record.action.text)
    object["pod"] = text(record.appliedTo)
    object["from"] = text(record.source)
    object["fromPort"] = text(record.sourcePort)
    object["to"] = text(record.destination)
    object["toPort"] = text(record.destinationPort)
    object["protocol"] = text(record.protocolName)
    object["length"] = .integer(record.length)
    object["packets"] = .integer(record.packets)
    object["label"] = text(record.label)
    object["nsx"] = names.origin(policy: policy, rule: rule)?.document ?? .null
    return object
  }

  /// One line for a person.
  func text(_ record: AuditLine, _ line: UnsafeRawBufferPointer, place: String) -> String {
    func text(_ span: AuditSpan) -> String { span.text(in: line) ?? "" }
    let policy = text(record.policy)
    let rule = text(record.rule)
    let from = Self.endpoint(text(record.source), text(record.sourcePort))
    let to = Self.endpoint(text(record.destination), text(record.destinationPort))
    let by =
      names.origin(policy: policy, rule: rule)?.text
      ?? policy + (rule.isEmpty ? "" : " rule \(rule)")
    let many = record.packets > 1 ? " x\(record.packets)" : ""
    return TextStyle.printable(
      "\(Self.time(record.time)) \(place) \(record.action.text) \(text(record.direction)) \(text(record.protocolName)) \(from) -> \(to) at \(text(record.appliedTo))\(many) by \(by)"
    )
  }

  /// A summary for a person.
  func text(_ summary: AuditSummary, top: Int, style: TextStyle) -> String {
    var lines = [
      "\(summary.counted) of \(summary.auditLines) audit lines"
        + (summary.lines > summary.auditLines
          ? ", and \(summary.lines - summary.auditLines) other lines" : "")
    ]
    if let first = summary.first, let last = summary.last {
      lines.append("from \(Self.time(first)) to \(Self.time(last))")
    }
    let packets = AuditLine.Action.allCases.map { "\($0.text) \(summary.packets($0))" }
    lines.append("packets: \(packets.joined(separator: ", "))")
    if summary.uncertainty > 0 {
      lines.append(
        "more different flows than are kept apart: counts of flows may be too low by up to \(summary.uncertainty)"
      )
    }
    func table(_ title: String, _ counts: [AuditCount], isFlow: Bool) {
      if counts.isEmpty { return }
      var table = TextTable(
        isFlow
          ? ["PACKETS", "ACTION", "FROM", "TO", "PROTOCOL", "POD", "RULE"]
          : ["PACKETS", "LINES", "ACTION", "DIRECTION", "RULE", "LAST"])
      for count in counts {
        let rule = by(count)
        table.add(
          isFlow
            ? [
              String(count.packets), count.action, count.source,
              Self.endpoint(count.destination, count.port), count.protocolName, count.pod, rule,
            ]
            : [
              String(count.packets), String(count.lines), count.action, count.direction, rule,
              Self.time(count.last),
            ])
      }
      lines += ["", style(.heading, title)]
      lines.append(String(table.render(style: style).dropLast()))
    }
    table("flows denied most", summary.topDenials(top), isFlow: true)
    table("flows let through most", summary.topOthers(top), isFlow: true)
    table("rules", summary.topRules(top), isFlow: false)
    return lines.joined(separator: "\n") + "\n"
  }

  /// A summary for a program.
  func document(_ summary: AuditSummary, top: Int) -> JSONObject {
    var object = JSONObject()
    object["lines"] = .integer(summary.lines)
    object["auditLines"] = .integer(summary.auditLines)
    object["counted"] = .integer(summary.counted)
    object["first"] = summary.first.map { .string(Self.time($0)) } ?? .null
    object["last"] = summary.last.map { .string(Self.time($0)) } ?? .null
    object["uncertainty"] = .integer(summary.uncertainty)
    var packets = JSONObject()
    for action in AuditLine.Action.allCases {
      packets[action.text] = .integer(summary.packets(action))
    }
    object["packets"] = .object(packets)
    object["denied"] = .array(summary.topDenials(top).map { document($0, isFlow: true) })
    object["allowed"] = .array(summary.topOthers(top).map { document($0, isFlow: true) })
    object["rules"] = .array(summary.topRules(top).map { document($0, isFlow: false) })
    return object
  }

  private func document(_ count: AuditCount, isFlow: Bool) -> JSONValue {
    var object = JSONObject()
    object["action"] = .string(count.action)
    object["policy"] = .string(count.policy)
    object["rule"] = .string(count.rule)
    object["direction"] = .string(count.direction)
    object["label"] = .string(count.label)
    if isFlow {
      object["pod"] = .string(count.pod)
      object["from"] = .string(count.source)
      object["to"] = .string(count.destination)
      object["toPort"] = .string(count.port)
      object["protocol"] = .string(count.protocolName)
    }
    object["packets"] = .integer(count.packets)
    object["lines"] = .integer(count.lines)
    object["bytes"] = .integer(count.bytes)
    object["first"] = .string(Self.time(count.first))
    object["last"] = .string(Self.time(count.last))
    object["nsx"] = names.origin(policy: count.policy, rule: count.rule)?.document ?? .null
    return .object(object)
  }

  private func by(_ count: AuditCount) -> String {
    names.origin(policy: count.policy, rule: count.rule)?.text
      ?? count.policy + (count.rule.isEmpty ? "" : " rule \(count.rule)")
  }

  private static func endpoint(_ address: String, _ port: String) -> String {
    guard !port.isEmpty else { return address }
    return address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
  }

  private static func time(_ micros: Int64) -> String { UTCTime.text(milliseconds: micros / 1000) }
}
