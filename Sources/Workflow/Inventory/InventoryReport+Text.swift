import Documents
import Inventory

extension InventoryReport {
  /// Lines of one kind that text shows; JSON has all.
  private static let shown = 20

  /// The report for people.
  var text: String {
    let sum = total
    var text =
      "\(cluster): inventory \(id): \(sum.creates) to create, \(sum.updates) to update, \(sum.deletes) to delete"
    text += isDryRun ? "; nothing was sent\n" : ", \(accepted) accepted by NSX\n"
    for type in InventoryType.allCases {
      guard let count = counts[type] else { continue }
      text +=
        "  \(type.rawValue): \(count.creates) to create, \(count.updates) to update, \(count.deletes) to delete\n"
    }
    if isDryRun {
      text += list(
        lines.map { line in
          let sign = line.kind == .create ? "+" : line.kind == .update ? "~" : "-"
          let members = line.members.isEmpty ? "" : ": \(line.members.joined(separator: ", "))"
          return "  \(sign) \(line.type.rawValue) \(line.name) (\(line.id))\(members)"
        })
    }
    let unread = gaps.filter(\.mayHaveObjects)
    if !unread.isEmpty {
      let names = unread.map { "\($0.kind.rawValue) (\($0.reason.rawValue))" }
      text += "  not read, so nothing of it is deleted: \(names.joined(separator: ", "))\n"
    }
    let absent = gaps.filter { !$0.mayHaveObjects && $0.kind.isReported }
    if !absent.isEmpty {
      let names = absent.map(\.kind.rawValue)
      text += "  not served, so there is none of it: \(names.joined(separator: ", "))\n"
    }
    if !foreign.isEmpty {
      text +=
        "  kept: \(foreign.count) objects that another principal created (docs/inventory.md)\n"
    }
    if !notes.isEmpty {
      text += "  \(Set(notes.map(\.externalID)).count) objects do not fit whole:\n"
      text += list(notes.map { "    \($0.object): \($0.member): \($0.text) [\($0.code.rawValue)]" })
    }
    return text
  }

  private func list(_ lines: [String]) -> String {
    var text = lines.prefix(Self.shown).map { $0 + "\n" }.joined()
    if lines.count > Self.shown {
      text += "    and \(lines.count - Self.shown) more; --output json lists all\n"
    }
    return text
  }

  /// The report for programs.
  var document: JSONValue {
    let sum = total
    var result: JSONObject = JSONObject()
    result["name"] = .string(cluster)
    result["containerCluster"] = .string(id)
    result["create"] = number(sum.creates)
    result["update"] = number(sum.updates)
    result["delete"] = number(sum.deletes)
    result["accepted"] = number(accepted)
    result["dryRun"] = .bool(isDryRun)
    var types = JSONObject()
    for (type, count) in counts {
      types[type.rawValue] = [
        "create": number(count.creates), "update": number(count.updates),
        "delete": number(count.deletes),
      ]
    }
    result["types"] = .object(types)
    if isDryRun {
      result["changes"] = .array(
        lines.map { line in
          [
            "change": .string(line.kind.rawValue), "type": .string(line.type.rawValue),
            "externalID": .string(line.id), "name": .string(line.name),
            "members": .array(line.members.map { .string($0) }),
          ]
        })
    }
    result["problems"] = .array(problems.map { .string($0) })
    result["findings"] = .array(notes.map(\.document))
    result["notRead"] = .array(
      gaps.map {
        ["kind": .string($0.kind.rawValue), "reason": .string($0.reason.rawValue)]
      })
    result["kept"] = .array(
      foreign.map {
        [
          "type": $0["resource_type"] ?? .null, "externalID": $0["external_id"] ?? .null,
          "name": $0["display_name"] ?? .null,
        ]
      })
    return .object(result)
  }

  private func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }
}
