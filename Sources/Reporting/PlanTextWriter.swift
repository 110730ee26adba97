import AntreaModel
import Documents
import Planning

/// Writes the paragraph of one step.
struct PlanTextWriter {
  let style: TextStyle
  let names: PlanNames

  func step(_ step: PlanStep) -> String {
    var text = heading(step)
    if let reason = step.reason {
      text += "    \(style(.warning, reason.message))\n"
      if let remedy = reason.remedy { text += "    hint: \(remedy)\n" }
    }
    let ruleNames = names.entry(of: step.reference)?.rules ?? [:]
    switch step.intended ?? step.action {
    case .create: text += body(step.manifest, ruleNames)
    case .update, .adopt:
      for difference in step.differences { text += self.difference(difference, ruleNames) }
    case .delete, .unchanged, .blocked: break
    }
    for note in step.notes { text += "    note: \(note.message)\n" }
    return text
  }

  private func heading(_ step: PlanStep) -> String {
    let (mark, role): (String, TextStyle.Role) =
      switch step.action {
      case .create: ("+ create", .added)
      case .update: ("~ update", .changed)
      case .adopt: ("^ adopt", .changed)
      case .delete: ("- delete", .removed)
      case .unchanged: ("= unchanged", .faint)
      case .blocked: ("! blocked", .warning)
      }
    let entry = names.entry(of: step.reference)
    let display = entry?.displayName ?? step.displayName
    let path = entry?.path ?? step.path
    let verb = step.intended.map { " \($0.rawValue)" } ?? ""
    var text = style(role, mark + verb) + " "
    if let display {
      text += style(.heading, "\(noun(step.reference)) \"\(TextStyle.printable(display))\"")
      text += style(.faint, " (\(step.reference))")
    } else {
      text += style(.heading, step.reference.description)
    }
    if let path { text += style(.faint, " \(TextStyle.printable(path))") }
    return text + "\n"
  }

  private func noun(_ reference: KubernetesObject.Reference) -> String {
    switch reference.kind {
    case "Tier": "tier"
    case "ClusterGroup", "Group": "group"
    case "ClusterNetworkPolicy", "NetworkPolicy": "policy"
    default: reference.kind
    }
  }

  /// What a new object says.
  private func body(_ manifest: JSONValue?, _ ruleNames: [String: String]) -> String {
    var text = ""
    for member in manifest?["spec"]?.object?.members ?? [] {
      if ["ingress", "egress"].contains(member.key), let rules = member.value.array {
        for rule in rules {
          text += line(.added, "+", ruleLine(rule, direction: member.key, ruleNames))
        }
      } else {
        text += value(member.key, member.value, .added)
      }
    }
    return text
  }

  /// One field that differs, a line for each value.
  func difference(
    _ difference: FieldDifference, _ ruleNames: [String: String]
  ) -> String {
    let direction = difference.path.hasPrefix("spec.ingress") ? "ingress" : "egress"
    let isRule = difference.path.hasSuffix("]") && difference.path.hasPrefix("spec.")
    switch difference.change {
    case .added where isRule:
      return line(.added, "+", ruleLine(difference.new ?? .null, direction: direction, ruleNames))
    case .removed where isRule:
      return line(.removed, "-", ruleLine(difference.old ?? .null, direction: direction, ruleNames))
    case .moved:
      let name = ruleName(difference.rule, ruleNames)
      let places = "from place \(place(difference.old)) to \(place(difference.new))"
      return line(.changed, "~", "\(direction) rule \(name) moves \(places)")
    case .added, .removed, .changed:
      var label = difference.path
      if label.hasPrefix("spec.") { label.removeFirst(5) }
      if let rule = difference.rule {
        let field = difference.path.split(separator: ".").last.map(String.init) ?? ""
        label = "\(direction) rule \(ruleName(rule, ruleNames)) \(field)"
      }
      return change(label, difference.old, difference.new)
    }
  }

  /// Old and new value; of two lists only the elements that differ.
  private func change(_ label: String, _ old: JSONValue?, _ new: JSONValue?) -> String {
    let oldList = old?.array
    let newList = new?.array
    guard (oldList ?? newList) != nil else {
      return (old.map { value(label, $0, .removed) } ?? "")
        + (new.map { value(label, $0, .added) } ?? "")
    }
    let before = Set(oldList ?? [])
    let after = Set(newList ?? [])
    return value(label, .array((oldList ?? []).filter { !after.contains($0) }), .removed)
      + value(label, .array((newList ?? []).filter { !before.contains($0) }), .added)
  }

  private func value(_ label: String, _ value: JSONValue, _ role: TextStyle.Role) -> String {
    let rules = RuleText(names: names)
    let mark = role == .added ? "+" : "-"
    switch value {
    case .array(let list):
      // Names of children read as the groups that they are.
      return list.map { element in
        let text =
          label.hasSuffix("childGroups")
          ? names.group(element.string ?? "") : rules.element(element)
        return line(role, mark, "\(label): \(text)")
      }.joined()
    case .object:
      return line(role, mark, "\(label): \(rules.element(.object(wrapped(label, value))))")
    default: return line(role, mark, "\(label): \(rules.scalar(value))")
    }
  }

  private func wrapped(_ label: String, _ value: JSONValue) -> JSONObject {
    guard !label.hasSuffix("Selector") else {
      var object = JSONObject()
      object["Selector"] = value
      return object
    }
    return value.object ?? JSONObject()
  }

  private func ruleLine(
    _ rule: JSONValue, direction: String, _ ruleNames: [String: String]
  ) -> String {
    let text = RuleText(names: names).rule(rule, ingress: direction == "ingress")
    return "\(direction) rule \(ruleName(rule["name"]?.string, ruleNames)): \(text)"
  }

  private func ruleName(_ name: String?, _ ruleNames: [String: String]) -> String {
    guard let name else { return "(unnamed)" }
    return ruleNames[name].map { "\"\(TextStyle.printable($0))\" (\(name))" }
      ?? TextStyle.printable(name)
  }

  private func place(_ value: JSONValue?) -> String {
    value?.integer.map { String($0 + 1) } ?? "?"
  }

  private func line(_ role: TextStyle.Role, _ mark: String, _ text: String) -> String {
    "    \(style(role, "\(mark) \(text)"))\n"
  }
}
